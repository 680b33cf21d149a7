/**
 * The short way through the usual XML: text and tags that need no thought (ASCII names, no references, nothing that
 * XML forbids or that has to be normalised) become tokens in one pass, comments left out. Whatever is not plain is left
 * to the long way.
 */
import { createCodes, RARE } from './codes.js';
import type { Limits } from './limits.js';
import { createName, findName, type Name } from './names.js';
import { resolveReferences } from './references.js';
import { createTag, type TokenHandler, type Tokens } from './tokens.js';

export interface Plain {
  /**
   * Takes all plain tags, with the text and comments before each, from `at` on (which is after a tag). Returns the place after the
   * last one: what is there is not plain, not complete or over a limit.
   */
  scan(text: string, at: number): number;
  /** Where the tag at work begins; -1 if none is. */
  readonly at: number;
}

const TAB = 0x09;
const LINE = 0x0a;
const SPACE = 0x20;
const BANG = 0x21;
const DOUBLE = 0x22;
const AMPERSAND = 0x26;
const SINGLE = 0x27;
const SLASH = 0x2f;
const LESS = 0x3c;
const EQUALS = 0x3d;
const GREATER = 0x3e;
/** `]]>` must not stand in text. */
const BRACKET = 0x5d;

/** What a character may be: a table holds one entry for each byte of `codes.ts`. */
const tableOf = (kind: (code: number) => number): Uint8Array =>
  Uint8Array.from({ length: 256 }, (_, code) => kind(code));

const START = 1;
const PART = 2;
const NAME = tableOf((code) => {
  const character = code < 128 ? String.fromCharCode(code) : '';
  return /[A-Za-z_:]/.test(character) ? START | PART : /[\w.-]/.test(character) ? PART : 0;
});

/** Characters of a value that need a look: its end may be one, and what must not stand in it. */
const LOOK = tableOf((code) =>
  code < SPACE || code === DOUBLE || code === SINGLE || code === AMPERSAND || code === LESS || code === RARE ? 1 : 0,
);

/** The same of a text: all but ordinary characters. */
const PAUSE = tableOf((code) =>
  code <= SPACE || code === AMPERSAND || code === LESS || code === BRACKET || code === RARE ? 1 : 0,
);

const isSame = (one: Name | undefined, other: Name): boolean => one?.hash === other.hash && one.text === other.text;

