/** The loss report of what is no CDA: no leaf was read, so none is lost; what was made of it, and what is worth knowing. */
import type { ConvertOptions } from '../convert.js';
import type { LossReport } from '../event.js';
import type { Finding } from '../finding.js';
import { loadShipped } from '../map/shipped.js';
import { VERSION } from '../version.js';

/** What the report is about: its name in the run, the digest of its bytes, how many they are. */
export type Source = LossReport['source'];

const LEAVES = Object.freeze({ total: 0, copied: 0, implied: 0, tested: 0, frame: 0, narrative: 0, lost: 0 });

export const accountFor = (
  source: Source,
  resources: Readonly<Record<string, number>>,
  findings: readonly Finding[],
  options: ConvertOptions,
): LossReport => ({
  source,
  leaves: LEAVES,
  lost: [],
  findings,
  resources,
  complete: true,
  sections: [],
  engine: { version: VERSION, mappings: (options.mappings ?? loadShipped()).sha256 },
});
