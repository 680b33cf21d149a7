/** From a locator to bytes, through as many archives as it takes. */
import { createReadStream } from 'node:fs';
import type { Archive, Bytes } from './archive/archive.js';
import { base64 } from './archive/base64.js';
import { gzip } from './archive/gzip.js';
import { mail } from './archive/mail.js';
import { findSpooled, spool } from './archive/spool.js';
import type { Locator } from './entry.js';
import { refusalError } from './refusals.js';

/** An archive whose module, with the package it needs, is loaded when there is one to open. */
const later = (isPackage: boolean, load: () => Promise<Archive>): Archive => ({
  isPackage,
  async *list(bytes) {
    yield* (await load()).list(bytes);
  },
  async *open(bytes, step) {
    yield* (await load()).open(bytes, step);
  },
});

/** By kind. */
const ARCHIVES: Readonly<Record<string, Archive>> = {
  zip: later(true, async () => (await import('./archive/zip.js')).zip),
  tar: later(true, async () => (await import('./archive/tar.js')).tar),
  gzip,
  base64,
  mail,
  fhir: later(false, async () => (await import('./archive/embedded.js')).embedded),
};

/** What opens files of this kind, if they hold others. */
export const archiveOf = (kind: string): Archive | undefined =>
  Object.hasOwn(ARCHIVES, kind) ? ARCHIVES[kind] : undefined;

/** The bytes at a locator as archives want them. */
export const bytesOf = (locator: Locator): Bytes => ({
  stream: () => openLocator(locator),
  async file() {
    if (!locator.inside?.length && locator.file !== '-') return locator.file;
    return findSpooled(locator) ?? (await spool(locator, openLocator(locator)));
  },
});

/** The locator of a member: its step tells by which kind of archive it is understood. */
export const locate = ({ file, inside = [] }: Locator, kind: string, step: string): Locator => ({
  file,
  inside: [...inside, `${kind}:${step}`],
});

/**
 * Opens the bytes at a locator.
 * @throws InputError while reading if an archive is damaged or exceeds a limit; errors of the file system as they are
 */
export async function* openLocator(locator: Locator): AsyncGenerator<Uint8Array, void> {
  const { file, inside = [] } = locator;
  const last = inside.at(-1);
  const copy = findSpooled(locator);
  if (copy !== undefined) return yield* createReadStream(copy);
  if (last === undefined) return yield* file === '-' ? process.stdin : createReadStream(file);
  const [, kind = '', step = ''] = /^(\w+):(.*)$/s.exec(last) ?? [];
  const archive = archiveOf(kind);
  if (!archive) throw refusalError('archive-damaged');
  yield* archive.open(bytesOf({ file, inside: inside.slice(0, -1) }), step);
}
