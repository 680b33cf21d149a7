/** Files of lines per resource type, in parts of a chosen size; each can be cut back to where the journal knows it. */
import { closeSync, existsSync, ftruncateSync, openSync, readdirSync, readSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { guard, makeFolder, outputError, writeAll } from './files.js';
import type { Segment } from './spool.js';

/** How far a part is written. Parts of a type are numbered from 1. */
export interface Part {
  readonly type: string;
  readonly part: number;
  readonly bytes: number;
  readonly lines: number;
}

interface Open {
  at: Part;
  /** Undefined if the part is complete: the next line begins another. */
  file: number | undefined;
}

type WithFile = Open & { file: number };

const hasFile = (open: Open): open is WithFile => open.file !== undefined;

export interface Parts {
  /** Appends a document's lines from its spool file; tells how far each part it touched is written now. */
  append(spool: string, segments: readonly Segment[]): Part[];
  close(): void;
}

/** `Patient.ndjson`, then `Patient-2.ndjson` ... */
export const partName = ({ type, part }: Pick<Part, 'type' | 'part'>): string =>
  part === 1 ? `${type}.ndjson` : `${type}-${part}.ndjson`;

const LINE_FEED = 10;

/**
 * Opens the parts in a folder as the journal knows them: what was written after its last line is cut off.
 * @param last the last part of each type
 * @param complete whether these are complete, as after the end of a run: more begins new ones
 * @param most bytes of a part; only a single longer line makes one larger
 * @throws an Error named OutputError
 */
export function openParts(folder: string, last: readonly Part[], complete: boolean, most: number): Parts {
  makeFolder(folder);
  const current = new Map<string, Open>();
  removeLater(folder, last);
  for (const at of last) {
    if (!complete) truncate(join(folder, partName(at)), at.bytes);
    current.set(at.type, { at, file: complete ? undefined : openPart(at, 'a') });
  }

  function openPart(at: Part, flag: 'a' | 'w'): number {
    const path = join(folder, partName(at));
    return guard(path, () => openSync(path, flag));
  }

  function roll(type: string): WithFile {
    const done = current.get(type);
    if (done?.file !== undefined) closeSync(done.file);
    const at = { type, part: (done?.at.part ?? 0) + 1, bytes: 0, lines: 0 };
    const next = { at, file: openPart(at, 'w') };
    current.set(type, next);
    return next;
  }

  function opened(type: string): WithFile {
    const there = current.get(type);
    return there && hasFile(there) ? there : roll(type);
  }

  function put(to: WithFile, bytes: Uint8Array, lines: number): void {
    guard(join(folder, partName(to.at)), () => writeAll(to.file, bytes));
    to.at = { ...to.at, bytes: to.at.bytes + bytes.length, lines: to.at.lines + lines };
  }

  /** Adds whole lines, going on in a new part wherever the next line would make this one too large. */
  function add(segment: Segment, bytes: Buffer, touched: Map<string, Part>): void {
    let rest = bytes;
    let lines = segment.lines;
    let to = opened(segment.type);
    while (rest.length > 0) {
      const room = most - to.at.bytes;
      const cut = rest.length <= room ? rest.length : lineEnd(rest, room, to.at.bytes === 0);
      if (cut > 0) {
        const piece = rest.subarray(0, cut);
        const number = cut === rest.length ? lines : countLines(piece);
        put(to, piece, number);
        lines -= number;
        rest = rest.subarray(cut);
        touched.set(partName(to.at), to.at);
      }
      if (rest.length > 0) to = roll(segment.type);
    }
  }

  return {
    append(spool, segments) {
      const touched = new Map<string, Part>();
      // One buffer for all: many would pile up, as nothing collects them before the last line is written.
      const buffer = Buffer.allocUnsafe(segments.reduce((most, { bytes }) => Math.max(most, bytes), 0));
      const file = guard(spool, () => openSync(spool, 'r'));
      try {
        for (const segment of segments) add(segment, fill(buffer.subarray(0, segment.bytes), file, spool), touched);
      } finally {
        closeSync(file);
      }
      return [...touched.values()];
    },
    close() {
      for (const { file } of current.values()) if (file !== undefined) closeSync(file);
    },
  };
}

/** Where the last whole line within `room` ends; 0 if there is none, or the first line's end if one `must` be taken. */
function lineEnd(bytes: Buffer, room: number, must: boolean): number {
  const end = room > 0 ? bytes.lastIndexOf(LINE_FEED, room - 1) + 1 : 0;
  return end === 0 && must ? bytes.indexOf(LINE_FEED) + 1 : end;
}

function countLines(bytes: Uint8Array): number {
  let lines = 0;
  for (const byte of bytes) if (byte === LINE_FEED) lines++;
  return lines;
}

/** Reads the next bytes of a file, as many as there is room for. */
function fill(bytes: Buffer, file: number, path: string): Buffer {
  for (let at = 0; at < bytes.length; ) {
    const read = guard(path, () => readSync(file, bytes, at, bytes.length - at, null));
    if (read === 0) throw outputError(path, 'EIO');
    at += read;
  }
  return bytes;
}

/** The part a file name says it is. */
export function partOf(name: string): Pick<Part, 'type' | 'part'> | undefined {
  const [, type, number = '1'] = /^([A-Za-z]+)(?:-(\d+))?\.ndjson$/.exec(name) ?? [];
  return type === undefined ? undefined : { type, part: Number(number) };
}

/** Takes away parts that a run that was killed had begun and not told its journal of. */
function removeLater(folder: string, last: readonly Part[]): void {
  const known = new Map(last.map(({ type, part }) => [type, part]));
  for (const name of readdirSync(folder)) {
    const at = partOf(name);
    if (at === undefined || at.part > (known.get(at.type) ?? 0)) rmSync(join(folder, name));
  }
}

function truncate(path: string, bytes: number): void {
  if (!existsSync(path)) throw outputError(path, 'ENOENT');
  guard(path, () => {
    const file = openSync(path, 'a');
    ftruncateSync(file, bytes);
    closeSync(file);
  });
}
