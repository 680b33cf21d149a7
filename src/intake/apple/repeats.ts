/**
 * What repeats is understood once: an export holds millions of records of a few layouts. One record of each goes
 * through the parser; those that fit its layout are taken as it was. Whatever fits none goes through the parser, so the
 * result is the same, and a strange record costs only itself.
 */
import { createDecoder, type EncodingFault } from '../../read/decode.js';
import { lineEndsOf } from '../../read/hand.js';
import type { TokenReader } from '../../read/token-reader.js';
import type { TokenHandler } from '../../read/tokens.js';
import { createLayout, type HoleAt, type Layout } from './layout.js';
import type { Sample } from './sample.js';

/** A record that was read, as far as it can be said of others too. */
export interface Repeatable {
  readonly sample: Sample;
  /** Takes another one like it, and accounts for its leaves as for those of the first. */
  take(sample: Sample): void;
}

/** The handler of a file of records. */
export interface RecordHandler extends TokenHandler {
  /** True between records: the next one may be left out of the tokens. */
  isAtRest(): boolean;
  /** What was read since it was asked last, if that was one record and nothing else worth a word. */
  takeLast(): Repeatable | undefined;
  readonly holeAt: HoleAt;
  /** End tags after which it may be at rest: `</component>`, `/>`. */
  readonly ends: readonly string[];
}

export interface RepeatsSetup {
  readonly reader: TokenReader;
  readonly handler: RecordHandler;
  /** Told once, of the first bytes that are not valid, with their line. */
  misread(code: EncodingFault, line: number): void;
}

export interface Repeats {
  write(bytes: Uint8Array): void;
  /** Ends the input; false if it ended early. */
  close(): boolean;
  /** Line of the source that is being read. */
  line(): number;
}

/** Layouts tried: records of one type and source stand together, or take turns with a few others. */
const MOST_LAYOUTS = 48;
/** Characters gathered before they are looked at, and those kept until a record ends. */
const LEAST = 16_384;
const MOST_KEPT = 262_144;

/** Puts itself before the reader of a file. */
export function createRepeats({ reader, handler, misread }: RepeatsSetup): Repeats {
  const known: { readonly layout: Layout; readonly record: Repeatable }[] = [];
  const nextEnd = createFinder(handler.ends);
  let text = '';
  let at = 0;
  let rest = -1; // where the reader was at rest last; -1: not in this text
  let skipped = 0; // lines the reader has not seen
  const lineOf = (): number => reader.line() + skipped;
  const decoder = createDecoder((code, before) =>
    misread(code, lineOf() + lineEndsOf(text.slice(at)) + lineEndsOf(before)),
  );

  /** Takes the record at `at` if its layout is known. */
  function takeKnown(): boolean {
    for (let index = 0; index < known.length; index++) {
      const one = known[index];
      const end = one?.layout.match(text, at) ?? -1;
      if (one === undefined || end < 0) continue;
      const { layout, record } = one;
      record.take({ ...record.sample, ...layout.found, line: lineOf() + layout.ahead });
      skipped += layout.lines;
      at = end;
      if (index > 0) known.unshift(...known.splice(index, 1));
      return true;
    }
    return false;
  }

  /** Learns from what went through the reader since it was at rest. */
  function learn(record: Repeatable): void {
    const piece = text.slice(rest, at);
    if (known.some(({ layout }) => layout.match(piece, 0) === piece.length)) return;
    const ahead = record.sample.line - (lineOf() - lineEndsOf(piece));
    const layout = createLayout(piece, record.sample, ahead, handler.holeAt);
    if (layout) known.unshift({ layout, record });
    if (known.length > MOST_LAYOUTS) known.pop();
  }

  function pass(end: number): void {
    reader.write(text.slice(at, end));
    at = end;
    if (!handler.isAtRest() || !reader.isIdle()) return;
    const record = handler.takeLast();
    if (record !== undefined && rest >= 0) learn(record);
    rest = at;
  }

  function advance(): void {
    for (;;) {
      while (rest === at && takeKnown()) rest = at;
      const end = nextEnd(text, at);
      if (end < 0) break;
      pass(end);
    }
    if (text.length - at > MOST_KEPT) pass(text.length);
    if (at - rest > MOST_KEPT) rest = -1;
    const kept = rest < 0 ? at : rest;
    text = text.slice(kept);
    at -= kept;
    rest = Math.min(rest, 0);
  }

  return {
    write(bytes) {
      text += decoder.decode(bytes);
      if (text.length - at >= LEAST) advance();
    },
    close() {
      text += decoder.end();
      advance();
      pass(text.length);
      return reader.close();
    },
    line: lineOf,
  };
}

/** Finds the end of the first of some marks; what was found is remembered while the text is the same. */
function createFinder(marks: readonly string[]): (text: string, from: number) => number {
  const places = marks.map(() => -1);
  let seen = '';
  return (text, from) => {
    if (text !== seen) places.fill(-1);
    seen = text;
    let first = Number.POSITIVE_INFINITY;
    for (let index = 0; index < marks.length; index++) {
      const mark = marks[index] ?? '';
      let place = places[index] ?? -1;
      if (place < from) {
        const found = text.indexOf(mark, from);
        place = found < 0 ? Number.POSITIVE_INFINITY : found;
        places[index] = place;
      }
      first = Math.min(first, place + mark.length);
    }
    return Number.isFinite(first) ? first : -1;
  };
}
