/** Files written so that no reader ever sees half of one: to a temporary name first, then renamed. */
import { type FileHandle, mkdir, open, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type BundleFormat, bundleToJson, type Event, toBundle, toLine } from '../index.js';
import type { Document } from '../intake/entry.js';

/** Where the resources of a run go. */
export interface Sink {
  /** Takes one document's events; leaves nothing of it behind if they end in an error. */
  write(document: Document, events: AsyncIterable<Event>): Promise<void>;
  /** Completes the run. */
  close(): Promise<void>;
  /** Gives the run up: removes what is not complete. */
  discard(): Promise<void>;
}

const temporary = (path: string): string => `${path}.${process.pid}.tmp`;

/** Writes a file, and the folders above it, in one step as seen from outside. */
export async function writeWhole(path: string, text: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(temporary(path), text);
  await rename(temporary(path), path);
}

/** One Bundle per document, at the document's place below the folder. */
export const bundleSink = (folder: string, format: BundleFormat): Sink => ({
  async write(document, events) {
    const bundle = await toBundle(events, { format });
    await writeWhole(join(folder, `${document.output}.json`), `${bundleToJson(bundle)}\n`);
  },
  close: async () => {},
  discard: async () => {},
});

/** One file of lines being written: what is on disk, and what waits. */
interface Lines {
  readonly path: string;
  readonly handle: FileHandle;
  size: number;
  waiting: string[];
}

const FLUSH_AT = 1000;

/** One file of lines per resource type for the whole run, documents in their order. */
export function ndjsonSink(folder: string): Sink {
  const files = new Map<string, Lines>();
  return {
    async write(_document, events) {
      const before = new Map([...files].map(([type, { size }]) => [type, size]));
      try {
        for await (const event of events) {
          if (event.kind !== 'resource') continue;
          const type = event.resource.resourceType;
          const lines = files.get(type) ?? (await openLines(join(folder, `${type}.ndjson`)));
          files.set(type, lines);
          lines.waiting.push(toLine(event.resource));
          if (lines.waiting.length >= FLUSH_AT) await flush(lines);
        }
        for (const lines of files.values()) await flush(lines);
      } catch (error) {
        for (const [type, lines] of files) await cutBack(lines, before.get(type) ?? 0);
        throw error;
      }
    },
    async close() {
      for (const { path, handle, size } of files.values()) {
        await handle.close();
        await (size > 0 ? rename(temporary(path), path) : rm(temporary(path)));
      }
    },
    async discard() {
      for (const { path, handle } of files.values()) {
        await handle.close();
        await rm(temporary(path), { force: true });
      }
    },
  };
}

async function openLines(path: string): Promise<Lines> {
  await mkdir(dirname(path), { recursive: true });
  // Append mode: after lines of a rejected document were cut off, writing goes on at the new end.
  const handle = await open(temporary(path), 'a');
  await handle.truncate(0);
  return { path, handle, size: 0, waiting: [] };
}

async function flush(lines: Lines): Promise<void> {
  const bytes = Buffer.from(lines.waiting.join(''));
  lines.waiting = [];
  await lines.handle.appendFile(bytes);
  lines.size += bytes.length;
}

/** Takes a rejected document's lines out again. */
async function cutBack(lines: Lines, size: number): Promise<void> {
  lines.waiting = [];
  await lines.handle.truncate(size);
  lines.size = size;
}
