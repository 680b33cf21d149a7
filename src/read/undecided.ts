/**
 * Declared encodings are often wrong: windows-1252 called UTF-8, UTF-8 called ISO-8859-1. The first characters beyond
 * ASCII tell: what is a character of UTF-8 hardly ever is text of the other ("Ã©"), and the other way round.
 */
import type { Decoder } from './decode.js';

const WESTERN = /^(?:us-ascii|ascii|latin-?1|l1|iso[-_]?8859-?_?(?:1|15)|(?:windows-|cp-?)1252)$/;

/** True for a label of an encoding that UTF-8 is mistaken for. */
export const isWestern = (label: string): boolean => WESTERN.test(label);

export interface Choices {
  /** Reads on once it is clear that the document is UTF-8. */
  utf8(): Decoder;
  /** Reads on once it is clear that it is what it declares; undefined if that is UTF-8. */
  declared?: (() => Decoder) | undefined;
  /** The document is not in the encoding it declares; with what stands before in the piece at work. */
  differs(before: string): void;
  /** The decoder that was chosen goes on after this text, which is of the same piece; '' from the next piece on. */
  takesOver(after: string): void;
}

/** Reads ASCII until the encoding is clear. Bytes that are no UTF-8 before any that are become windows-1252. */
export function decodeUndecided({ utf8, declared, differs, takesOver }: Choices): Decoder {
  const ascii = new TextDecoder('utf-8', { ignoreBOM: true });
  const single = new TextDecoder('windows-1252');
  let rest: Uint8Array = new Uint8Array(0);
  let decided: Decoder | undefined;

  function decide(bytes: Uint8Array): string {
    let text = '';
    let from = 0;
    for (let at = nextHigh(bytes, 0); at < bytes.length; at = nextHigh(bytes, at + 1)) {
      text += ascii.decode(bytes.subarray(from, at));
      from = at;
      const length = sequenceLength(bytes, at);
      if (length === 0) {
        rest = bytes.slice(at);
        return text;
      }
      if (length > 0 && declared) differs(text);
      if (length > 0 || declared) {
        decided = length > 0 || !declared ? utf8() : declared();
        takesOver(text);
        const further = decided.decode(bytes.subarray(at));
        takesOver('');
        return text + further;
      }
      differs(text);
      // As a stream: without, some versions of Node.js take it for ISO-8859-1.
      text += single.decode(bytes.subarray(at, at + 1), { stream: true });
      from = at + 1;
    }
    return text + ascii.decode(bytes.subarray(from));
  }

  return {
    decode(chunk) {
      if (decided) return decided.decode(chunk);
      const bytes = rest.length === 0 ? chunk : Uint8Array.from([...rest, ...chunk]);
      rest = new Uint8Array(0);
      const text = ascii.decode(bytes);
      // As long as its bytes and without a replacement: ASCII, as most are.
      return text.length === bytes.length && !text.includes('\ufffd') ? text : decide(bytes);
    },
    end() {
      // Cut off within a character: that it was one of UTF-8 is as good a guess as any.
      decided ??= rest.length > 0 && declared ? declared() : utf8();
      return decided.decode(rest) + decided.end();
    },
  };
}

/** Index of the next byte beyond ASCII; the length if there is none. */
function nextHigh(bytes: Uint8Array, from: number): number {
  let at = from;
  while (at < bytes.length && (bytes[at] ?? 0) < 0x80) at++;
  return at;
}

const strict = new TextDecoder('utf-8', { fatal: true });

/** Length of the UTF-8 character at `at`; -1 if it is none, 0 if more must be known. */
function sequenceLength(bytes: Uint8Array, at: number): number {
  const first = bytes[at] ?? 0;
  const length = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
  if (first < 0xc2 || first > 0xf4) return -1;
  for (let next = at + 1; next < at + length; next++) {
    const byte = bytes[next];
    if (byte === undefined) return 0;
    if ((byte & 0xc0) !== 0x80) return -1;
  }
  try {
    strict.decode(bytes.subarray(at, at + length));
    return length;
  } catch {
    return -1;
  }
}
