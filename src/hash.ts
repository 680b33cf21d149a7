/** Hashes of short texts, the same everywhere: to tell accidents apart, not forgeries. */

/** Two hashes of one text, 32 bits each, not negative. */
export interface Hashes {
  readonly one: number;
  readonly other: number;
}

/** FNV-1a over the UTF-16 units of a text, and the same with another prime. */
export function hashText(text: string): Hashes {
  let one = 0x811c9dc5;
  let other = 0x9747b28c;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    one = Math.imul(one ^ code, 0x01000193);
    other = Math.imul(other ^ code, 0x5bd1e995);
  }
  return { one: one >>> 0, other: other >>> 0 };
}
