/** Base64 without any platform's own types: runs in Node and in browsers alike. */

// Looked for rather than matched from end to end: an expression with groups exhausts its stack within some megabytes.
const STRANGER = /[^A-Za-z0-9+/]/;
const PIECE = 8192;

const isBase64 = (data: string): boolean =>
  data.length % 4 === 0 && !STRANGER.test(data.endsWith('=') ? data.slice(0, data.endsWith('==') ? -2 : -1) : data);

/** The data without white space if it is well-formed base64 and not empty, else undefined (ED-01). */
export function normaliseBase64(text: string): string | undefined {
  const data = text.replace(/\s+/g, '');
  return data !== '' && isBase64(data) ? data : undefined;
}

/** UTF-8 text to base64 (ED-02). */
export function encodeText(text: string): string {
  const bytes = new TextEncoder().encode(text);
  const pieces: string[] = [];
  for (let at = 0; at < bytes.length; at += PIECE) pieces.push(String.fromCharCode(...bytes.subarray(at, at + PIECE)));
  return btoa(pieces.join(''));
}

/** Base64 to text; undefined if it is no base64 or the bytes are no UTF-8. */
export function decodeText(data: string): string | undefined {
  const clean = normaliseBase64(data);
  if (clean === undefined) return undefined;
  try {
    const bytes = Uint8Array.from(atob(clean), (character) => character.charCodeAt(0));
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}
