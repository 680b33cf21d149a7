/** The shipped mappings, and compiled mappers, each made once. */
import { SHA256, SOURCES } from '../mappings.gen.js';
import { compileMappings, type Mapper } from './compile.js';
import { loadSources } from './load.js';
import type { Mappings } from './table.js';

let shipped: Mappings | undefined;
const mappers = new WeakMap<Mappings, Mapper>();

/** Names of the package's own mapping files. */
export const shippedFiles: ReadonlySet<string> = new Set(SOURCES.map(({ file }) => file));

/** The mappings of the package. */
export function loadShipped(): Mappings {
  shipped ??= loadSources(SOURCES, SHA256);
  return shipped;
}

/** The compiled form of mappings. Those of the package were tried when it was built; any others are compiled at once. */
export function mapperOf(mappings: Mappings): Mapper {
  const known = mappers.get(mappings) ?? compileMappings(mappings, mappings !== shipped);
  mappers.set(mappings, known);
  return known;
}
