/** Writes merged records: per patient the FHIR for a server, the report by which the merge can be undone, a summary. */
import { join } from 'node:path';
import { writeWhole } from '../batch/files.js';
import {
  bundleToJson,
  choosePatient,
  type Merged,
  type MergedPatient,
  toBundle,
  toIps,
  toLine,
  toReport,
} from '../index.js';
import { say } from './streams.js';

/** Ends of the names of what stands beside a merged record. */
export const RECONCILE = '.reconcile.json';
export const SUMMARY = '.ips.json';

interface OutputOptions {
  readonly format: 'transaction' | 'ndjson';
  readonly ips: boolean;
  /** Only this patient. */
  readonly patient: string | undefined;
}

/** One file per patient, named by the id: names of people do not belong into file names. */
export async function writePatients(folder: string, merged: Merged, options: OutputOptions): Promise<void> {
  const chosen = options.patient === undefined ? merged.patients : [choosePatient(merged, options.patient)];
  for (const patient of chosen) {
    const stem = join(folder, patient.reference.split('/')[1] ?? 'no-patient');
    if (options.format === 'ndjson') writeWhole(`${stem}.ndjson`, patient.resources.map(toLine).join(''));
    else {
      const bundle = await toBundle(toEvents(patient), { format: 'transaction' });
      writeWhole(`${stem}.json`, `${bundleToJson(bundle)}\n`);
    }
    writeWhole(`${stem}${RECONCILE}`, `${toReport(merged, patient)}\n`);
    if (options.ips) writeWhole(`${stem}${SUMMARY}`, `${bundleToJson(await toIps(merged, patient))}\n`);
  }
  say(`${folder}: ${chosen.length} ${chosen.length === 1 ? 'patient' : 'patients'}. The files hold patient data.`);
}

async function* toEvents({ resources }: MergedPatient) {
  for (const resource of resources) yield { kind: 'resource', resource } as const;
}
