/** What a worker thread of a batch does: one document at a time, from its bytes to its files. */
import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { parentPort, threadId, workerData } from 'node:worker_threads';
import {
  type BundleFormat,
  bundleToPieces,
  type ConvertOptions,
  type Event,
  loadMappings,
  prepareTrace,
  toBundle,
  toTransactions,
} from '../index.js';
import { type Document, type DocumentJob, fromJob } from '../intake/entry.js';
import { writeWhole } from './files.js';
import { convertDocument, type Outcome, summarize } from './outcome.js';
import { type Segment, spoolLines } from './spool.js';
import { writeTrace } from './trace.js';

/** Options of a conversion as plain JSON. */
export type PlainOptions = {
  [Name in keyof ConvertOptions as Name extends 'name' | 'mappings'
    ? never
    : NonNullable<ConvertOptions[Name]> extends (...args: never[]) => unknown
      ? never
      : Name]: ConvertOptions[Name];
};

/** What every thread is told when it starts. */
export interface WorkerSetup {
  readonly folder: string;
  /** Where files are written at first. */
  readonly temporary: string;
  readonly format: BundleFormat | 'ndjson';
  readonly maxEntries?: number | undefined;
  readonly maxBytes?: number | undefined;
  readonly options: PlainOptions;
  readonly mappings: readonly string[];
  readonly trace?: boolean | undefined;
}

export interface Task {
  readonly job: DocumentJob;
  /** Where its lines go, with `ndjson`. */
  readonly spool: string;
}

/** `stopped`: nothing can be written, or a table is wrong; the run cannot go on. */
export type TaskResult =
  | { readonly outcome: Outcome; readonly segments?: readonly Segment[] }
  | { readonly stopped: { readonly name: string; readonly message: string } };

/** Bytes read since they were last told: for the progress of large documents. */
export interface ReadMessage {
  readonly read: number;
}

const TELL_AT = 4_000_000;
const setup = workerData as WorkerSetup;
let options: ConvertOptions | undefined;

/** Converts the document of a task and writes everything it becomes. */
export async function run(task: Task): Promise<TaskResult> {
  try {
    options ??= { ...setup.options, mappings: await loadMappings(...setup.mappings) };
    return await convertTask(task, options);
  } catch (error) {
    if (!(error instanceof Error) || !['OutputError', 'MappingError'].includes(error.name)) throw error;
    return { stopped: { name: error.name, message: error.message } };
  }
}

async function convertTask({ job, spool }: Task, using: ConvertOptions): Promise<TaskResult> {
  let segments: Segment[] | undefined;
  const trace = setup.trace ? prepareTrace(using) : undefined;
  const conversion = await convertDocument(tellRead(fromJob(job)), trace?.options ?? using, async (converted) => {
    const events = trace?.follow(converted) ?? converted;
    if (setup.format === 'ndjson') segments = await spoolLines(spool, events);
    else await writeBundles(job.output, events);
  });
  if (conversion.status !== 'converted') return { outcome: conversion };
  const { loss } = conversion;
  write(`${job.output}.loss.json`, `${JSON.stringify(loss, null, 2)}\n`);
  if (trace) writeTrace(join(setup.folder, `${job.output}.trace.ndjson`), trace.lines(), temporaryName());
  return { outcome: { status: 'converted', summary: summarize(loss) }, ...(segments && { segments }) };
}

function write(name: string, pieces: string | Iterable<string>): void {
  writeWhole(join(setup.folder, name), pieces, temporaryName());
}

const temporaryName = (): string => join(setup.temporary, `${process.pid}-${threadId}`);

/** `a.json`; where a document takes several transactions, `a.part-2.json` and so on beside it. */
async function writeBundles(output: string, events: AsyncIterable<Event>): Promise<void> {
  const { format, maxEntries, maxBytes } = setup;
  if (format === 'ndjson') return;
  const split = maxEntries !== undefined || maxBytes !== undefined;
  const bundles = split ? await toTransactions(events, { maxEntries, maxBytes }) : [await toBundle(events, { format })];
  const nameOf = (number: number): string => (number === 1 ? `${output}.json` : `${output}.part-${number}.json`);
  for (const [index, bundle] of bundles.entries()) write(nameOf(index + 1), withLineFeed(bundleToPieces(bundle)));
  // An earlier run with other limits may have made more.
  for (let number = bundles.length + 1; existsSync(join(setup.folder, nameOf(number))); number++)
    rmSync(join(setup.folder, nameOf(number)));
}

function* withLineFeed(pieces: Iterable<string>): Generator<string, void> {
  yield* pieces;
  yield '\n';
}

/** The document, telling how much of it was read. */
function tellRead(document: Document): Document {
  return {
    ...document,
    async *open() {
      let read = 0;
      for await (const chunk of document.open()) {
        read += chunk.length;
        if (read >= TELL_AT) read = tell(read);
        yield chunk;
      }
      tell(read);
    },
  };
}

function tell(read: number): 0 {
  parentPort?.postMessage({ read } satisfies ReadMessage);
  return 0;
}
