/** When the engine optimizes code: sooner or later is right, by how long a process will run. */
import { setFlagsFromString } from 'node:v8';

/**
 * Makes a function run through so many bytes of code before it is optimized, six times the engine's own measure. Most
 * runs end before optimized code pays for having been made, and in each worker thread it is made anew.
 */
export const optimizeLate = (): void => setFlagsFromString('--interrupt-budget=800000');

/** The engine's own measure (132 kB), for large documents: waiting would cost half a second. */
export const optimizeEarly = (): void => setFlagsFromString('--interrupt-budget=135168');
