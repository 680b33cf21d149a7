/** The loss report of what is no CDA: what was made of it, and what is worth knowing. */
import type { ConvertOptions } from '../../convert.js';
import type { LossReport } from '../../event.js';
import type { Finding } from '../../finding.js';
import { loadShipped } from '../../map/shipped.js';
import { VERSION } from '../../version.js';

/** What the report is about: its name in the run, the digest of its bytes, how many they are. */
export type Source = LossReport['source'];

/** What was counted leaf by leaf, if anything was. */
export type Counted = Pick<LossReport, 'leaves' | 'lost' | 'sections' | 'complete'>;

const NOTHING: Counted = Object.freeze({
  leaves: Object.freeze({ total: 0, copied: 0, implied: 0, tested: 0, frame: 0, narrative: 0, lost: 0 }),
  lost: [],
  sections: [],
  complete: true,
});

/** @param counted of a file that is kept or passed on whole no leaf is read, so none is lost */
export const reportFor = (
  source: Source,
  resources: Readonly<Record<string, number>>,
  findings: readonly Finding[],
  { mappings }: Pick<ConvertOptions, 'mappings'>,
  { leaves, lost, sections, complete }: Counted = NOTHING,
): LossReport => ({
  source,
  leaves,
  lost,
  findings,
  resources,
  complete,
  sections,
  engine: { version: VERSION, mappings: (mappings ?? loadShipped()).sha256 },
});
