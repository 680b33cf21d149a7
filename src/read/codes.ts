/**
 * The characters of a text as bytes: looking at a byte of an array is several times faster than at a character of a
 * string, which may lie in pieces. Each character has one byte: its code if that is ASCII, else what kind it is of.
 */

export interface Codes {
  /**
   * Sets `bytes` to the characters of a text, and a zero after them; false if the text is too long for it. The text must
   * hold no half characters.
   */
  read(text: string): boolean;
  /** Of the text read last. */
  readonly bytes: Uint8Array;
}

/** Any character from U+0080 to U+D7FF. */
export const OTHER = 0x80;
/** What comes in two, and what stands above, where some are that XML forbids. */
export const RARE = 0x81;

/** Characters at most: pieces of documents have some 65,000. */
const LONGEST = 1 << 18;

export function createCodes(): Codes {
  const encoder = new TextEncoder();
  const codes = {
    bytes: new Uint8Array(0),
    read(text: string): boolean {
      if (text.length > LONGEST) return false;
      let { bytes } = codes;
      if (bytes.length <= text.length) bytes = new Uint8Array(Math.max(text.length + 1, 1024));
      let { read, written } = encoder.encodeInto(text, bytes);
      if (read < text.length) {
        // UTF-8 takes up to three bytes for a code unit.
        bytes = new Uint8Array(text.length * 3 + 1);
        ({ read, written } = encoder.encodeInto(text, bytes));
      }
      if (written > read) join(bytes, written);
      bytes[text.length] = 0;
      codes.bytes = bytes;
      return true;
    },
  };
  return codes;
}

/** Makes one byte, or two, of the bytes of each character, which never are fewer. */
function join(bytes: Uint8Array, length: number): void {
  let to = 0;
  for (let from = 0; from < length; ) {
    const byte = bytes[from] ?? 0;
    if (byte < 0x80) {
      bytes[to++] = byte;
      from++;
    } else if (byte < 0xf0) {
      const rare = byte > 0xed || (byte === 0xed && (bytes[from + 1] ?? 0) >= 0xa0);
      bytes[to++] = rare ? RARE : OTHER;
      from += byte < 0xe0 ? 2 : 3;
    } else {
      bytes[to++] = RARE;
      bytes[to++] = RARE;
      from += 4;
    }
  }
}
