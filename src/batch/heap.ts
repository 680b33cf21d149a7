/** How the engine collects garbage while documents are converted. */
import { setFlagsFromString } from 'node:v8';
import { optimizeEarly } from './optimize.js';

/** Documents of at least so many bytes; of smaller ones the heap has no time to grow. */
const LARGE = 10_000_000;
/** A collection when what is alive has grown by this part: takes a sixth more time, and a third less memory. */
const PERCENT = 20;

/**
 * Lets each thread collect its own garbage, without helpers: of threads that convert documents there are as many as
 * cores, and handing parts of so small a heap to further ones takes more processor time than it saves.
 */
export function collectAlone(): void {
  setFlagsFromString('--no-parallel-scavenge');
  setFlagsFromString('--no-concurrent-sweeping');
}

let held = 0;

/**
 * Does `work` with the heap kept small if the document is large. What is alive does not grow with a document, but left
 * alone the engine lets garbage pile up to a multiple of it. Code is optimized as early as the engine would, as it will run for long.
 * @param bytes size of the document; undefined if it is not known, which counts as large
 */
export async function keepHeapSmall<T>(bytes: number | undefined, work: () => Promise<T>): Promise<T> {
  if (bytes !== undefined && bytes < LARGE) return work();
  optimizeEarly();
  if (held++ === 0) setFlagsFromString(`--heap-growing-percent=${PERCENT}`);
  try {
    return await work();
  } finally {
    if (--held === 0) setFlagsFromString('--heap-growing-percent=0');
  }
}
