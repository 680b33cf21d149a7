/** How freely the engine's heap may grow while a document is converted. */
import { setFlagsFromString } from 'node:v8';

/** Documents of at least so many bytes; of smaller ones the heap has no time to grow. */
const LARGE = 10_000_000;
/** A collection when what is alive has grown by this part: takes a sixth more time, and a third less memory. */
const PERCENT = 20;

let held = 0;

/**
 * Does `work` with the heap kept small if the document is large. What is alive does not grow with a document, but left
 * alone the engine lets garbage pile up to a multiple of it.
 * @param bytes size of the document; undefined if it is not known, which counts as large
 */
export async function keepHeapSmall<T>(bytes: number | undefined, work: () => Promise<T>): Promise<T> {
  if (bytes !== undefined && bytes < LARGE) return work();
  if (held++ === 0) setFlagsFromString(`--heap-growing-percent=${PERCENT}`);
  try {
    return await work();
  } finally {
    if (--held === 0) setFlagsFromString('--heap-growing-percent=0');
  }
}
