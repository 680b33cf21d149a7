/** What became of one document, and how its failures are told apart. */

import { type ConvertOptions, type Event, InputError, type LossReport, MappingError } from '../index.js';
import type { Document } from '../intake/entry.js';
import { readDocument } from '../intake/read.js';

export type Outcome =
  | { readonly status: 'converted'; readonly document: Document; readonly loss: LossReport }
  | {
      readonly status: 'rejected' | 'skipped';
      readonly document: Document;
      readonly reason: string;
      readonly message: string;
    };

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
): Promise<Outcome> {
  const seen: { loss?: LossReport; failure?: unknown } = {};
  try {
    await consume(watch(readDocument(document, options), seen));
  } catch (error) {
    if (seen.failure === undefined || error instanceof MappingError) throw error;
    return reject(document, seen.failure);
  }
  if (seen.loss === undefined) throw new Error(`The conversion of ${document.path} ended without a loss report.`);
  return { status: 'converted', document, loss: seen.loss };
}

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

/** What a folder or an archive may well hold beside records. */
const NO_RECORD: ReadonlySet<string> = new Set([
  'not-a-clinical-document',
  'unrecognised',
  'package-part',
  'document-replaced',
]);

function reject(document: Document, error: unknown): Outcome {
  if (error instanceof InputError) {
    // A folder may well hold other XML; only a file the user named must be a document.
    const skip = NO_RECORD.has(error.code) && !document.named;
    return { status: skip ? 'skipped' : 'rejected', document, reason: error.code, message: error.message };
  }
  if (error instanceof Error && 'syscall' in error && 'code' in error) {
    const message = `The file cannot be read (${String(error.code)}). Check that it is a file you may read.`;
    return { status: 'rejected', document, reason: 'unreadable', message };
  }
  return { status: 'rejected', document, reason: 'internal', message: describeFault(error) };
}

/** A fault of this program. The error's own message could hold a value of the document, its place in the code cannot. */
function describeFault(error: unknown): string {
  const [name, stack] = error instanceof Error ? [error.name, error.stack ?? ''] : ['unknown error', ''];
  const place = /\(?([^\s/\\()]+\.[jt]s:\d+:\d+)\)?$/m.exec(stack)?.[1];
  return `An internal fault (${name}${place === undefined ? '' : ` at ${place}`}). Please report it with this line.`;
}
