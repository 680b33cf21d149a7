/**
 * Makes the source well formed before it is parsed: one broken place must not cost the rest of a document. What is
 * plain goes the short way; of the rest what goes out is start tags, defined references, text and CDATA. The result
 * does not depend on how the input is cut into chunks.
 */
import { readAside } from './aside.js';
import { isPartialReference, readReference } from './entities.js';
import { createHand, type RepairOutput } from './hand.js';
import type { Limits } from './limits.js';
import { createLines } from './lines.js';
import type { Plain } from './plain.js';
import { BROKEN, isNameStart, MEND_WINDOW, mendTag, nameEnd, tagEnd, WAIT } from './tag.js';

export interface Repair {
  write(chunk: string): void;
  /** Ends the input; returns false if the document ended early. */
  close(): boolean;
  /** Where in its line, counted from 1, the text begins that is still to be understood. */
  column(): number;
  /** The same of what is being parsed, of which `written` characters were read. */
  columnAtWork(written: number): number;
  /** Line ends of the text that is understood but has not gone out, and those of all that is in hand. */
  linesUnsent(): number;
  linesInHand(): number;
  /** True if all that was written is understood: nothing waits for what comes next. */
  isIdle(): boolean;
}

const SLASH = 0x2f;
const BANG = 0x21;
const QUESTION = 0x3f;
const BRACKET = 0x5d;
const SLICE = 65536;

/**
 * @param open names of the open elements, shared with `plain`
 * @param roots `many`: what follows the root element is read too; some exports are several documents in one file
 */
