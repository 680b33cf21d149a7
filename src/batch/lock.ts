/** One run at a time in a folder: two would take each other's files for their own. */
import { closeSync, openSync, readFileSync, rmSync, statSync, utimesSync, writeSync } from 'node:fs';
import { hostname } from 'node:os';
import { dirname } from 'node:path';
import { guard, makeFolder } from './files.js';
import type { WorkFolder } from './work-folder.js';

/** How often a run shows that it is alive, and how long after that it counts as dead; milliseconds. */
const BEAT = 10_000;
const SILENCE = 60_000;
/** It takes less than this to write a lock. */
const MOMENT = 1000;

/**
 * Takes the folder for this run. The lock of a run that was killed does not count: on this machine if its process is
 * gone, on another (or in another container) once it has been silent for a minute.
 * @returns gives the folder free again
 * @throws an Error named UsageError if another run is at work there, one named OutputError if it cannot be written to
 */
export function lockFolder(folder: string, { lock }: WorkFolder): () => void {
  const own = `${hostname()} ${process.pid}`;
  makeFolder(dirname(lock), folder);
  guard(folder, () => {
    for (let attempt = 0; !create(lock, own); attempt++) {
      const holder = findHolder(lock);
      if (holder !== undefined && (attempt === 3 || isAlive(holder, lock))) throw busy(folder, holder, lock);
      rmSync(lock, { force: true });
    }
  });
  const beat = setInterval(() => show(lock), BEAT).unref();
  return () => {
    clearInterval(beat);
    rmSync(lock, { force: true });
  };
}

/** False if it is there already. */
function create(lock: string, own: string): boolean {
  try {
    const file = openSync(lock, 'wx');
    writeSync(file, own);
    closeSync(file);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

/** Machine and process; undefined if the lock has gone meanwhile. */
function findHolder(lock: string): string | undefined {
  try {
    return readFileSync(lock, 'utf8');
  } catch {
    return undefined;
  }
}

function isAlive(holder: string, lock: string): boolean {
  const [machine, id] = holder.split(' ');
  if (machine === hostname()) return isRunning(Number(id));
  // A lock that names nobody is being written, or was when its run was killed.
  const silence = holder === '' ? MOMENT : SILENCE;
  return Date.now() - (statSync(lock, { throwIfNoEntry: false })?.mtimeMs ?? 0) < silence;
}

function isRunning(id: number): boolean {
  if (!Number.isInteger(id) || id <= 0) return false;
  try {
    process.kill(id, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** A folder that has gone is found out by the next write. */
function show(lock: string): void {
  const now = new Date();
  try {
    utimesSync(lock, now, now);
  } catch {}
}

const busy = (folder: string, holder: string, lock: string): Error =>
  Object.assign(
    new Error(
      `Another run is at work in ${folder} (machine and process: ${holder}). Wait for it, or name another folder with ` +
        `--out. If there is no such run any more, remove ${lock}.`,
    ),
    { name: 'UsageError' },
  );
