/** Parsed mapping files -> Mappings. */
import { layerTables, readGroups } from './merge-tables.js';
import { entries, map, strings, text } from './raw.js';
import { readTable } from './read-table.js';
import { readCodeTables, readExtensions, readFrame, readSystems } from './reference.js';
import type { Mappings, Table } from './table.js';
import type { RawMap, Source } from './yaml.js';

/**
 * Builds the mappings from parsed files, shipped ones first, overlays after them. A file with `extends` and no
 * `table` changes the named table; one with both defines a new table from it.
 * @throws MappingError with file and line for a word, path or name that is not there.
 */
export function loadSources(sources: readonly Source[], sha256: string): Mappings {
  const files = new Map(sources.map((source) => [baseName(source.file), source.data]));
  const common = files.get('common') ?? {};
  const tables = new Map<string, Table>();
  const groups = readGroups(common);
  for (const [name, layers] of layerTables(sources)) tables.set(name, readTable(name, layers, groups));
  return Object.freeze({
    tables,
    codes: readCodeTables(sources),
    templates: new Map(entries(files.get('templates')).map(([name, oids]) => [name, new Set(strings(oids))])),
    extensions: readExtensions(files.get('extensions')),
    systems: readSystems(files.get('systems')),
    sections: new Map(entries(files.get('sections')).map(([code, raw]) => [code, section(map(raw))])),
    units: files.get('units') ?? {},
    frame: readFrame(common),
    sha256,
  });
}

const baseName = (file: string): string => file.replace(/^.*\//, '').replace(/\.ya?ml$/, '');
const section = (raw: RawMap) => ({ name: text(raw.name) ?? '', kind: text(raw.kind) ?? '' });
