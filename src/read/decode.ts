/** Bytes to text, chunk by chunk: byte order mark, XML declaration, else UTF-8; what the bytes say goes before what is declared. */
import { decodeUndecided, isWestern } from './undecided.js';

export interface Decoder {
  /** Text of the bytes so far; may lag behind by the start of the document or a partial character. */
  decode(bytes: Uint8Array): string;
  /** The rest. */
  end(): string;
}

/** What can be wrong with an encoding. */
export type EncodingFault = 'encoding-invalid' | 'encoding-differs';

/** How much of a document may stand before the end of its XML declaration. */
const PROLOGUE = 1024;
const DECLARED = /^\s*<\?xml\s[^>]*?encoding\s*=\s*["']\s*([A-Za-z][\w.:-]*)\s*["']/;
const REPLACEMENT = '\ufffd';

/**
 * @param tell called at most once for each code: at the first bytes that are not valid or at an unknown declared encoding
 *   (`encoding-invalid`), and where it shows that the document is not in the encoding it declares (`encoding-differs`);
 *   with what stands before in the piece at work
 */
export function createDecoder(tell: (code: EncodingFault, before: string) => void): Decoder {
  let start: Uint8Array = new Uint8Array(0);
  let decoder: Decoder | undefined;
  const told = new Set<EncodingFault>();
  let ahead = ''; // what was decoded of the piece before the decoder at work took over
  const once =
    (code: EncodingFault) =>
    (before = ''): void => {
      if (!told.has(code)) tell(code, ahead + before);
      told.add(code);
    };
  const report = once('encoding-invalid');
  const differs = once('encoding-differs');
  const takesOver = (after: string): void => {
    ahead = after;
  };
  const choose = (): Decoder => {
    const { label, declared, marked } = encodingOf(start);
    const utf8 = (): Decoder => decodeUtf8(report);
    if (declared !== undefined && family(declared) !== label) differs();
    if (marked && label === 'utf-8') return utf8();
    if (label === 'utf-8') return decodeUndecided({ utf8, differs, takesOver });
    try {
      const other = decodeOther(new TextDecoder(label, { ignoreBOM: true }), report);
      return isWestern(label) ? decodeUndecided({ utf8, declared: () => other, differs, takesOver }) : other;
    } catch {
      report();
      return decodeUtf8(report);
    }
  };
  const begin = (): string => {
    decoder = choose();
    const mark = decoder.decode(start);
    return mark.charCodeAt(0) === 0xfeff ? mark.slice(1) : mark;
  };
  return {
    decode(bytes) {
      if (decoder !== undefined) return decoder.decode(bytes);
      start = concat(start, bytes);
      const enough = start.length >= PROLOGUE || (start.length >= 4 && start.includes(0x3e));
      return enough ? begin() : '';
    },
    end() {
      const text = decoder === undefined ? begin() : '';
      return text + (decoder?.end() ?? '');
    },
  };
}

interface Encoding {
  readonly label: string;
  /** What the declaration says, if there is one. */
  readonly declared?: string | undefined;
  /** The bytes leave no doubt. */
  readonly marked: boolean;
}

/** The encoding the first bytes ask for. */
function encodingOf(start: Uint8Array): Encoding {
  const [first = -1, second = -1, third = -1] = start;
  if (first === 0xef && second === 0xbb && third === 0xbf) return marked('utf-8', start.subarray(3));
  if ((first === 0xff && second === 0xfe) || (first === 0x3c && second === 0)) return marked('utf-16le', start);
  if ((first === 0xfe && second === 0xff) || (first === 0 && second === 0x3c)) return marked('utf-16be', start);
  const declared = declaredIn(start);
  // A declaration that can be read byte by byte is not UTF-16, whatever it says.
  const label = declared === undefined || /^utf-(?:8|16)/.test(family(declared)) ? 'utf-8' : declared;
  return { label, declared, marked: false };
}

function marked(label: string, start: Uint8Array): Encoding {
  // All of a declaration is ASCII: without the zeros it is the same in each.
  const declared = declaredIn(start.subarray(0, PROLOGUE).filter((byte) => byte > 0 && byte < 0x80));
  return { label, marked: true, declared: declared && family(declared) === 'utf-16' ? label : declared };
}

function declaredIn(start: Uint8Array): string | undefined {
  const end = start.indexOf(0x3e);
  const prologue = start.subarray(0, Math.min(PROLOGUE, end < 0 ? PROLOGUE : end + 1));
  return DECLARED.exec(String.fromCharCode(...prologue))?.[1]?.toLowerCase();
}

/** One label for all that are of UTF-8 or of UTF-16 without the order of bytes; any other as it is. */
function family(label: string): string {
  if (label === 'utf8') return 'utf-8';
  return /^(?:utf-?16$|ucs-?2|iso-10646-ucs-2|unicode)/.test(label) ? 'utf-16' : label;
}

/** UTF-8 cut at whole characters by hand: a decoder without stream state is several times faster. */
function decodeUtf8(report: (before: string) => void): Decoder {
  const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
  let rest: Uint8Array = new Uint8Array(0);
  const decodeWhole = (bytes: Uint8Array): string => {
    const text = decoder.decode(bytes);
    if (text.includes(REPLACEMENT) && countOf(text) > literalsOf(bytes)) report(beforeInvalid(text));
    return text;
  };
  return {
    decode(chunk) {
      const bytes = rest.length === 0 ? chunk : concat(rest, chunk);
      const whole = wholeLength(bytes);
      rest = bytes.slice(whole);
      return decodeWhole(bytes.subarray(0, whole));
    },
    end: () => decodeWhole(rest),
  };
}

function decodeOther(decoder: TextDecoder, report: (before: string) => void): Decoder {
  const check = (text: string): string => {
    if (text.includes(REPLACEMENT)) report(beforeInvalid(text));
    return text;
  };
  return {
    decode: (bytes) => check(decoder.decode(bytes, { stream: true })),
    end: () => check(decoder.decode()),
  };
}

/** Length up to the last character that may be incomplete. */
function wholeLength(bytes: Uint8Array): number {
  for (let back = 1; back <= Math.min(3, bytes.length); back++) {
    const byte = bytes[bytes.length - back] ?? 0;
    if (byte < 0x80) return bytes.length;
    if (byte >= 0xc0) {
      const needed = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2;
      return needed > back ? bytes.length - back : bytes.length;
    }
  }
  return bytes.length;
}

const beforeInvalid = (text: string): string => text.slice(0, text.indexOf(REPLACEMENT));

function countOf(text: string): number {
  let count = 0;
  for (let at = text.indexOf(REPLACEMENT); at >= 0; at = text.indexOf(REPLACEMENT, at + 1)) count++;
  return count;
}

/** Replacement characters the source itself holds. */
function literalsOf(bytes: Uint8Array): number {
  let count = 0;
  for (let at = bytes.indexOf(0xef); at >= 0; at = bytes.indexOf(0xef, at + 1))
    if (bytes[at + 1] === 0xbf && bytes[at + 2] === 0xbd) count++;
  return count;
}

function concat(left: Uint8Array, right: Uint8Array): Uint8Array {
  const both = new Uint8Array(left.length + right.length);
  both.set(left);
  both.set(right, left.length);
  return both;
}
