/** The shape of tags: where a good one ends, and what a broken one probably meant. */
import { mendReferences } from './entities.js';

/** More input is needed to tell. */
export const WAIT = -1;
/** The tag is not well formed. */
export const BROKEN = -2;
/** A broken tag is mended only if it ends within this many characters. */
export const MEND_WINDOW = 4096;

const DOUBLE = 0x22;
const SINGLE = 0x27;
const SLASH = 0x2f;
const EQUALS = 0x3d;
const GREATER = 0x3e;

/** ASCII and Latin name characters; any other character after `<` makes it text. */
export const isNameStart = (code: number): boolean =>
  (code >= 0x61 && code <= 0x7a) ||
  (code >= 0x41 && code <= 0x5a) ||
  code === 0x5f ||
  code === 0x3a ||
  (code >= 0xc0 && code <= 0x2ff && code !== 0xd7 && code !== 0xf7);

const isNamePart = (code: number): boolean =>
  isNameStart(code) || (code >= 0x30 && code <= 0x39) || code === 0x2d || code === 0x2e || code === 0xb7;

const isSpace = (code: number): boolean => code === 0x20 || code === 0x0a || code === 0x0d || code === 0x09;

/** Index after the name that starts at `at`. */
export function nameEnd(text: string, at: number): number {
  let end = at;
  while (isNamePart(text.charCodeAt(end))) end++;
  return end;
}

function skipSpace(text: string, at: number): number {
  let end = at;
  while (isSpace(text.charCodeAt(end))) end++;
  return end;
}

/** Index after `= "value"` at `at`, given the next `<` of the text (-1: none). */
function valueEnd(text: string, at: number, less: number): number {
  const equals = skipSpace(text, at);
  if (equals >= text.length) return WAIT;
  if (text.charCodeAt(equals) !== EQUALS) return BROKEN;
  const quote = skipSpace(text, equals + 1);
  if (quote >= text.length) return WAIT;
  const code = text.charCodeAt(quote);
  if (code !== DOUBLE && code !== SINGLE) return BROKEN;
  const end = text.indexOf(code === DOUBLE ? '"' : "'", quote + 1);
  if (less >= 0 && (end < 0 || end > less)) return BROKEN;
  return end < 0 ? WAIT : end + 1;
}

// The same grammar as `walkTag`, in ASCII: a compiled expression is several times faster than a walk.
const GOOD =
  /<[A-Za-z_:][\w:.-]*(?:[ \t\r\n]+[A-Za-z_:][\w:.-]*[ \t\r\n]*=[ \t\r\n]*(?:"[^"<]*"|'[^'<]*'))*[ \t\r\n]*\/?>/y;
/** Beyond this length the expression might exhaust its stack. */
const GOOD_LENGTH = 8192;

/** Index after the `>` of the start tag whose `<` stands at `at`; `WAIT` or `BROKEN` instead. */
export function tagEnd(text: string, at: number): number {
  const less = text.indexOf('<', at + 1);
  if ((less < 0 ? text.length : less) - at < GOOD_LENGTH) {
    GOOD.lastIndex = at;
    if (GOOD.test(text)) return GOOD.lastIndex;
  }
  return walkTag(text, at, less);
}

function walkTag(text: string, at: number, less: number): number {
  let end = nameEnd(text, at + 1);
  for (;;) {
    const next = skipSpace(text, end);
    if (next >= text.length) return WAIT;
    const code = text.charCodeAt(next);
    if (code === GREATER) return next + 1;
    if (code === SLASH) {
      if (next + 1 >= text.length) return WAIT;
      return text.charCodeAt(next + 1) === GREATER ? next + 2 : BROKEN;
    }
    if (next === end || !isNameStart(code)) return BROKEN;
    end = valueEnd(text, nameEnd(text, next), less);
    if (end < 0) return end;
  }
}

export interface MendedTag {
  /** Characters of the source it takes. */
  readonly length: number;
  readonly name: string;
  /** Well formed, without its `>` or `/>`. */
  readonly text: string;
  readonly empty: boolean;
}

const NAME = '[A-Za-z_:][\\w:.-]*';
const VALUE = `"[^"]*"(?=[\\s/>]|${NAME}\\s*=)|'[^']*'(?=[\\s/>]|${NAME}\\s*=)|[^\\s"'<>]*[^\\s"'<>/]`;
const TAG = new RegExp(`^<(${NAME})((?:(?:\\s+|(?<=["']))${NAME}(?:\\s*=\\s*(?:${VALUE}))?)*)\\s*(/?)>`);
const ATTRIBUTE = new RegExp(`(${NAME})(?:\\s*=\\s*(${VALUE.replaceAll('(?=', '(?=$|')}))?`, 'g');

/**
 * What a broken start tag at the beginning of `text` meant: raw `<` in a value, missing quotes, missing white space,
 * an attribute without value (taken as empty). Undefined if it is no tag at all.
 */
export function mendTag(text: string): MendedTag | undefined {
  const match = TAG.exec(text);
  if (match === null) return undefined;
  const [whole, name = '', inner = '', slash = ''] = match;
  let mended = `<${name}`;
  for (const [, key = '', value = ''] of inner.matchAll(ATTRIBUTE)) {
    const quoted = value.startsWith('"') || value.startsWith("'") ? value : `"${value}"`;
    mended += ` ${key}=${mendReferences(quoted).replaceAll('<', '&lt;')}`;
  }
  return { length: whole.length, name, text: mended, empty: slash !== '' };
}
