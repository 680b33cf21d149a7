/** Digests without Node.js: Web Crypto is asynchronous only, so a small pure implementation stands in. */
import { sha1 } from '@noble/hashes/legacy.js';
import { sha256 as createSha256 } from '@noble/hashes/sha2.js';
import { bytesToHex } from '@noble/hashes/utils.js';
import type { Sha256 } from './digest.node.js';

const utf8 = new TextEncoder();

/** SHA-1 of a text in UTF-8, as 40 lower-case hexadecimal digits. For name-based UUIDs, not for security. */
export const sha1Hex = (text: string): string => bytesToHex(sha1(utf8.encode(text)));

/** Starts a SHA-256. */
export function sha256(): Sha256 {
  const hash = createSha256.create();
  return {
    update(bytes) {
      hash.update(bytes);
    },
    hex: () => bytesToHex(hash.digest()),
  };
}
