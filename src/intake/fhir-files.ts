/** The FHIR JSON among the files of an input: what `check` and `push` read. */
import type { Entry } from './entry.js';
import { listFiles } from './files.js';
import { usageError } from './usage.js';

/** Files of a run that are no FHIR: its reports. */
const isReport = (name: string): boolean =>
  /(^|\/)(run|manifest|push)\.json$|\.(loss|reconcile)\.json$|(^|\/)journal\.ndjson$/.test(name);

/**
 * A file that is named is taken whatever its name; of a folder, all `.json` and `.ndjson` below it but a run's own reports.
 * @throws an Error named UsageError if there is none
 */
export async function* listFhirFiles(input: string): AsyncGenerator<Entry, void> {
  let none = true;
  for await (const entry of listFiles(input, new Set())) {
    if (!entry.named && (!/\.(nd)?json$/i.test(entry.name) || isReport(entry.name))) continue;
    none = false;
    yield entry;
  }
  if (none) throw usageError(`${input} holds no .json or .ndjson file.`);
}
