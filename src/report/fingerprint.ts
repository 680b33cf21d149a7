/** A fingerprint of all leaves of a document: an edit that neither the resources nor the counts show changes it. */
import { type Hashes, hashText } from '../hash.js';

export interface Fingerprint {
  /** Takes the next text. */
  add(text: string): void;
  /** 16 hexadecimal digits over all texts so far, in their order. */
  hex(): string;
}

/** Short texts are remembered with their hashes, this many of them: names and codes come again and again. */
const MOST = 8192;
const LONGEST = 64;

/**
 * Two multiplicative hashes of 32 bits each, of the texts and then of their hashes: fast, and the same everywhere. It
 * tells accidents apart; what must hold against forgery is `source.sha256`.
 */
export function createFingerprint(): Fingerprint {
  const known = new Map<string, Hashes>();
  let one = 0x811c9dc5;
  let other = 0x9747b28c;

  function find(text: string): Hashes {
    const there = known.get(text);
    if (there) return there;
    const made = hashText(text);
    if (text.length <= LONGEST && known.size < MOST) known.set(text, made);
    return made;
  }

  return {
    add(text) {
      const hashes = find(text);
      one = Math.imul(one ^ hashes.one, 0x01000193);
      one ^= one >>> 16;
      other = Math.imul((other ^ hashes.other) + text.length, 0x5bd1e995);
      other ^= other >>> 15;
    },
    hex: () => [one, other].map((half) => (half >>> 0).toString(16).padStart(8, '0')).join(''),
  };
}
