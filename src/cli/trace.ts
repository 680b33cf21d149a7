/** The trace of a conversion: one line of JSON for every piece of data of the source. */
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { type ConvertOptions, type Event, leafDescriber } from '../index.js';

/** Lines held back at most before they are written. */
const FLUSH_AT = 2000;

export interface TraceFile {
  readonly options: ConvertOptions;
  /** Passes the events on, writing what the conversion told since the last one. */
  follow(events: AsyncIterable<Event>): AsyncIterable<Event>;
  /** Completes the file, or removes it if there is nothing to `keep`. */
  close(keep: boolean): Promise<void>;
}

/**
 * Writes `{ n, line, path, state, rule?, value? }` per leaf: `n` is its place in the document (lines come in the order
 * in which parts were finished), `value` only with `showValues`.
 */
export function traceTo(path: string, base: ConvertOptions): TraceFile {
  const temporary = `${path}.${process.pid}.tmp`;
  const file = createWriteStream(temporary);
  const failed = new Promise<never>((_, reject) => file.once('error', reject));
  failed.catch(() => undefined);
  const describe = leafDescriber(base.mappings);
  let lines: string[] = [];

  async function flush(): Promise<void> {
    const text = lines.join('');
    lines = [];
    if (text !== '' && !file.write(text)) await Promise.race([once(file, 'drain'), failed]);
  }

  return {
    options: {
      ...base,
      onLeaf(n, state, rule, leaf) {
        base.onLeaf?.(n, state, rule, leaf);
        const value = base.showValues ? leaf.value : undefined;
        const told = { n, line: leaf.owner.line, path: describe(leaf), state, ...(rule && { rule }), value };
        lines.push(`${JSON.stringify(told)}\n`);
      },
    },
    async *follow(events) {
      for await (const event of events) {
        if (lines.length >= FLUSH_AT) await flush();
        yield event;
      }
      await flush();
    },
    async close(keep) {
      await flush();
      const closed = once(file, 'close');
      file.end();
      await Promise.race([closed, failed]);
      await (keep ? rename(temporary, path) : rm(temporary));
    },
  };
}
