/** Bytes to text, chunk by chunk: byte order mark, XML declaration, else UTF-8. */

export interface Decoder {
  /** Text of the bytes so far; may lag behind by the start of the document or a partial character. */
  decode(bytes: Uint8Array): string;
  /** The rest. */
  end(): string;
}

/** How much of a document may stand before the end of its XML declaration. */
const PROLOGUE = 1024;
const DECLARED = /^\s*<\?xml\s[^>]*?encoding\s*=\s*["']\s*([A-Za-z][\w.:-]*)\s*["']/;
const REPLACEMENT = '\ufffd';

/**
 * @param invalid called once, at the first bytes that are not valid or at an unknown declared encoding, with what stands
 *   before them in the piece at work
 */
export function createDecoder(invalid: (before: string) => void): Decoder {
  let start: Uint8Array = new Uint8Array(0);
  let decoder: Decoder | undefined;
  let reported = false;
  const report = (before = ''): void => {
    if (!reported) invalid(before);
    reported = true;
  };
  const choose = (): Decoder => {
    const label = encodingOf(start);
    if (label === 'utf-8') return decodeUtf8(report);
    try {
      return decodeOther(new TextDecoder(label, { ignoreBOM: true }), report);
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

/** The encoding label the first bytes ask for. */
function encodingOf(start: Uint8Array): string {
  const [first = -1, second = -1, third = -1] = start;
  if (first === 0xef && second === 0xbb && third === 0xbf) return 'utf-8';
  if ((first === 0xff && second === 0xfe) || (first === 0x3c && second === 0)) return 'utf-16le';
  if ((first === 0xfe && second === 0xff) || (first === 0 && second === 0x3c)) return 'utf-16be';
  const end = start.indexOf(0x3e);
  const prologue = start.subarray(0, Math.min(PROLOGUE, end < 0 ? PROLOGUE : end + 1));
  const label = DECLARED.exec(String.fromCharCode(...prologue))?.[1]?.toLowerCase() ?? 'utf-8';
  // A declaration that can be read byte by byte is not UTF-16, whatever it says.
  return label === 'utf8' || /^(?:utf-?16|ucs-?2|iso-10646-ucs-2|unicode)/.test(label) ? 'utf-8' : label;
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
