/** Counts what comes out of an archive, and stops where it is more than a limit allows. */
import { INTAKE_LIMITS } from '../limits.js';
import { refusalError } from '../refusals.js';

/**
 * Passes bytes on.
 * @param packed how many packed bytes were read for them so far
 * @throws InputError `limit-ratio` or `limit-size`
 */
export async function* guard(
  source: AsyncIterable<Uint8Array>,
  packed: () => number,
): AsyncGenerator<Uint8Array, void> {
  const { ratio, ratioFrom, member } = INTAKE_LIMITS;
  let size = 0;
  for await (const bytes of source) {
    size += bytes.length;
    if (size > member) throw refusalError('limit-size');
    if (size > ratioFrom && size > ratio * packed()) throw refusalError('limit-ratio');
    yield bytes;
  }
}

/**
 * All bytes of a source that must be small.
 * @param most bytes
 * @throws InputError `limit-size`
 */
export async function readWhole(source: AsyncIterable<Uint8Array>, most: number): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  let size = 0;
  for await (const bytes of source) {
    size += bytes.length;
    if (size > most) throw refusalError('limit-size');
    pieces.push(bytes);
  }
  return Buffer.concat(pieces, size);
}
