/** The lines a document becomes, by resource type, in one file that waits until it is the document's turn. */
import { closeSync, openSync, rmSync } from 'node:fs';
import { type Event, toLine } from '../index.js';
import { guard, writeAll } from './files.js';

/** Whole lines of one type in a spool file, one after another without gaps. */
export interface Segment {
  readonly type: string;
  readonly bytes: number;
  readonly lines: number;
}

/** Characters held in memory before they are written. */
const FLUSH_AT = 1_000_000;

/**
 * Writes the resources among the events to a file; memory does not follow the document.
 * @returns what stands in the file, in its order; within a type lines are in the order of the events
 * @throws an Error named OutputError; then, and if the events end in an error, no file is left
 */
export async function spoolLines(path: string, events: AsyncIterable<Event>): Promise<Segment[]> {
  const file = guard(path, () => openSync(path, 'w'));
  const segments: Segment[] = [];
  const waiting = new Map<string, string[]>();
  let size = 0;

  function flush(): void {
    for (const [type, lines] of waiting) {
      const bytes = Buffer.from(lines.join(''));
      guard(path, () => writeAll(file, bytes));
      segments.push({ type, bytes: bytes.length, lines: lines.length });
    }
    waiting.clear();
    size = 0;
  }

  try {
    for await (const event of events) {
      if (event.kind !== 'resource') continue;
      const line = toLine(event.resource);
      const type = event.resource.resourceType;
      const lines = waiting.get(type);
      if (lines) lines.push(line);
      else waiting.set(type, [line]);
      size += line.length;
      if (size >= FLUSH_AT) flush();
    }
    flush();
    closeSync(file);
  } catch (error) {
    closeSync(file);
    rmSync(path, { force: true });
    throw error;
  }
  return segments;
}
