/** Counts and hashes bytes on their way, to compare them with what a package says. */
import { createHash } from 'node:crypto';
import type { Attachment } from 'fhir/r4.js';

export interface Witness {
  readonly bytes: AsyncIterable<Uint8Array>;
  readonly size: number;
  /** SHA-1 as base64, as FHIR wants it (R4, Attachment.hash); once the bytes were read. */
  readonly hash: string;
  readonly sha256: string;
  /** True unless hash or size are stated and others. */
  agrees(stated: Attachment | undefined): boolean;
}

export function createWitness(source: AsyncIterable<Uint8Array>): Witness {
  const sha1 = createHash('sha1');
  const sha256 = createHash('sha256');
  let size = 0;
  let digests: { sha1: string; sha256: string } | undefined;
  const finish = () => {
    digests ??= { sha1: sha1.digest('base64'), sha256: sha256.digest('hex') };
    return digests;
  };
  async function* pass(): AsyncGenerator<Uint8Array, void> {
    for await (const bytes of source) {
      sha1.update(bytes);
      sha256.update(bytes);
      size += bytes.length;
      yield bytes;
    }
  }
  return {
    bytes: pass(),
    get size() {
      return size;
    },
    get hash() {
      return finish().sha1;
    },
    get sha256() {
      return finish().sha256;
    },
    agrees: (stated) =>
      (stated?.hash === undefined || stated.hash === finish().sha1) &&
      (stated?.size === undefined || stated.size === size),
  };
}
