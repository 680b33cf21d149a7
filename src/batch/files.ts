/** Files written so that no reader ever sees half of one: to a temporary name first, then renamed. */
import {
  accessSync,
  closeSync,
  constants,
  existsSync,
  mkdirSync,
  openSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { dirname } from 'node:path';

const PIECE = 1 << 20;

/**
 * Writes a file, and the folders above it, in one step as seen from outside.
 * @param temporary where it is written to at first: on the same file system, and nobody else's
 * @throws an Error named OutputError that says what is wrong with the place
 */
export function writeWhole(
  path: string,
  pieces: string | Iterable<string>,
  temporary = `${path}.${process.pid}.tmp`,
): void {
  guard(path, () => {
    makeFolder(dirname(path), path);
    try {
      const file = openSync(temporary, 'w');
      try {
        for (const piece of gather(typeof pieces === 'string' ? [pieces] : pieces)) writeAll(file, piece);
      } finally {
        closeSync(file);
      }
      renameSync(temporary, path);
    } catch (error) {
      rmSync(temporary, { force: true });
      throw error;
    }
  });
}

/** Small pieces together, so that each write is worth its call. */
function* gather(pieces: Iterable<string>): Iterable<Buffer> {
  let waiting: string[] = [];
  let size = 0;
  for (const piece of pieces) {
    waiting.push(piece);
    size += piece.length;
    if (size < PIECE) continue;
    yield Buffer.from(waiting.join(''));
    waiting = [];
    size = 0;
  }
  if (size > 0) yield Buffer.from(waiting.join(''));
}

/** Writes all bytes: one call may take a part only, as on a disk that is nearly full. */
export function writeAll(file: number, bytes: Uint8Array): void {
  for (let at = 0; at < bytes.length; ) at += writeSync(file, bytes, at);
}

/** Does `work`, and says in words what is wrong with the place it writes to. */
export function guard<T>(path: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw isSystemError(error) ? outputError(path, error.code) : error;
  }
}

const isSystemError = (error: unknown): error is NodeJS.ErrnoException & { code: string } =>
  error instanceof Error && 'syscall' in error && 'code' in error;

/**
 * Makes a folder and those above it.
 * @param named what to call it in an error: the folder a person has named
 * @throws an Error named OutputError
 */
export function makeFolder(path: string, named = path): void {
  guard(named, () => {
    try {
      mkdirSync(path, { recursive: true });
    } catch (error) {
      // On a read-only disk Node says only that the folder is not there: the folder above it knows why.
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') accessSync(findExisting(path), constants.W_OK);
      throw error;
    }
  });
}

function findExisting(path: string): string {
  const above = dirname(path);
  return existsSync(path) || above === path ? path : findExisting(above);
}

/** Names of errors of the system, and what a person can do about them. */
const ADVICE: Readonly<Record<string, string>> = {
  ENOSPC: 'the disk is full. Free some space',
  EDQUOT: 'your quota on this disk is used up. Free some space',
  EFBIG: 'the file would grow beyond what the system allows. Use --part-size or raise the limit',
  EROFS: 'the disk is read-only. Name another folder with --out',
  EACCES: 'you may not write there. Change its rights, or name another folder with --out',
  EPERM: 'you may not write there. Change its rights, or name another folder with --out',
  ENOTDIR: 'a file stands where a folder is needed. Name another folder with --out',
  EEXIST: 'a file stands where a folder is needed. Name another folder with --out',
  EISDIR: 'a folder stands where a file is needed. Name another folder with --out',
  ENAMETOOLONG: 'the name is too long for the system. Give the input a shorter one',
  EMFILE: 'too many files are open. Raise the limit, or use fewer --jobs',
  ENFILE: 'too many files are open. Raise the limit, or use fewer --jobs',
};

/** An Error that stops a run: what cannot be written now cannot be written for the next document either. */
export const outputError = (path: string, code: string): Error =>
  Object.assign(new Error(`${path} cannot be written: ${ADVICE[code] ?? 'the system refuses'} (${code}).`), {
    name: 'OutputError',
  });
