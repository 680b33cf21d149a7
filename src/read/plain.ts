/**
 * The short way through the usual XML: text and tags that need no thought (ASCII names, no references, nothing that
 * XML forbids or that has to be normalised) become tokens in one pass, comments left out. Whatever is not plain is left
 * to the long way.
 */
import { createCodes, RARE } from './codes.js';
import type { Limits } from './limits.js';
import { createNames } from './names.js';
import type { TokenHandler, Tokens } from './tokens.js';

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
/** `]]>` must not stand in text: a text with one of these is not plain. */
const BRACKET = 0x5d;

const START = 1;
const PART = 2;
const NAME = Uint8Array.from({ length: 256 }, (_, code) => {
  const character = code < 128 ? String.fromCharCode(code) : '';
  return /[A-Za-z_:]/.test(character) ? START | PART : /[\w.-]/.test(character) ? PART : 0;
});

const CHARACTERS: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" };

let lastText = '';
let lastResolved: string | undefined;

/**
 * A text with the five references XML defines resolved; undefined if it has another one, or a bare `&`. The last one is
 * remembered: exports of devices say the same words a million times.
 */
function resolve(text: string): string | undefined {
  if (text === lastText) return lastResolved;
  let good = true;
  const resolved = text.replace(/&(?:(lt|gt|amp|quot|apos);)?/g, (_, name: string | undefined) => {
    good &&= name !== undefined;
    return CHARACTERS[name ?? ''] ?? '';
  });
  lastText = text;
  lastResolved = good ? resolved : undefined;
  return lastResolved;
}

/** @param open names of the open elements: kept here as elsewhere */
export function createPlain(
  handler: TokenHandler,
  tokens: Pick<Tokens, 'skip' | 'line'>,
  open: string[],
  limits: Limits,
): Plain {
  const find = createNames();
  const codes = createCodes();
  let bytes = codes.bytes; // of the text in hand
  // The tag in hand; the arrays are used again.
  const names: string[] = [];
  const values: string[] = [];
  let count = 0;
  let name = '';
  let lines = 0;
  let empty = false;
  let referring = false; // the value in hand has references
  // The text before the tag, references resolved and comments left out; the lines of it all.
  let ahead = '';
  let breaks = 0;
  let last = -1; // the last `>` in hand: within a tag that begins before it nothing is read beyond the text
  let seen = '';

  /** Index after the name at `from`, which becomes `name`; `from` if there is none. */
  function readName(text: string, from: number): number {
    let at = from;
    let hash = 0;
    let code = bytes[at] ?? 0;
    if (((NAME[code] ?? 0) & START) === 0) return from;
    do {
      hash = (hash * 31 + code) | 0;
      code = bytes[++at] ?? 0;
    } while (NAME[code] !== 0);
    name = find(text, from, at, hash ^ (hash >> 10));
    return at;
  }

  /** Index of the quote that ends the value at `from`; -1 if it is not plain. */
  function valueEnd(from: number, quote: number): number {
    referring = false;
    for (let at = from; at < last; at++) {
      const code = bytes[at] ?? 0;
      if (code === quote) return at;
      if (code < SPACE || code === LESS || code === RARE) return -1;
      if (code === AMPERSAND) referring = true;
    }
    return -1;
  }

  /** Reads `name="value"` at `from`: index after it, or -1. */
  function readAttribute(text: string, from: number): number {
    const equals = readName(text, from);
    if (equals === from || bytes[equals] !== EQUALS || name.length > limits.name) return -1;
    const quote = bytes[equals + 1] ?? 0;
    if (quote !== DOUBLE && quote !== SINGLE) return -1;
    const end = valueEnd(equals + 2, quote);
    if (end < 0 || count === limits.attributes) return -1;
    for (let index = 0; index < count; index++) if (names[index] === name) return -1;
    names[count] = name;
    const value = text.slice(equals + 2, end);
    const plain = referring ? resolve(value) : value;
    if (plain === undefined) return -1;
    values[count++] = plain;
    return end + 1;
  }

  /** Reads the rest of a start tag, from after its name: index after the tag, or -1. */
  function readTag(text: string, from: number): number {
    let at = from;
    count = 0;
    lines = 0;
    for (;;) {
      const before = at;
      let code = bytes[at] ?? 0;
      while (code === SPACE || code === LINE || code === TAB) {
        if (code === LINE) lines++;
        code = bytes[++at] ?? 0;
      }
      if (code === GREATER || code === SLASH) {
        empty = code === SLASH;
        if (!empty) return at + 1;
        return bytes[at + 1] === GREATER ? at + 2 : -1;
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

  function passTag(tag: string): void {
    open.push(tag);
    handler.startTag(tag, tokens.line());
    for (let index = 0; index < count; index++) handler.attribute(names[index] ?? '', values[index] ?? '');
    if (lines > 0) tokens.skip(lines);
    handler.endAttributes();
    if (empty) {
      open.pop();
      handler.endTag();
    }
  }

  /** Index after the comment whose `<` stands at `less`, counting its lines; -1 if it is not complete. */
  function commentEnd(text: string, less: number): number {
    const end = text.indexOf('-->', less + 4);
    for (let at = less; at < end; at++) if (bytes[at] === LINE) breaks++;
    return end < 0 ? -1 : end + 3;
  }

  /** Index of the `<` of the tag after the plain text at `start`, -1 if there is none; counts the text's lines. */
  function textEnd(text: string, start: number): number {
    breaks = 0;
    ahead = '';
    let from = start; // of the text after the last comment
    let length = 0;
    let references = false;
    let blank = true;
    for (let at = from; at < last; at++) {
      const code = bytes[at] ?? 0;
      if (code === SPACE) continue;
      if (code === LESS) {
        length += at - from;
        if (length > limits.text) return -1;
        const comment = bytes[at + 1] === BANG && text.startsWith('<!--', at);
        if (blank && !comment && handler.skipsBlank?.()) {
          ahead = '';
          return at;
        }
        if (!keepText(text.slice(from, at), references)) return -1;
        if (!comment) return at;
        from = commentEnd(text, at);
        if (from < 0) return -1;
        at = from - 1;
        references = false;
      } else if (code === LINE) breaks++;
      else if (code === AMPERSAND) {
        references = true;
        blank = false;
      } else if (code > SPACE && code !== BRACKET && code !== RARE) blank = false;
      else if (code !== TAB) return -1;
    }
    return -1;
  }

  /** Adds to the text ahead; false if one of the references needs thought. */
  function keepText(piece: string, references: boolean): boolean {
    const plain = references ? resolve(piece) : piece;
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
    const tag = name;
    if (nameEnd === less + 1 || tag.length > limits.name || open.length >= limits.depth) return -1;
    const end = readTag(text, nameEnd);
    if (end < 0 || end - less > limits.text) return -1;
    passText();
    passTag(tag);
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
