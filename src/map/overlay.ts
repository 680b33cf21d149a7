/** Mappings with a user's own files on top. */
import { sha256 } from '#digest';
import { readSources, SHA256 } from '../mappings.gen.js';
import { loadSources } from './load.js';
import { expandNames, readNames } from './names.js';
import { mapperOf } from './shipped.js';
import type { Mappings } from './table.js';
import { verifyMappings } from './verify.js';
import { parseSource, type Source } from './yaml.js';

/**
 * Puts YAML files on top of the shipped tables: `extends: allergy` changes a table, `table:` adds one.
 * `$name` stands for what the shipped names.yaml has under it.
 * @param files name and text of each file; the name appears in errors and reports
 * @throws MappingError with file and line
 */
export function overlayMappings(files: readonly { file: string; text: string }[]): Mappings {
  const digest = sha256();
  const encoder = new TextEncoder();
  const shipped = readSources();
  const names = readNames(shipped.find(({ file }) => file === 'names.yaml')?.data ?? {});
  digest.update(encoder.encode(SHA256));
  const own: Source[] = files.map(({ file, text }) => {
    digest.update(encoder.encode(`${file}\n${text}\n`));
    return expandNames(parseSource(file, text), names);
  });
  const mappings = loadSources([...shipped, ...own], digest.hex());
  mapperOf(mappings);
  verifyMappings(mappings);
  return mappings;
}
