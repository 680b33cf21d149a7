/** Complete parts of lines go to their place, and the manifest says which there are. */
import {
  createReadStream,
  createWriteStream,
  existsSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
} from 'node:fs';
import { basename, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { guard, writeWhole } from './files.js';
import { type Part, partName, partOf } from './parts.js';
import type { WorkFolder } from './work-folder.js';

export const MANIFEST = 'manifest.json';

/**
 * Moves complete parts to the output folder, compressed if so wished. May be repeated: a part is where it was, or in its
 * place, never half in it.
 * @throws an Error named OutputError
 */
export async function publishParts(
  work: WorkFolder,
  folder: string,
  gzip: boolean,
  isComplete: (part: Pick<Part, 'type' | 'part'>) => boolean,
): Promise<void> {
  for (const name of readdirSync(work.parts).sort()) {
    const part = partOf(name);
    if (part === undefined || !isComplete(part)) continue;
    const raw = join(work.parts, name);
    if (!gzip) guard(join(folder, name), () => renameSync(raw, join(folder, name)));
    else {
      await compress(raw, join(work.temporary, `${name}.gz`), join(folder, `${name}.gz`));
      rmSync(raw);
    }
  }
}

/** The gzip header holds no time and no name: the same lines give the same bytes. */
async function compress(from: string, temporary: string, to: string): Promise<void> {
  const failed = await pipeline(createReadStream(from), createGzip(), createWriteStream(temporary)).then(
    () => undefined,
    (error: unknown) => error,
  );
  guard(to, () => {
    if (failed !== undefined) throw failed;
    renameSync(temporary, to);
  });
}

/**
 * Writes `manifest.json`: what a bulk import ($import) is told, addresses relative to the folder, and beside it lines and
 * bytes (before compression) of each file.
 */
export function writeManifest(folder: string, parts: Iterable<Part>, gzip: boolean): void {
  const sorted = [...parts].sort((one, other) =>
    one.type === other.type ? one.part - other.part : one.type < other.type ? -1 : 1,
  );
  const manifest = {
    inputFormat: 'application/fhir+ndjson',
    storageDetail: { type: 'file', ...(gzip && { contentEncoding: 'gzip' }) },
    input: sorted.map((part) => ({
      type: part.type,
      url: gzip ? `${partName(part)}.gz` : partName(part),
      count: part.lines,
      bytes: part.bytes,
    })),
  };
  writeWhole(join(folder, MANIFEST), `${JSON.stringify(manifest, null, 2)}\n`);
}

/** Removes the files an earlier manifest lists: what a new run makes fewer of must not stay among its own. */
export function removePublished(folder: string): void {
  const path = join(folder, MANIFEST);
  if (!existsSync(path)) return;
  for (const name of namesIn(readFileSync(path, 'utf8'))) rmSync(join(folder, name), { force: true });
  rmSync(path);
}

function namesIn(manifest: string): string[] {
  try {
    const { input } = JSON.parse(manifest) as { input?: { url?: unknown }[] };
    const names = (Array.isArray(input) ? input : []).map(({ url }) => String(url));
    return names.filter((name) => name === basename(name) && partOf(name.replace(/\.gz$/, '')) !== undefined);
  } catch {
    return []; // no manifest of ours
  }
}
