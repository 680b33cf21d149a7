/** Digests on Node.js. `digest.web.ts` is the same for every other engine; package.json `#digest` chooses. */
import { createHash, hash } from 'node:crypto';

/** A SHA-256 computed piece by piece. */
export interface Sha256 {
  update(bytes: Uint8Array): void;
  /** The digest in lower-case hexadecimal; call it once, at the end. */
  hex(): string;
}

/** SHA-1 of a text in UTF-8, as 40 lower-case hexadecimal digits. For name-based UUIDs, not for security. */
export const sha1Hex = (text: string): string => hash('sha1', text, 'hex');

/** Starts a SHA-256. */
export function sha256(): Sha256 {
  const sha = createHash('sha256');
  return {
    update(bytes) {
      sha.update(bytes);
    },
    hex: () => sha.digest('hex'),
  };
}
