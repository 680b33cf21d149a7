/** The reconcile report of one patient, and the way back from it. */
import type { FhirResource } from 'fhir/r4.js';
import { type JsonObject, stringify } from '../fhir/json.js';
import type { MergedPatient } from './gather.js';
import type { Merged } from './merge.js';
import type { Source, SourcedResource } from './source.js';
import { readSource } from './source.js';
import { reportFor } from './timeline.js';
import { restoreSources, type Undo } from './undo.js';

/** What `timeline --out` writes beside a merged record, as JSON text. */
export function toReport(merged: Merged, patient: MergedPatient): string {
  const own = new Set(patient.resources.map(({ resourceType, id }) => `${resourceType}/${id}`));
  const records = merged.undo.records.filter(({ to }) => own.has(to));
  const used = new Set(records.map(({ source }) => source));
  const undo: Undo = { sources: merged.undo.sources.filter(({ id }) => used.has(id)), records };
  return stringify({ patient: patient.reference, ...reportFor(merged, patient), undo } as unknown as JsonObject);
}

/**
 * The sources a merged record was made of.
 * @param resources the record, as it was written
 * @param report the report written beside it, parsed
 * @returns undefined if the two do not belong together
 */
export async function readMerged(
  resources: readonly (FhirResource | SourcedResource)[],
  report: unknown,
): Promise<readonly Source[] | undefined> {
  if (typeof report !== 'object' || report === null || !('undo' in report)) return undefined;
  // References of a Bundle are full URLs; reading writes them as the report has them.
  const read = await readSource({ resources });
  const byName = new Map(read.resources.map((resource) => [`${resource.resourceType}/${resource.id}`, resource]));
  return restoreSources(byName, report.undo as Undo);
}
