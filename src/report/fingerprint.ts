/** A fingerprint of all leaves of a document: an edit that neither the resources nor the counts show changes it. */

export interface Fingerprint {
  /** Takes the next text. */
  add(text: string): void;
  /** 16 hexadecimal digits over all texts so far, in their order. */
  hex(): string;
}

/**
 * Two multiplicative hashes of 32 bits (FNV-1a and one with another prime), fast and the same everywhere. It tells
 * accidents apart; what must hold against forgery is `source.sha256`.
 */
export function createFingerprint(): Fingerprint {
  let one = 0x811c9dc5;
  let other = 0x9747b28c;
  return {
    add(text) {
      for (let at = 0; at < text.length; at++) {
        const code = text.charCodeAt(at);
        one = Math.imul(one ^ code, 0x01000193);
        other = Math.imul(other ^ code, 0x5bd1e995);
      }
      // Between two texts stands what no text holds.
      one = Math.imul(one ^ 0x10000, 0x01000193);
      other = Math.imul((other ^ 0x10000) + text.length, 0x5bd1e995);
      other ^= other >>> 15;
    },
    hex: () => [one, other].map((half) => (half >>> 0).toString(16).padStart(8, '0')).join(''),
  };
}
