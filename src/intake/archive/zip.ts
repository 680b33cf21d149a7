/** Zip archives (PKWARE APPNOTE, zip64 included), read where the member stands; the check sum of each is verified. */
import { closeSync, openSync, readSync, statSync } from 'node:fs';
import { crc32, inflateRawSync } from 'node:zlib';
import yauzl, { type Entry } from 'yauzl';
import { InputError } from '../../finding.js';
import { INTAKE_LIMITS } from '../limits.js';
import { type Refusal, refusalError, refuse } from '../refusals.js';
import type { Archive } from './archive.js';
import { guard } from './guard.js';

export const zip: Archive = {
  isPackage: true,
  async *list(bytes) {
    // Sizes are checked where a member is read: one wrong size is not the end of the archive.
    const file = await openZip(await bytes.file(), false);
    try {
      if (file.entryCount > INTAKE_LIMITS.members) throw refusalError('limit-members');
      let packed = 0;
      for await (const entry of file.eachEntry()) {
        const name = nameOf(entry);
        packed += entry.compressedSize;
        if (packed > file.fileSize) throw refusalError('archive-overlap');
        if (!name.endsWith('/')) yield describe(entry, name);
      }
    } catch (error) {
      throw explain(error);
    } finally {
      file.close();
    }
  },
  async *open(bytes, step) {
    const [offset = 0, packed = 0, size = 0, method = 0, sum = 0] = step.split(',').map(Number);
    const path = await bytes.file();
    if (packed <= SMALL && size <= SMALL && (method === STORE || method === DEFLATE)) {
      const content = readSmall(path, { offset, packed, size, method });
      if (crc32(content) !== sum) throw refusalError('archive-crc');
      if (size > 0) yield content;
      return;
    }
    const file = await keepOpen(path);
    try {
      const entry = Object.assign(new yauzl.Entry(), {
        relativeOffsetOfLocalHeader: offset,
        compressedSize: packed,
        uncompressedSize: size,
        compressionMethod: method,
        generalPurposeBitFlag: 0,
      });
      const stream = await file.openReadStreamPromise(entry);
      let found = 0;
      for await (const piece of guard(stream, () => packed)) {
        found = crc32(piece, found);
        yield piece;
      }
      if (found !== sum) throw refusalError('archive-crc');
    } catch (error) {
      throw explain(error);
    }
  },
};

const STORE = 0;
const DEFLATE = 8;
/** Bytes of a member that is read at once: a stream for each of 80,000 documents is what would take the time. */
const SMALL = 1 << 20;

/** Before the content: a signature, 22 bytes, the lengths of the name and of what stands between it and the content. */
const HEADER = 30;
const SIGNATURE = 0x04034b50;

function readSmall(
  path: string,
  { offset, packed, size, method }: { offset: number; packed: number; size: number; method: number },
): Uint8Array {
  const file = openSync(path, 'r');
  try {
    const header = readAt(file, offset, HEADER);
    if (header.readUInt32LE(0) !== SIGNATURE) throw refusalError('archive-damaged');
    const start = offset + HEADER + header.readUInt16LE(26) + header.readUInt16LE(28);
    const content = readAt(file, start, packed);
    const whole = method === STORE ? content : inflate(content, size);
    if (whole.length !== size) throw refusalError('archive-damaged');
    return whole;
  } finally {
    closeSync(file);
  }
}

function readAt(file: number, at: number, length: number): Buffer {
  const bytes = Buffer.alloc(length);
  if (readSync(file, bytes, 0, length, at) < length) throw refusalError('archive-damaged');
  return bytes;
}

function inflate(content: Uint8Array, size: number): Buffer {
  try {
    return inflateRawSync(content, { maxOutputLength: size + 1 });
  } catch {
    throw refusalError('archive-damaged');
  }
}

const openZip = async (path: string, validateEntrySizes = true): Promise<yauzl.ZipFile> => {
  try {
    return await yauzl.openPromise(path, { autoClose: false, decodeStrings: false, validateEntrySizes });
  } catch (error) {
    throw explain(error);
  }
};

/** Archives lately read from: opening one for each of 80,000 members is what would take the time. */
const opened = new Map<string, Promise<yauzl.ZipFile>>();
const MOST_OPEN = 4;

function keepOpen(path: string): Promise<yauzl.ZipFile> {
  const { mtimeMs, size } = statSync(path);
  const key = `${path}\n${mtimeMs}\n${size}`;
  const file = opened.get(key) ?? openZip(path);
  opened.delete(key);
  opened.set(key, file);
  file.catch(() => opened.delete(key));
  const [oldest] = opened.size > MOST_OPEN ? opened : [];
  if (oldest) {
    opened.delete(oldest[0]);
    // Streams still read from it are read to their end first.
    oldest[1].then(
      (old) => old.close(),
      () => undefined,
    );
  }
  return file;
}

const nameOf = (entry: Entry): string =>
  yauzl.getFileNameLowLevel(entry.generalPurposeBitFlag, entry.fileNameRaw, entry.extraFields, false);

function describe(entry: Entry, name: string) {
  const { relativeOffsetOfLocalHeader, compressedSize, uncompressedSize, compressionMethod } = entry;
  const refusal = refusalOf(entry, name);
  return {
    name,
    step: [relativeOffsetOfLocalHeader, compressedSize, uncompressedSize, compressionMethod, entry.crc32].join(),
    size: uncompressedSize,
    ...(refusal && { refusal }),
  };
}

const UNIX_TYPE = 0o170000;
const UNIX_FILE = 0o100000;

function refusalOf(entry: Entry, name: string): Refusal | undefined {
  const type = (entry.externalFileAttributes >>> 16) & UNIX_TYPE;
  if (yauzl.validateFileName(name) !== null || name.includes('\0')) return refuse('archive-path');
  if (type !== 0 && type !== UNIX_FILE) return refuse('archive-link');
  if (entry.isEncrypted() || entry.compressionMethod === 99) return refuse('archive-encrypted');
  if (!entry.canDecodeFileData()) return refuse('archive-method');
  return undefined;
}

/** What the library says of an archive, in our words; errors of the file system stay as they are. */
function explain(error: unknown): Error {
  if (error instanceof InputError || error instanceof TypeError) return error;
  if (error instanceof Error && 'syscall' in error) return error;
  const encrypted = error instanceof Error && /strong encryption/.test(error.message);
  return refusalError(encrypted ? 'archive-encrypted' : 'archive-damaged');
}