export function createRepair(
  output: RepairOutput,
  plain: Plain,
  open: string[],
  limits: Limits,
  roots: 'one' | 'many' = 'one',
): Repair {
  const hand = createHand(output, limits);
  const lines = createLines();
  let phase: 'before' | 'inside' | 'after' | 'trailing' = 'before';
  let retry = 0; // do not look again before so much is in hand
  let until = ''; // end mark of the comment, instruction or CDATA section we are in
  let strayed = false;
  let run = 0; // characters of the current text

  function count(characters: number): void {
    run += characters;
    // What is no attachment the tree refuses long before.
    if (run > limits.base64) output.refuse('limit-base64');
  }

  /** Something other than white space stands outside the root element. */
  function stray(from: number, to: number): void {
    hand.flush(from);
    hand.at = from;
    if (phase === 'after' && roots === 'one') {
      output.report('xml-trailing', 'stray-content');
      phase = 'trailing';
      return;
    }
    if (!strayed) output.report('xml-malformed', 'stray-content');
    strayed = true;
    hand.drop(from, to);
  }

  /** Mends the references up to `to`; false if the last one may go on in the next chunk. */
  function references(to: number): boolean {
    for (let from = hand.ampersand(); from < to; from = hand.ampersand()) {
      const before = hand.at;
      if (!hand.last && isPartialReference(hand.text, from)) {
        count(from - before);
        hand.at = from;
        return false;
      }
      const { length, mended } = readReference(hand.text, from);
      if (mended === undefined) hand.at = from + length;
      else hand.mend(from, from + length, mended, mended === '&amp;' ? 'bare-ampersand' : 'unknown-entity');
      count(hand.at - before);
    }
    return true;
  }

  function readText(to: number): boolean {
    if (phase === 'inside') {
      if (!references(to)) return false;
      count(to - hand.at);
      hand.at = to;
      return true;
    }
    const first = hand.text.slice(hand.at, to).search(/[^ \t\n]/);
    if (first >= 0) stray(hand.at + first, to);
    if (hand.at < to) hand.drop(hand.at, to);
    return true;
  }

  function enter(name: string): void {
    if (name.length > limits.name) output.refuse('limit-name');
    if (open.push(name) > limits.depth) output.refuse('limit-depth');
    phase = 'inside';
  }

  /** The start tag that begins the open element has been written. */
  function enterComplete(empty: boolean): void {
    run = 0;
    output.endAttributes();
    if (empty) leave();
  }

  function leave(): void {
    run = 0;
    open.pop();
    output.endTag();
    if (open.length === 0) phase = 'after';
  }

  function readBroken(less: number): boolean {
    if (!hand.last && hand.text.length - less < MEND_WINDOW) return hand.wait(less);
    const tag = mendTag(hand.text.slice(less, less + MEND_WINDOW));
    if (tag === undefined) return readLess(less);
    enter(tag.name);
    hand.mend(less, less + tag.length, tag.text, 'broken-tag');
    enterComplete(tag.empty);
    return true;
  }

  /** A `<` that is text. */
  function readLess(less: number): true {
    if (phase === 'inside') {
      hand.mend(less, less + 1, '&lt;', 'raw-less-than');
      count(1);
    } else stray(less, less + 1);
    return true;
  }

  function readOpening(less: number): boolean {
    if (phase === 'after' && roots === 'one') {
      stray(less, less);
      return true;
    }
    const end = tagEnd(hand.text, less);
    if (end === WAIT) return hand.wait(less);
    if (end === BROKEN) return readBroken(less);
    if (end - less > limits.text) output.refuse('limit-text');
    const empty = hand.text.charCodeAt(end - 2) === SLASH;
    enter(hand.text.slice(less + 1, nameEnd(hand.text, less + 1)));
    run = 0;
    references(end);
    hand.flush(empty ? end - 2 : end - 1);
    hand.pass(end);
    enterComplete(empty);
    return true;
  }

  /** An end tag with white space, without `>`, of an outer element (those inside are closed) or of none (dropped). */
  function readClosing(less: number): boolean {
    const next = hand.next('<', less + 1);
    // Not beyond the next tag: each of many in a row would look through all that follows.
    const within = hand.text.slice(less, next).indexOf('>');
    const end = within < 0 ? next : less + within;
    if (end === Number.POSITIVE_INFINITY) return hand.wait(less);
    const to = within < 0 ? end : end + 1;
    const depth = open.lastIndexOf(hand.text.slice(less + 2, end).trimEnd());
    if (open.length === 0) stray(less, to);
    else {
      if (depth < open.length - 1 || to === end) hand.mend(less, to, '', 'end-tag');
      else hand.drop(less, to);
      while (depth >= 0 && open.length > depth) leave();
    }
    return true;
  }

  const aside = { hand, output, stray, readLess };

  /** Begins a comment, instruction or CDATA section; the `<` may be text. */
  function readDeclaration(less: number): boolean {
    const read = readAside(aside, less, phase === 'inside', phase === 'after');
    if (typeof read === 'boolean') return read;
    until = read;
    return true;
  }

  function readUntil(): boolean {
    const kept = until === ']]>' && phase === 'inside';
    const found = hand.text.indexOf(until, hand.at);
    const to =
      found >= 0 ? found : hand.last ? hand.text.length : Math.max(hand.at, hand.text.length - until.length + 1);
    const end = found < 0 ? to : found + until.length;
    if (kept) {
      count(to - hand.at);
      hand.at = end;
    } else hand.drop(hand.at, end);
    if (found >= 0) until = '';
    return found >= 0;
  }

  /** Takes all that is plain; only after a tag, where no text is under way. */
  function readPlain(): void {
    hand.flush(hand.at);
    output.settle();
    hand.pass(plain.scan(hand.text, hand.at));
    if (open.length === 0) phase = 'after';
  }

  function step(): boolean {
    if (until !== '') return readUntil();
    if (phase === 'inside' && run === 0) readPlain();
    const less = hand.text.indexOf('<', hand.at);
    if (!readText(less < 0 ? hand.text.length : less) || less < 0) return false;
    if (phase === 'trailing') return false;
    if (less + 1 === hand.text.length) return hand.wait(less);
    const code = hand.text.charCodeAt(less + 1);
    if (code === SLASH) return readClosing(less);
    if (code === BANG || code === QUESTION) return readDeclaration(less);
    return isNameStart(code) ? readOpening(less) : readLess(less);
  }

  /** The parser would gather all of a long text. */
  function settleLong(): void {
    if (phase !== 'inside' || run < SLICE) return;
    const bracket = hand.text.charCodeAt(hand.at - 1) === BRACKET;
    hand.flush(hand.at);
    if (until === ']]>') output.write(']]><![CDATA[');
    else if (!bracket) output.settle(); // of `]]>` in a text all is seen at once
  }

  function advance(): void {
    let more = true;
    while (more && hand.at < hand.text.length && phase !== 'trailing') more = step();
    if (phase === 'trailing') hand.pass(hand.text.length);
    settleLong();
    hand.shift();
    retry = hand.text.length > MEND_WINDOW ? Math.min(hand.text.length * 2, limits.text + 1) : 0;
  }

  return {
    write(chunk) {
      for (let from = 0; from < chunk.length && phase !== 'trailing'; from += SLICE) {
        hand.add(lines.read(chunk.length <= SLICE ? chunk : chunk.slice(from, from + SLICE)));
        if (hand.text.length >= retry) advance();
      }
    },
    close() {
      hand.add(lines.end());
      hand.last = true;
      advance();
      if (phase === 'before') output.refuse('not-xml');
      if (phase !== 'inside') return true;
      output.report('xml-truncated', 'truncated-document');
      if (until === ']]>') output.write(until);
      while (open.length > 0) leave();
      return false;
    },
    column: hand.column,
    columnAtWork: (written) => hand.columnOf(plain.at >= 0 ? plain.at : hand.sent() + Math.max(written - 1, 0)),
    linesUnsent: () => hand.lines(hand.at),
    linesInHand: () => hand.lines(hand.text.length),
    isIdle: () => hand.text === '' && until === '' && phase === 'inside',
  };
}
