/** The part of the source that is in hand: what has gone out, what is understood, and what is still to be read. */
import type { ReadErrorCode } from '../finding.js';
import type { RepairName } from '../repairs.js';
import type { Limits } from './limits.js';

export interface RepairOutput {
  /** Takes text, comments, CDATA sections and start tags, cut anywhere; of a start tag all but its `>` or `/>`. */
  write(text: string): void;
  /** The start tag written is complete. */
  endAttributes(): void;
  /** The innermost element ends. */
  endTag(): void;
  /** The text written so far ends here. */
  settle(): void;
  /** Counts line ends of source that is not written. */
  skip(lines: number): void;
  /** Called when all before the place has been written; refuses if the repair is not to be made. */
  report(code: 'xml-malformed' | 'xml-trailing' | 'xml-truncated', repair: RepairName): void;
  refuse(code: ReadErrorCode): never;
}

export interface Hand {
  readonly text: string;
  /** Text up to here has gone out. */
  sent(): number;
  /** Text up to here is understood. */
  at: number;
  /** The input has ended. */
  last: boolean;
  /** Sends the source up to `to`, unless it has gone out. */
  flush(to: number): void;
  /** Leaves out the source from `from` to `to`, after sending all before it. */
  drop(from: number, to: number): void;
  /** Puts `instead` in the place of the source from `from` to `to`, and reports. */
  mend(from: number, to: number, instead: string, repair: RepairName): void;
  /** Goes on at `to`: what is before it has gone out, or is not to. */
  pass(to: number): void;
  /** Index of `mark` from `from` on, infinity if there is none. */
  next(mark: string, from: number): number;
  /** Index of the first `&` from `at` on, infinity if there is none. */
  ampersand(): number;
  /** Goes on at `from` when there is more input; always false. */
  wait(from: number): false;
  add(text: string): void;
  /** Where in its line `at` is, counted from 1. */
  column(): number;
  /** ... and a place after the one last asked for. */
  columnOf(place: number): number;
  /** Line ends of the text up to `to` that has not gone out. */
  lines(to: number): number;
  /** Sends what is understood and keeps the rest. */
  shift(): void;
}

export function lineEndsOf(text: string): number {
  let count = 0;
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) count++;
  return count;
}

export function createHand(output: RepairOutput, limits: Limits): Hand {
  let sent = 0; // text up to here has gone out
  let found = -1; // the `&` last found
  // Where the column was last asked for, and how far from its line's beginning that is.
  let asked = 0;
  let indent = 0;

  /** Looks at each character once, however often it is called. */
  function moveIndent(to: number): number {
    if (to < asked) return indent;
    const passed = hand.text.slice(asked, to);
    const lineEnd = passed.lastIndexOf('\n');
    indent = lineEnd < 0 ? indent + passed.length : passed.length - lineEnd - 1;
    asked = to;
    return indent;
  }

  const hand = {
    text: '',
    at: 0,
    last: false,
    flush(to: number): void {
      if (to <= sent) return;
      output.write(hand.text.slice(sent, to));
      sent = to;
    },
    drop(from: number, to: number): void {
      hand.flush(from);
      output.skip(lineEndsOf(hand.text.slice(from, to)));
      hand.pass(to);
    },
    mend(from: number, to: number, instead: string, repair: RepairName): void {
      hand.flush(from);
      hand.at = from;
      output.report('xml-malformed', repair);
      if (instead !== '') output.write(instead);
      output.skip(lineEndsOf(hand.text.slice(from, to)) - lineEndsOf(instead));
      hand.pass(to);
    },
    pass(to: number): void {
      sent = to;
      hand.at = to;
    },
    next(mark: string, from: number): number {
      const index = hand.text.indexOf(mark, from);
      return index < 0 ? Number.POSITIVE_INFINITY : index;
    },
    ampersand(): number {
      if (found < hand.at) found = hand.next('&', hand.at);
      return found;
    },
    wait(from: number): false {
      hand.at = from;
      if (hand.text.length - from > limits.text) output.refuse('limit-text');
      if (hand.last) {
        hand.flush(from);
        hand.pass(hand.text.length);
      }
      return false;
    },
    add(text: string): void {
      hand.text += text;
      found = -1;
    },
    sent: () => sent,
    column: () => moveIndent(hand.at) + 1,
    columnOf: (place: number) => moveIndent(place) + 1,
    lines: (to: number) => lineEndsOf(hand.text.slice(sent, to)),
    shift(): void {
      hand.flush(hand.at);
      moveIndent(hand.at);
      asked = 0;
      hand.text = hand.text.slice(hand.at);
      sent = 0;
      hand.at = 0;
      found = -1;
    },
  };
  return hand;
}
