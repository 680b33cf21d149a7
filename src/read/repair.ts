/**
 * Makes the source well formed before it is parsed: one broken place must not cost the rest of a document. What goes
 * out is balanced tags, defined references, text and CDATA; comments and processing instructions go out as their line
 * ends, so that lines stay true. The result does not depend on how the input is cut into chunks.
 */
import type { InputErrorCode } from '../finding.js';
import { isPartialReference, readReference } from './entities.js';
import type { Limits } from './limits.js';
import { BROKEN, isNameStart, MEND_WINDOW, mendTag, nameEnd, tagEnd, WAIT } from './tag.js';

export interface RepairOutput {
  write(text: string): void;
  /** Called when all before the place has been written. */
  report(code: 'xml-malformed' | 'xml-trailing' | 'xml-truncated'): void;
  refuse(code: InputErrorCode): never;
}

export interface Repair {
  write(chunk: string): void;
  /** Ends the input; returns false if the document ended early. */
  close(): boolean;
}

const SLASH = 0x2f;
const BANG = 0x21;
const QUESTION = 0x3f;
const GREATER = 0x3e;
const SLICE = 65536;

/** Only the line ends of a text. */
const lineEnds = (text: string): string => text.replace(/[^\n]+/g, '');

export function createRepair(output: RepairOutput, limits: Limits): Repair {
  const open: string[] = [];
  let phase: 'before' | 'inside' | 'after' | 'trailing' = 'before';
  let text = ''; // in hand
  let sent = 0; // text up to here has gone out
  let at = 0; // text up to here is understood
  let ampersand = 0; // next `&` at or after `at`
  let returned = false; // a carriage return is waiting
  let last = false;
  let retry = 0; // do not look again before so much is in hand
  let until = ''; // end mark of the comment, instruction or CDATA section we are in
  let strayed = false;
  let run = 0; // characters of the current text

  function flush(to: number): void {
    if (to > sent) output.write(text.slice(sent, to));
    sent = to;
  }

  /** Puts `instead` in the place of the source from `from` to `to`, and reports. */
  function mend(from: number, to: number, instead: string): void {
    flush(from);
    output.report('xml-malformed');
    if (instead !== '') output.write(instead);
    sent = to;
    at = to;
    if (ampersand < to) ampersand = next('&', to);
  }

  function next(mark: string, from: number): number {
    const found = text.indexOf(mark, from);
    return found < 0 ? Number.POSITIVE_INFINITY : found;
  }

  function wait(from: number): false {
    at = from;
    if (text.length - from > limits.text) output.refuse('limit-text');
    if (last) {
      flush(from);
      at = sent = text.length;
    }
    return false;
  }

  function count(characters: number): void {
    run += characters;
    if (run > limits.text) output.refuse('limit-text');
  }

  /** Something other than white space stands outside the root element. */
  function stray(from: number, to: number): void {
    flush(from);
    if (phase === 'after') {
      output.report('xml-trailing');
      phase = 'trailing';
      return;
    }
    if (!strayed) output.report('xml-malformed');
    strayed = true;
    output.write(lineEnds(text.slice(from, to)));
    sent = at = to;
    if (ampersand < to) ampersand = next('&', to);
  }

  /** Mends the references up to `to`; false if the last one may go on in the next chunk. */
  function references(to: number): boolean {
    while (ampersand < to) {
      const from = ampersand;
      if (!last && isPartialReference(text, from)) {
        count(from - at);
        at = from;
        return false;
      }
      const { length, mended } = readReference(text, from);
      if (mended === undefined) ampersand = next('&', from + length);
      else {
        const before = at;
        mend(from, from + length, mended);
        count(at - before);
      }
    }
    return true;
  }

  function readText(to: number): boolean {
    if (phase === 'inside') {
      if (!references(to)) return false;
      count(to - at);
      at = to;
      return true;
    }
    const first = text.slice(at, to).search(/\S/);
    if (first >= 0) stray(at + first, to);
    at = to;
    if (ampersand < to) ampersand = next('&', to);
    return true;
  }

  function enter(name: string, empty: boolean): void {
    if (name.length > limits.name) output.refuse('limit-name');
    run = 0;
    phase = 'inside';
    if (open.push(name) > limits.depth) output.refuse('limit-depth');
    if (empty) leave();
  }

  function leave(): void {
    run = 0;
    open.pop();
    if (open.length === 0) phase = 'after';
  }

  function readBroken(less: number): boolean {
    if (!last && text.length - less < MEND_WINDOW) return wait(less);
    const tag = mendTag(text.slice(less, less + MEND_WINDOW));
    if (tag === undefined) return readLess(less);
    mend(less, less + tag.length, tag.text);
    enter(tag.name, tag.empty);
    return true;
  }

  /** A `<` that is text. */
  function readLess(less: number): true {
    if (phase === 'inside') mend(less, less + 1, '&lt;');
    else stray(less, less + 1);
    return true;
  }

  function readOpening(less: number): boolean {
    if (phase === 'after') {
      stray(less, less);
      return true;
    }
    const end = tagEnd(text, less);
    if (end === WAIT) return wait(less);
    if (end === BROKEN) return readBroken(less);
    if (end - less > limits.text) output.refuse('limit-text');
    const name = text.slice(less + 1, nameEnd(text, less + 1));
    const empty = text.charCodeAt(end - 2) === SLASH;
    run = 0;
    references(end);
    at = end;
    enter(name, empty);
    return true;
  }

  function readClosing(less: number): boolean {
    const top = open[open.length - 1];
    if (top !== undefined && text.startsWith(top, less + 2)) {
      const end = less + 2 + top.length;
      if (text.charCodeAt(end) === GREATER) {
        at = end + 1;
        leave();
        return true;
      }
    }
    const greater = next('>', less);
    const end = Math.min(greater, next('<', less + 1));
    if (end === Number.POSITIVE_INFINITY) return wait(less);
    readOddClosing(less, end, greater === end ? end + 1 : end);
    return true;
  }

  /** An end tag with white space, without `>`, of an outer element (those inside are closed) or of none (dropped). */
  function readOddClosing(less: number, nameTo: number, to: number): void {
    const name = text.slice(less + 2, nameTo).trimEnd();
    const depth = open.lastIndexOf(name);
    if (open.length === 0) stray(less, to);
    else if (depth === open.length - 1 && to > nameTo) {
      at = to;
      leave();
    } else {
      let closed = '';
      for (let index = open.length - 1; depth >= 0 && index >= depth; index--) closed += `</${open[index]}>`;
      mend(less, to, closed);
      while (depth >= 0 && open.length > depth) leave();
    }
  }

  /** A good comment that is all in hand can stay as it is. */
  function passComment(less: number): boolean {
    const end = phase === 'inside' ? text.indexOf('--', less + 4) : -1;
    if (end < 0 || text.charCodeAt(end + 2) !== GREATER) return false;
    at = end + 3;
    if (ampersand < at) ampersand = next('&', at);
    return true;
  }

  function readDeclaration(less: number): boolean {
    const head = text.slice(less, less + 9);
    if (head.startsWith('<!--')) return passComment(less) || begin(less, less + 4, '-->');
    if (head.length < 9 && !last) return wait(less);
    if (head === '<![CDATA[') {
      if (phase === 'inside') flush(less);
      else stray(less, less + 9);
      return begin(less, less + 9, ']]>');
    }
    if (head.toUpperCase() === '<!DOCTYPE' && phase !== 'after') {
      flush(less);
      output.refuse('doctype-refused');
    }
    return readLess(less);
  }

  function begin(from: number, to: number, mark: string): true {
    until = mark;
    at = to;
    if (mark !== ']]>' || phase !== 'inside') {
      flush(from);
      sent = to;
    }
    return true;
  }

  /** Goes on in a comment, instruction or CDATA section. */
  function readUntil(): boolean {
    const found = text.indexOf(until, at);
    const kept = until === ']]>' && phase === 'inside';
    const to = found < 0 ? (last ? text.length : Math.max(at, text.length - until.length + 1)) : found;
    if (kept) count(to - at);
    else {
      const lines = lineEnds(text.slice(at, to));
      if (lines !== '') output.write(`<!--${lines}-->`);
    }
    at = found < 0 ? to : found + until.length;
    if (!kept) sent = at;
    if (found < 0) return false;
    until = '';
    if (ampersand < at) ampersand = next('&', at);
    return true;
  }

  function step(): boolean {
    if (until !== '') return readUntil();
    const less = text.indexOf('<', at);
    if (!readText(less < 0 ? text.length : less) || less < 0) return false;
    if (phase === 'trailing') return false;
    const code = text.charCodeAt(less + 1);
    if (less + 1 === text.length) return wait(less);
    if (code === SLASH) return readClosing(less);
    if (code === BANG) return readDeclaration(less);
    if (code === QUESTION) return begin(less, less + 2, '?>');
    return isNameStart(code) ? readOpening(less) : readLess(less);
  }

  function advance(): void {
    ampersand = next('&', at);
    let more = true;
    while (more && at < text.length && phase !== 'trailing') more = step();
    if (phase === 'trailing') at = sent = text.length;
    flush(at);
    text = text.slice(at);
    sent = at = 0;
    retry = text.length > MEND_WINDOW ? text.length * 2 : 0;
  }

  /** XML line ends are line feeds; a carriage return at the end waits for what follows. */
  function take(chunk: string): void {
    const whole = returned ? `\r${chunk}` : chunk;
    returned = whole.endsWith('\r');
    const ended = returned ? whole.slice(0, -1) : whole;
    text += ended.includes('\r') ? ended.replace(/\r\n?/g, '\n') : ended;
  }

  return {
    write(chunk) {
      for (let from = 0; from < chunk.length && phase !== 'trailing'; from += SLICE) {
        take(chunk.length <= SLICE ? chunk : chunk.slice(from, from + SLICE));
        if (text.length >= retry) advance();
      }
    },
    close() {
      if (returned) text += '\n';
      last = true;
      advance();
      if (phase === 'before') output.refuse('not-xml');
      if (phase !== 'inside') return true;
      output.report('xml-truncated');
      if (until === ']]>') output.write(until);
      while (open.length > 0) output.write(`</${open.pop()}>`);
      return false;
    },
  };
}
