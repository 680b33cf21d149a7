/** Names for what several paths say: `$refused` stands for the words, the codes or the path names.yaml has under `refused`. */
import { MappingError } from '../finding.js';
import { entries } from './raw.js';
import type { Raw, RawMap, Source } from './yaml.js';

/** What goes into a path, by name. */
export type Names = ReadonlyMap<string, string>;

const NAME = /\$([a-z][a-z-]*)/g;

/**
 * @param data names.yaml: a list of words or codes (`'a'|'b'` in a path), or a path, by name; a later one may use the
 *   names before it
 * @throws MappingError for a name that is not there
 */
export function readNames(data: RawMap): Names {
  const names = new Map<string, string>();
  for (const [name, raw] of entries(data)) {
    const said = Array.isArray(raw) ? raw.map((value) => `'${value}'`).join('|') : `${raw}`;
    names.set(name, replaceNames(said, names, 'names.yaml', 1));
  }
  return names;
}

function replaceNames(text: string, names: Names, file: string, line: number): string {
  return text.replace(NAME, (_all, name: string) => {
    const said = names.get(name);
    if (said === undefined) throw new MappingError(`names.yaml has no "${name}"`, file, line);
    return said;
  });
}

/**
 * A file of tables or rules with every name replaced by what it stands for; other files as they are.
 * @throws MappingError with file and line for a name that is not there
 */
export function expandNames({ file, data }: Source, names: Names): Source {
  const hasPaths = data.table ?? data.extends ?? data.groups;
  if (hasPaths === undefined || data.codes) return { file, data };
  const expand = (raw: Raw, line: Raw | undefined): Raw => {
    if (Array.isArray(raw)) return raw.map((item) => expand(item, line));
    return typeof raw === 'object' ? expandMap(raw) : replaceNames(raw, names, file, Number(line ?? 1));
  };
  const expandMap = (map: RawMap): RawMap =>
    Object.fromEntries(Object.entries(map).map(([key, value]) => [key, expand(value, map.$line)]));
  return { file, data: expandMap(data) };
}
