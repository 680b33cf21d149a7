/** One file under gzip. */
import { pipeline, Transform } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { InputError } from '../../finding.js';
import { refusalError } from '../refusals.js';
import type { Archive } from './archive.js';
import { guard } from './guard.js';

export const gzip: Archive = {
  isPackage: false,
  async *list() {
    yield { name: '', step: '' };
  },
  async *open(bytes) {
    let packed = 0;
    const count = new Transform({
      transform(piece: Uint8Array, _encoding, done) {
        packed += piece.length;
        done(null, piece);
      },
    });
    const gunzip = createGunzip();
    // An error ends the loop below as well.
    pipeline(bytes.stream(), count, gunzip, () => undefined);
    try {
      yield* guard(gunzip, () => packed);
    } catch (error) {
      throw explain(error);
    }
  },
};

function explain(error: unknown): unknown {
  if (error instanceof InputError || (error instanceof Error && 'syscall' in error)) return error;
  const sum = error instanceof Error && /incorrect (data|length) check/.test(error.message);
  return refusalError(sum ? 'archive-crc' : 'archive-damaged');
}
