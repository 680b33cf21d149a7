/** A run over many documents into a folder: side by side, in order, and never lost. */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { BundleFormat, LossReport } from '../index.js';
import { type Document, type DocumentJob, toJob } from '../intake/entry.js';
import { writeWhole } from './files.js';
import { type Copy, prepareInput } from './input.js';
import { type DocumentLine, type Journal, openJournal, type Settings } from './journal.js';
import { lockFolder } from './lock.js';
import { inOrder } from './order.js';
import type { Outcome } from './outcome.js';
import { openParts, type Parts } from './parts.js';
import { createPool, type Limits, type Pool } from './pool.js';
import { publishParts, removePublished, writeManifest } from './publish.js';
import { isFinished, loadState, type State } from './resume.js';
import { type Run, record, runToJson } from './run.js';
import type { Segment } from './spool.js';
import { clear, prepare, type WorkFolder, workFolderOf } from './work-folder.js';
import type { PlainOptions, ReadMessage, Task, TaskResult, WorkerSetup } from './worker.js';

export interface BatchOptions {
  /** Folder to write to. */
  readonly folder: string;
  readonly format: BundleFormat | 'ndjson';
  readonly options: PlainOptions;
  /** The user's mapping folders. */
  readonly mappings: readonly string[];
  readonly engine: LossReport['engine'];
  readonly jobs: number;
  readonly limits: Limits;
  /** Go on with what an earlier run into the folder left unfinished. */
  readonly resume: boolean;
  /** Limits of one transaction. */
  readonly maxEntries?: number | undefined;
  readonly maxBytes?: number | undefined;
  /** Bytes of one file of lines. */
  readonly partSize: number;
  readonly gzip: boolean;
  /** Whether a trace goes beside what each document becomes. */
  readonly trace?: boolean | undefined;
}

/** Told how a run goes on. */
export interface Watcher {
  /** Documents an earlier run finished. */
  found(run: Run): void;
  /** A document is done, in the order of the input. */
  done(document: Pick<Document, 'name' | 'path' | 'size'>, outcome: Outcome): void;
  /** Bytes of documents were read. */
  read(bytes: number): void;
}

/** Documents that may be done before one that takes long: their lines wait on the disk. */
const WINDOW = 1000;

/**
 * Converts the documents into the folder. What is there, in which order and in which bytes depends on the documents and
 * the options only: not on the number of jobs, and not on whether the run was killed and resumed.
 * @param documents in the order of the output; named the same in each run
 * @param signal ends the run after the documents at work
 * @returns the sum, and whether the run came to its end
 * @throws an Error named OutputError if the folder cannot be written to, MappingError, an Error named UsageError if
 *   another run is at work there or the one to resume was another, and what `documents` throws
 */
export async function convertBatch(
  documents: AsyncIterable<Document>,
  options: BatchOptions,
  watcher: Watcher,
  signal: AbortSignal,
): Promise<{ run: Run; complete: boolean }> {
  const input = await begin(documents);
  const { folder } = options;
  const work = workFolderOf(folder);
  const unlock = lockFolder(folder, work);
  try {
    return await runLocked(input, work, options, watcher, signal);
  } finally {
    unlock();
  }
}

async function runLocked(
  input: AsyncIterable<Document>,
  work: WorkFolder,
  options: BatchOptions,
  watcher: Watcher,
  signal: AbortSignal,
): Promise<{ run: Run; complete: boolean }> {
  const start = performance.now();
  const { folder } = options;
  const settings = settingsOf(options);
  const state = await loadState(work.journal, settings, options);
  prepare(folder, work);
  if (!options.resume) removeEarlier(folder, work);
  watcher.found(state.run);
  const parts =
    options.format === 'ndjson'
      ? openParts(work.parts, [...state.last.values()], state.ended, options.partSize)
      : undefined;
  const journal = openJournal(work.journal, settings, state.bytes);
  const pool = createPool<Task, TaskResult>(
    { worker: workerFile(), data: workerSetup(options, work), jobs: options.jobs, limits: options.limits },
    (message) => watcher.read((message as ReadMessage).read),
  );
  const keep = createKeeper(options, work, state, journal, parts, watcher);
  try {
    const items = selectDocuments(input, state, work, signal);
    const results = inOrder(items, (item) => convertItem(item, pool), { width: options.jobs, window: WINDOW });
    for await (const result of results) await keep(result);
    if (signal.aborted) return { run: state.run, complete: false };
    if (!state.ended || state.changed) journal.end();
  } finally {
    await pool.destroy();
    parts?.close();
    journal.close();
    clear(work);
  }
  await finish(options, work, state, start);
  return { run: state.run, complete: true };
}

/** Asks for the first document, so that nothing is written if there is none. */
async function begin(documents: AsyncIterable<Document>): Promise<AsyncIterable<Document>> {
  const source = documents[Symbol.asyncIterator]();
  const first = await source.next();
  return (async function* () {
    for (let next = first; !next.done; next = await source.next()) yield next.value;
  })();
}

