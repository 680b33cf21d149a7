/** stub */
import type { Entry } from '../entry.js';
import type { Recognised } from '../recognisers.js';

export async function readPackage(_metadata: Entry, _entries: readonly Entry[]): Promise<Recognised[]> {
  return [];
}
