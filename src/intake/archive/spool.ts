/**
 * Temporary files for what must be reached at a place but stands under compression: archives in archives, tar under
 * gzip, embedded documents. They hold patient data: a folder only the user may read, removed when the process ends;
 * folders left by processes that were killed are removed by the next one.
 */
import { createHash } from 'node:crypto';
import { createWriteStream, existsSync, lstatSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { isMainThread, threadId } from 'node:worker_threads';
import type { Locator } from '../entry.js';
import { INTAKE_LIMITS } from '../limits.js';
import { refusalError } from '../refusals.js';
import { usageError } from '../usage.js';

const PREFIX = 'ccd2fhir-spool-';
/** How many stay at once. Who needs one that went writes it again. */
const MOST_FILES = 64;

/** One folder for the process: threads share what they wrote. */
const folder = join(tmpdir(), `${PREFIX}${process.pid}`);
const kept: string[] = [];
let ready = false;
let written = 0;

/** A new input begins: its share of `INTAKE_LIMITS.spool` is whole again. */
export const resetSpool = (): void => {
  written = 0;
};

/** Where the copy of these bytes is, if there is one. */
export function findSpooled(locator: Locator): string | undefined {
  const path = pathOf(locator);
  return ready && existsSync(path) ? path : undefined;
}

/**
 * A file with the bytes of the source.
 * @throws InputError `limit-size` if one input needs more than `INTAKE_LIMITS.spool`; errors of the source and the disk
 */
export async function spool(locator: Locator, source: AsyncIterable<Uint8Array>): Promise<string> {
  prepare();
  const path = pathOf(locator);
  if (existsSync(path)) return path;
  const part = `${path}.${threadId}`;
  try {
    await pipeline(Readable.from(count(source)), createWriteStream(part, { mode: 0o600 }));
  } catch (error) {
    await rm(part, { force: true });
    throw error;
  }
  await rename(part, path);
  kept.push(path);
  const [oldest] = kept.length > MOST_FILES ? kept.splice(0, 1) : [];
  // Who reads it has it open; where that forbids to remove it, it stays until the end.
  if (oldest !== undefined) await rm(oldest, { force: true }).catch(() => undefined);
  return path;
}

async function* count(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void> {
  for await (const bytes of source) {
    written += bytes.length;
    if (written > INTAKE_LIMITS.spool) throw refusalError('limit-size');
    yield bytes;
  }
}

const pathOf = (locator: Locator): string =>
  join(folder, createHash('sha256').update(JSON.stringify(locator)).digest('hex').slice(0, 32));

function prepare(): void {
  if (ready) return;
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  // Its name can be guessed, so somebody else may have made it.
  const { uid, mode } = lstatSync(folder);
  if (uid !== (process.getuid?.() ?? uid) || (process.getuid && (mode & 0o170077) !== 0o040000))
    throw usageError(`The temporary folder ${folder} belongs to somebody else. Remove it, or set TMPDIR.`);
  ready = true;
  if (!isMainThread) return;
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  for (const name of readdirSync(tmpdir())) {
    const pid = Number(name.startsWith(PREFIX) ? name.slice(PREFIX.length) : Number.NaN);
    if (Number.isInteger(pid) && !isAlive(pid)) tryRemove(join(tmpdir(), name));
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    // Not allowed to ask means that it is there.
    return error instanceof Error && 'code' in error && error.code !== 'ESRCH';
  }
}

function tryRemove(path: string): void {
  try {
    rmSync(path, { recursive: true, force: true });
  } catch {
    // Another user's: theirs to remove.
  }
}