/** In sources run as they are, the worker is a source too. */
const workerFile = (): URL => new URL(`./worker.${import.meta.url.endsWith('.ts') ? 'ts' : 'js'}`, import.meta.url);

const settingsOf = ({
  format,
  options,
  engine,
  maxEntries,
  maxBytes,
  partSize,
  gzip,
  trace,
}: BatchOptions): Settings => ({
  version: engine.version,
  mappings: engine.mappings,
  format,
  ...toSettings(options),
  ...(format === 'ndjson' && { 'part-size': partSize, gzip }),
  ...(trace && { trace }),
  ...(maxEntries !== undefined && { 'max-entries': maxEntries }),
  ...(maxBytes !== undefined && { 'max-bytes': maxBytes }),
});

/** Lists and the like by their content; the instant a session judges health cards by is no setting. */
const toSettings = ({ healthCards: { now: _, ...healthCards } = {}, ...options }: PlainOptions): Settings =>
  Object.fromEntries(
    Object.entries({ ...options, healthCards }).map(([name, value]) => [
      name,
      typeof value === 'object' ? JSON.stringify(value) : value,
    ]),
  );

const workerSetup = (batch: BatchOptions, { temporary }: WorkFolder): WorkerSetup => {
  const { folder, format, maxEntries, maxBytes, options, mappings, trace } = batch;
  return { folder, temporary, format, maxEntries, maxBytes, options, mappings, trace };
};

function removeEarlier(folder: string, work: WorkFolder): void {
  removePublished(folder);
  rmSync(join(folder, 'run.json'), { force: true });
  rmSync(work.parts, { recursive: true, force: true });
}

/** A document to convert, from its copy if there is one; or one that is known not to give anything. */
interface Item {
  readonly document: DocumentJob;
  readonly spool: string;
  readonly copy?: Copy | undefined;
}

interface Result {
  readonly item: Item;
  readonly outcome: Outcome;
  readonly segments?: readonly Segment[] | undefined;
}

/** What is still to do; input that can be read only once is copied. */
async function* selectDocuments(
  documents: AsyncIterable<Document>,
  state: State,
  work: WorkFolder,
  signal: AbortSignal,
): AsyncGenerator<Item, void> {
  let number = 0;
  for await (const document of documents) {
    if (signal.aborted) return;
    if (isFinished(state, document)) continue;
    number++;
    const spool = join(work.spool, String(number));
    yield { document: toJob(document), spool, copy: await prepareInput(document, join(work.input, String(number))) };
  }
}

async function convertItem(item: Item, pool: Pool<Task, TaskResult>): Promise<Result> {
  const { document, spool, copy } = item;
  if (copy && 'outcome' in copy) return { item, outcome: copy.outcome };
  const job = copy ? { ...document, locator: { file: copy.path }, sequential: false } : document;
  const tried = await pool.run({ job, spool }, copy?.size ?? document.size);
  if (copy) rmSync(copy.path, { force: true });
  if ('failure' in tried) return { item, outcome: { status: 'rejected', ...tried.failure } };
  if ('stopped' in tried.result) {
    const { name, message } = tried.result.stopped;
    throw Object.assign(new Error(message), { name });
  }
  return { item, ...tried.result };
}

/** Puts a document's lines into their files and the document into the journal. */
function createKeeper(
  options: BatchOptions,
  work: WorkFolder,
  state: State,
  journal: Journal,
  parts: Parts | undefined,
  watcher: Watcher,
): (result: Result) => Promise<void> {
  return async ({ item, outcome, segments }) => {
    const { name, path, size, output } = item.document;
    const touched = parts && segments ? parts.append(item.spool, segments) : [];
    if (segments) rmSync(item.spool);
    const line: DocumentLine = { name, path, size, output, outcome, ...(touched.length > 0 && { parts: touched }) };
    journal.append(line);
    state.add(line);
    if (touched.some(({ part, type }) => part < (state.last.get(type)?.part ?? 0)))
      await publishParts(work, options.folder, options.gzip, (at) => at.part < (state.last.get(at.type)?.part ?? 0));
    watcher.done(item.document, outcome);
    record(state.run, name, outcome);
  };
}

/** Everything is in the journal: what is left may be repeated. */
async function finish(options: BatchOptions, work: WorkFolder, state: State, start: number): Promise<void> {
  const { folder, format, gzip } = options;
  prepare(folder, work);
  if (format === 'ndjson') {
    await publishParts(work, folder, gzip, () => true);
    writeManifest(folder, state.parts.values(), gzip);
  }
  state.run.seconds = Math.round(performance.now() - start) / 1000;
  writeWhole(join(folder, 'run.json'), runToJson(state.run));
  clear(work);
  rmSync(work.parts, { recursive: true, force: true });
}
