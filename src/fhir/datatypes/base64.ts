/** Base64 without any platform's own types: runs in Node and in browsers alike. */

const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

/** The data without white space if it is well-formed base64 and not empty, else undefined (ED-01). */
export function normaliseBase64(text: string): string | undefined {
  const data = text.replace(/\s+/g, '');
  return data !== '' && BASE64.test(data) ? data : undefined;
}

/** UTF-8 text to base64 (ED-02). */
export function encodeText(text: string): string {
  let binary = '';
  for (const byte of new TextEncoder().encode(text)) binary += String.fromCharCode(byte);
  return btoa(binary);
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
