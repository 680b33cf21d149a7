/** The shipped mappings, and compiled mappers, each made once. */
import { readSources, SHA256 } from '../mappings.gen.js';
import { compileMappings, type Mapper } from './compile.js';
import { loadSources } from './load.js';
import type { Mappings } from './table.js';

let shipped: Mappings | undefined;
const mappers = new WeakMap<Mappings, Mapper>();

/** Digest of the package's own mapping files, without reading them. */
export { SHA256 as SHIPPED_SHA256 } from '../mappings.gen.js';

let files: ReadonlySet<string> | undefined;

/** True for the name of one of the package's own mapping files. */
export function isShipped(file: string): boolean {
  files ??= new Set(readSources().map((source) => source.file));
  return files.has(file);
}

/** The mappings of the package. */
export function loadShipped(): Mappings {
  shipped ??= loadSources(readSources(), SHA256);
  return shipped;
}

/** The compiled form of mappings. Those of the package were tried when it was built; any others are compiled at once. */
export function mapperOf(mappings: Mappings): Mapper {
  const known = mappers.get(mappings) ?? compileMappings(mappings, mappings !== shipped);
  mappers.set(mappings, known);
  return known;
}
