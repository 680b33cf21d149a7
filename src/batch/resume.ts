/** What the journal tells of earlier sessions of a run. */
import type { LossReport } from '../index.js';
import type { Document } from '../intake/entry.js';
import { usageError } from '../intake/files.js';
import { type DocumentLine, readJournal, type Settings } from './journal.js';
import type { Outcome } from './outcome.js';
import { type Part, partName } from './parts.js';
import { type Run, record, startRun } from './run.js';

export interface State {
  readonly run: Run;
  /** The last part of each type. */
  readonly last: ReadonlyMap<string, Part>;
  /** All parts by name. */
  readonly parts: ReadonlyMap<string, Part>;
  /** Input that is done: size by path. */
  readonly finished: ReadonlyMap<string, number | undefined>;
  /** Input by the output it became. */
  readonly origins: ReadonlyMap<string, string>;
  /** Bytes of the journal that count. */
  readonly bytes: number;
  /** True if the run had come to its end. */
  readonly ended: boolean;
  /** True if this session added anything. */
  readonly changed: boolean;
  add(line: DocumentLine): void;
}

/** Reasons that may be gone the next time; the others are in the document itself. */
const PASSING = new Set(['unreadable', 'internal', 'time-limit', 'memory-limit', 'crashed']);

const isPassing = (outcome: Outcome): boolean => outcome.status === 'rejected' && PASSING.has(outcome.reason);

/**
 * The state a run starts from: nothing, or with `resume` what its journal holds. Documents that were rejected for a
 * passing reason are to be tried again.
 * @throws an Error named UsageError if the journal is of another run, or damaged
 */
export async function loadState(
  journal: string,
  settings: Settings,
  { resume, engine }: { readonly resume: boolean; readonly engine: LossReport['engine'] },
): Promise<State> {
  const run = startRun(engine);
  const last = new Map<string, Part>();
  const parts = new Map<string, Part>();
  const finished = new Map<string, number | undefined>();
  const origins = new Map<string, string>();
  let changed = false;

  function add({ parts: touched = [] }: DocumentLine): void {
    changed = true;
    for (const part of touched) {
      parts.set(partName(part), part);
      if (part.part >= (last.get(part.type)?.part ?? 0)) last.set(part.type, part);
    }
  }

  const past = resume
    ? await readJournal(journal, settings, (line) => {
        add(line);
        if (isPassing(line.outcome)) return;
        record(run, line.name, line.outcome);
        finished.set(line.path, line.size);
        if (line.outcome.status === 'converted') origins.set(line.output, line.path);
      })
    : { bytes: 0, ended: false };
  changed = false;
  return {
    run,
    last,
    parts,
    finished,
    origins,
    ...past,
    get changed() {
      return changed;
    },
    add,
  };
}

/**
 * True if an earlier session finished the document.
 * @throws an Error named UsageError if it finished another one in its place
 */
export function isFinished({ finished, origins }: State, { path, size, output, refusal }: Document): boolean {
  const same = finished.has(path) && finished.get(path) === size;
  const origin = origins.get(output);
  if (same) return true;
  if (!finished.has(path) && (origin === undefined || refusal)) return false;
  throw usageError(
    `${path} is not what was converted under its name before: it has changed, or the input is another one. ` +
      'Start again without --resume, or name another folder with --out.',
  );
}
