/** What became of one document, and how its failures are told apart. */
import { type ConvertOptions, type Event, InputError, type LossReport, MappingError } from '../index.js';
import type { Document } from '../intake/entry.js';
import { readDocument } from '../intake/read.js';
import { NO_RECORD } from '../intake/refusals.js';
import { keepHeapSmall } from './heap.js';

/** Why a document gave nothing. Plain JSON, so that it can come from a worker thread and go into the journal. */
export interface Refusal {
  readonly status: 'rejected' | 'skipped';
  /** An InputError's code, or `unreadable`, `internal`, `time-limit`, `memory-limit`, `crashed`, `too-large`. */
  readonly reason: string;
  readonly message: string;
}

export type Conversion = { readonly status: 'converted'; readonly loss: LossReport } | Refusal;

/** What a run needs to know of a document that was converted: its loss report, summed up. */
export interface Summary {
  readonly complete: boolean;
  readonly bytes: number;
  readonly leaves: LossReport['leaves'];
  readonly resources: LossReport['resources'];
  readonly findings: { readonly information: number; readonly warning: number; readonly error: number };
  /** Leaves lost by reason. */
  readonly lost: Readonly<Record<string, number>>;
  readonly statements: { readonly statements: number; readonly converted: number };
}

export type Outcome = { readonly status: 'converted'; readonly summary: Summary } | Refusal;

/** Takes the events of one document and keeps what it needs; throws only if it cannot write. */
export type Consumer = (events: AsyncIterable<Event>) => Promise<void>;

/**
 * Converts one document into `consume`. A document that cannot be converted is an outcome, not an error.
 * @throws MappingError, and whatever `consume` itself throws: neither gets better with the next document
 */
export async function convertDocument(
  document: Document,
  options: ConvertOptions,
  consume: Consumer,
): Promise<Conversion> {
  const seen: { loss?: LossReport; failure?: unknown } = {};
  try {
    await keepHeapSmall(document.size, () => consume(watch(readDocument(document, options), seen)));
  } catch (error) {
    if (error instanceof RangeError && seen.failure === undefined) return TOO_LARGE;
    if (seen.failure === undefined || error instanceof MappingError) throw error;
    return refuse(document, seen.failure);
  }
  if (seen.loss === undefined) throw new Error(`The conversion of ${document.path} ended without a loss report.`);
  return { status: 'converted', loss: seen.loss };
}

/** JavaScript has a longest text (half a gigabyte); lines of resources never meet it. */
const TOO_LARGE: Refusal = {
  status: 'rejected',
  reason: 'too-large',
  message: 'What it becomes is too large for one piece of JSON. Use --format ndjson.',
};

/** Passes events on, remembering the loss report and whether it was the conversion that failed. */
async function* watch(
  events: AsyncIterable<Event>,
  seen: { loss?: LossReport; failure?: unknown },
): AsyncIterable<Event> {
  const source = events[Symbol.asyncIterator]();
  for (;;) {
    let next: IteratorResult<Event>;
    try {
      next = await source.next();
    } catch (error) {
      seen.failure = error;
      throw error;
    }
    if (next.done) return;
    if (next.value.kind === 'end') seen.loss = next.value.loss;
    yield next.value;
  }
}

/** What an error while reading makes of a document. */
export function refuse(document: Document, error: unknown): Refusal {
  if (error instanceof InputError) {
    // A folder may well hold other XML; only a file the user named must be a document.
    const skip = NO_RECORD.has(error.code) && !document.named;
    return { status: skip ? 'skipped' : 'rejected', reason: error.code, message: error.message };
  }
  if (error instanceof Error && 'syscall' in error && 'code' in error) {
    const message = `The file cannot be read (${String(error.code)}). Check that it is a file you may read.`;
    return { status: 'rejected', reason: 'unreadable', message };
  }
  return { status: 'rejected', reason: 'internal', message: describeFault(error) };
}

/** A fault of this program. The error's own message could hold a value of the document, its place in the code cannot. */
function describeFault(error: unknown): string {
  const [name, stack] = error instanceof Error ? [error.name, error.stack ?? ''] : ['unknown error', ''];
  const place = /\(?([^\s/\\()]+\.[jt]s:\d+:\d+)\)?$/m.exec(stack)?.[1];
  return `An internal fault (${name}${place === undefined ? '' : ` at ${place}`}). Please report it with this line.`;
}

/** The loss report summed up. */
export function summarize(loss: LossReport): Summary {
  const findings = { information: 0, warning: 0, error: 0 };
  for (const finding of loss.findings) findings[finding.severity] += finding.count ?? 1;
  const statements = { statements: 0, converted: 0 };
  for (const section of loss.sections) {
    statements.statements += section.statements;
    statements.converted += section.converted;
  }
  const lost: Record<string, number> = {};
  for (const { reason, count } of loss.lost) lost[reason] = (lost[reason] ?? 0) + count;
  const { complete, leaves, resources, source } = loss;
  return { complete, bytes: source.bytes, leaves, resources, findings, lost, statements };
}
