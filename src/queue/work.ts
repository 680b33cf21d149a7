/** A worker: takes shards, converts each as a run of its own, and puts what came out where everybody's output goes. */
import { existsSync, mkdirSync, readdirSync, renameSync, rmdirSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { type BatchOptions, convertBatch } from '../batch/batch.js';
import { type Run, record } from '../batch/run.js';
import { type Document, fromJob } from '../intake/entry.js';
import { digestOf, type Shard, type ShardDocument } from './shard.js';
import type { Lease, Store } from './store.js';

export interface WorkOptions {
  /** Where the output of all workers goes; each shard is worked on in a folder of its own below it. */
  readonly folder: string;
  /** False if nothing of it stays there, as it is delivered elsewhere. */
  readonly publish: boolean;
  readonly batch: Pick<BatchOptions, 'jobs' | 'limits' | 'mappings'>;
  readonly engine: BatchOptions['engine'];
  /** Seconds of a lease. */
  readonly lease: number;
  /** End when nothing waits and nobody works. */
  readonly untilEmpty: boolean;
  readonly worker: string;
  /** What else is to be done with the output of a shard, before it is finished. */
  readonly deliver?: ((files: readonly string[], shard: Shard) => Promise<void>) | undefined;
}

/** Told what a worker does; no message holds a value of a document. */
export type Tell = (message: string) => void;

/** Milliseconds between two looks into an empty queue, or at a database that is gone. */
const PAUSE = 500;

/**
 * Works until `signal`, or until nothing is left. A database that goes away is waited for.
 * @throws an Error named UsageError if the queue asks for another engine than this one
 */
export async function work(store: Store, options: WorkOptions, signal: AbortSignal, tell: Tell): Promise<number> {
  let done = 0;
  let gone = false;
  while (!signal.aborted) {
    try {
      const lease = await store.take();
      if (lease) {
        await workOn(store, lease, options, signal, tell);
        if (!signal.aborted) done++;
      } else if (options.untilEmpty && (await store.left()) === 0) return done;
      else await pause(signal);
      if (gone) tell('The database is back.');
      gone = false;
    } catch (error) {
      if (!isConnectionError(error)) throw error;
      if (!gone) tell('The database is gone; waiting for it.');
      gone = true;
      await pause(signal);
    }
  }
  return done;
}

const pause = (signal: AbortSignal): Promise<void> => wait(PAUSE, undefined, { signal }).catch(() => undefined);

async function workOn(
  store: Store,
  lease: Lease,
  options: WorkOptions,
  signal: AbortSignal,
  tell: Tell,
): Promise<void> {
  const { shard } = lease;
  refuseOtherEngine(shard, options);
  if (await store.closeFinished(lease)) return removeLeftovers(shard, options.folder); // by a worker whose lease had ended before it was done
  const renewal = setInterval(() => void store.renew(lease).catch(() => undefined), (options.lease * 1000) / 3);
  try {
    const run = await convertShard(shard, options, signal);
    if (signal.aborted) return await store.fail(lease, 'its worker was stopped');
    await insist(() => store.finish(lease, { run, worker: options.worker }));
    removeLeftovers(shard, options.folder);
    tell(`Shard ${shard.key.slice(0, 12)}: ${run.documents.converted} of ${run.documents.total} documents converted.`);
  } catch (error) {
    if (isConnectionError(error)) throw error;
    const { name, message } = error instanceof Error ? error : new Error('unknown');
    tell(`Shard ${shard.key.slice(0, 12)}: not done (${name}: ${message})`);
    await store.fail(lease, `${name}: ${message}`);
  } finally {
    clearInterval(renewal);
  }
}

function refuseOtherEngine({ settings: { engine } }: Shard, options: WorkOptions): void {
  if (engine.version === options.engine.version && engine.mappings === options.engine.mappings) return;
  const message = `The queue asks for version ${engine.version} with mappings ${engine.mappings.slice(0, 12)}; this worker is version ${options.engine.version} with ${options.engine.mappings.slice(0, 12)}. Give it the same --mappings, or enqueue anew.`;
  throw Object.assign(new Error(message), { name: 'UsageError' });
}

/** What was converted is not thrown away because the database is restarting. */
async function insist(write: () => Promise<void>): Promise<void> {
  for (let attempt = 0; ; attempt++) {
    try {
      return await write();
    } catch (error) {
      if (!isConnectionError(error) || attempt === 60) throw error;
      await wait(PAUSE);
    }
  }
}

const SHARDS = '.shards';
const nameOf = (shard: Shard): string => shard.key.slice(0, 32);

/** What workers that were killed at a shard left behind, once it is finished; and the folder of all, once it is empty. */
function removeLeftovers(shard: Shard, folder: string): void {
  const shards = join(folder, SHARDS);
  if (!existsSync(shards)) return;
  for (const name of readdirSync(shards))
    if (name.startsWith(`${nameOf(shard)}.`)) rmSync(join(shards, name), { recursive: true, force: true });
  try {
    rmdirSync(shards);
  } catch {
    // others are at work in it
  }
}

/** In a folder of its own, then file by file into the common one: the same bytes, however often it is done. */
async function convertShard(shard: Shard, options: WorkOptions, signal: AbortSignal): Promise<Run> {
  const folder = join(options.folder, SHARDS, `${nameOf(shard)}.${options.worker}`);
  rmSync(folder, { recursive: true, force: true });
  try {
    const { same, changed } = await compare(shard.documents);
    const batch = {
      ...options.batch,
      ...shard.settings,
      folder,
      resume: false,
      partSize: Number.POSITIVE_INFINITY,
      gzip: false,
    };
    const { run } = await convertBatch(stream(same), batch, WATCHER, signal);
    for (const { job } of changed) record(run, job.name, CHANGED);
    if (signal.aborted) return run;
    const target = shard.settings.format === 'ndjson' ? join(options.folder, nameOf(shard)) : options.folder;
    await options.deliver?.(
      listOutput(folder).map((name) => join(folder, name)),
      shard,
    );
    if (options.publish) publish(folder, target);
    return run;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const WATCHER = { found: () => undefined, done: () => undefined, read: () => undefined };

const CHANGED = {
  status: 'rejected',
  reason: 'changed',
  message: 'It is not what it was when it was put into the queue, or cannot be read. Enqueue it anew.',
} as const;

async function compare(documents: readonly ShardDocument[]): Promise<{ same: Document[]; changed: ShardDocument[] }> {
  const same: Document[] = [];
  const changed: ShardDocument[] = [];
  for (const document of documents) {
    const source = fromJob(document.job);
    if ((await digestOf(source)).sha256 === document.sha256) same.push(source);
    else changed.push(document);
  }
  return { same, changed };
}

async function* stream(documents: readonly Document[]): AsyncGenerator<Document, void> {
  yield* documents;
}

/** Files of a finished run, but for its sum: that goes into the record. */
function listOutput(folder: string): string[] {
  const names = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((item) => item.isFile())
    .map((item) => join(item.parentPath, item.name).slice(folder.length + 1));
  return names.filter((name) => name !== 'run.json' && !name.startsWith('.')).sort();
}

function publish(folder: string, target: string): void {
  for (const name of listOutput(folder)) {
    const path = join(target, name);
    mkdirSync(dirname(path), { recursive: true });
    renameSync(join(folder, name), path);
  }
}

/** What goes by itself: the server restarts, or the network does not carry. */
function isConnectionError(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const { code = '' } = error as { code?: string };
  return (
    /^(ECONN|EPIPE|ETIMEDOUT|EHOSTUNREACH|ENOTFOUND|EAI_AGAIN|08|53300|57P0)/.test(code) ||
    /connection terminated|timeout exceeded/i.test(error.message)
  );
}