/** @param open names of the open elements: kept here as elsewhere */
export function createPlain(
  handler: TokenHandler,
  tokens: Pick<Tokens, 'skip' | 'line'>,
  open: string[],
  limits: Limits,
): Plain {
  const codes = createCodes();
  let bytes = codes.bytes; // of the text in hand, with a zero after it: each loop ends there
  const tag = createTag();
  let name = createName('');
  let empty = false;
  let referring = false; // the value in hand has references
  // The text before the tag, references resolved and comments left out; the lines of it all.
  let ahead = '';
  let breaks = 0;
  let last = -1; // the last `>` in hand: no tag begins after it
  let seen = '';

  /** Index after the name at `from`, which becomes `name`; `from` if there is none. */
  function readName(text: string, from: number): number {
    const all = bytes;
    const kinds = NAME;
    let at = from;
    let hash = 0;
    let code = all[at] ?? 0;
    if (((kinds[code] ?? 0) & START) === 0) return from;
    do {
      hash = (hash * 31 + code) | 0;
      code = all[++at] ?? 0;
    } while (kinds[code] !== 0);
    name = findName(text, all, from, at, hash ^ (hash >> 10));
    return at;
  }

  /** Index of the quote that ends the value at `from`; -1 if it is not plain. */
  function valueEnd(from: number, quote: number): number {
    const all = bytes;
    const look = LOOK;
    let at = from;
    referring = false;
    for (;;) {
      let code = all[at] ?? 0;
      while (look[code] === 0) code = all[++at] ?? 0;
      if (code === quote) return at;
      if (code === AMPERSAND) referring = true;
      else if (code !== DOUBLE && code !== SINGLE) return -1;
      at++;
    }
  }

  /** Reads `name="value"` at `from`: index after it, or -1. */
  function readAttribute(text: string, from: number): number {
    const equals = readName(text, from);
    if (equals === from || bytes[equals] !== EQUALS || name.length > limits.name) return -1;
    const quote = bytes[equals + 1] ?? 0;
    if (quote !== DOUBLE && quote !== SINGLE) return -1;
    const end = valueEnd(equals + 2, quote);
    const { names, values, count } = tag;
    if (end < 0 || count === limits.attributes) return -1;
    for (let index = 0; index < count; index++) if (isSame(names[index], name)) return -1;
    const value = text.slice(equals + 2, end);
    const plain = referring ? resolveReferences(value) : value;
    if (plain === undefined) return -1;
    names[count] = name;
    values[count] = plain;
    tag.count = count + 1;
    return end + 1;
  }

  /** Reads the rest of a start tag, from after its name: index after the tag, or -1. */
  function readTag(text: string, from: number): number {
    const all = bytes;
    let at = from;
    let lines = 0;
    tag.count = 0;
    for (;;) {
      const before = at;
      let code = all[at] ?? 0;
      while (code === SPACE || code === LINE || code === TAB) {
        if (code === LINE) lines++;
        code = all[++at] ?? 0;
      }
      if (code === GREATER || code === SLASH) {
        tag.lines = lines;
        empty = code === SLASH;
        if (!empty) return at + 1;
        return all[at + 1] === GREATER ? at + 2 : -1;
      }
      if (before === at) return -1;
      at = readAttribute(text, at);
      if (at < 0) return -1;
    }
  }

  function passText(): void {
    if (breaks > 0) tokens.skip(breaks);
    if (ahead !== '') handler.text(ahead);
  }

  function passTag(): void {
    tag.line = tokens.line();
    if (tag.lines > 0) tokens.skip(tag.lines);
    if (!empty) open.push(tag.name.text);
    handler.startTag(tag);
    if (empty) handler.endTag();
  }

  /** Index after the comment whose `<` stands at `less`, counting its lines; -1 if it is not complete. */
  function commentEnd(text: string, less: number): number {
    const all = bytes;
    const end = text.indexOf('-->', less + 4);
    for (let at = less; at < end; at++) if (all[at] === LINE) breaks++;
    return end < 0 ? -1 : end + 3;
  }

  /** Index of the `<` of the tag after the plain text at `start`, -1 if there is none; counts the text's lines. */
  function textEnd(text: string, start: number): number {
    const all = bytes;
    breaks = 0;
    ahead = '';
    const first = blankEnd(start);
    const tagFollows = all[first] === LESS && all[first + 1] !== BANG && first < last;
    return tagFollows && first - start <= limits.text && handler.skipsBlank?.() ? first : wordsEnd(text, start, first);
  }

  /** Index after the white space at `from`; counts its lines. */
  function blankEnd(from: number): number {
    const all = bytes;
    let at = from;
    let lines = 0;
    let code = all[at] ?? 0;
    while (code === SPACE || code === LINE || code === TAB) {
      if (code === LINE) lines++;
      code = all[++at] ?? 0;
    }
    breaks += lines;
    return at;
  }

  /** The same as `textEnd`, for the text from `start` on of which all up to `first` is white space. */
  function wordsEnd(text: string, start: number, first: number): number {
    const all = bytes;
    const pause = PAUSE;
    const end = last;
    let from = start; // of the text after the last comment
    let length = 0;
    let references = false;
    let blank = true;
    let at = first;
    while (at < end) {
      const code = all[at] ?? 0;
      if (pause[code] === 0) {
        blank = false;
        do at++;
        while (pause[all[at] ?? 0] === 0);
      } else if (code <= SPACE) {
        const next = blankEnd(at);
        if (next === at) return -1; // a character XML forbids
        at = next;
      } else if (code === LESS) {
        length += at - from;
        if (length > limits.text) return -1;
        const comment = all[at + 1] === BANG && text.startsWith('<!--', at);
        if (blank && !comment && handler.skipsBlank?.()) {
          ahead = '';
          return at;
        }
        if (from < at && !keepText(text.slice(from, at), references)) return -1;
        if (!comment) return at;
        from = commentEnd(text, at);
        if (from < 0) return -1;
        at = from;
        references = false;
      } else if (code === AMPERSAND) {
        references = true;
        blank = false;
        at++;
      } else if (code === BRACKET && !text.startsWith(']]>', at)) {
        blank = false;
        at++;
      } else return -1;
    }
    return -1;
  }

  /** Adds to the text ahead; false if one of the references needs thought. */
  function keepText(piece: string, references: boolean): boolean {
    const plain = references ? resolveReferences(piece) : piece;
    if (plain !== undefined) ahead += plain;
    return plain !== undefined;
  }

  /** Takes the end tag at `less` and the text before it: index after it, or -1. */
  function takeEndTag(text: string, less: number): number {
    const top = open[open.length - 1] ?? '';
    const end = less + 2 + top.length;
    if (bytes[end] !== GREATER || !text.startsWith(top, less + 2)) return -1;
    passText();
    open.pop();
    handler.endTag();
    return end + 1;
  }

  /** Takes the start tag at `less` and the text before it. */
  function takeStartTag(text: string, less: number): number {
    const nameEnd = readName(text, less + 1);
    if (nameEnd === less + 1 || name.length > limits.name || open.length >= limits.depth) return -1;
    tag.name = name;
    const end = readTag(text, nameEnd);
    if (end < 0 || end - less > limits.text) return -1;
    passText();
    passTag();
    return end;
  }

  const plain = {
    at: -1,
    scan(text: string, from: number): number {
      let done = from;
      // Asked again for the same text after each thing that is not plain: looking back through all of it takes long.
      if (text !== seen) {
        if (!codes.read(text)) return done;
        bytes = codes.bytes;
        last = text.lastIndexOf('>');
        seen = text;
      }
      while (open.length > 0) {
        const less = textEnd(text, done);
        if (less < 0) break;
        plain.at = less;
        const end = bytes[less + 1] === SLASH ? takeEndTag(text, less) : takeStartTag(text, less);
        if (end < 0) break;
        done = end;
      }
      plain.at = -1;
      return done;
    },
  };
  return plain;
}
