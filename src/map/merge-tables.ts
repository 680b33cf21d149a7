/** Tables as the files together have them: groups used, overlays merged by rule key. */
import { MappingError } from '../finding.js';
import { entries, isPlain, map, strings, text } from './raw.js';
import type { Raw, RawMap, Source } from './yaml.js';

/** The files a table's words come from: the one that begins it, then those that change it. */
export type Layers = readonly [Source, ...Source[]];

/** Which files make which table; they are merged when the table is used. */
export function layerTables(sources: readonly Source[]): Map<string, Layers> {
  const tables = new Map<string, Layers>();
  let waiting = sources.filter(({ data }) => !data.codes && (data.table || data.extends));
  while (waiting.length > 0) {
    const left = waiting.filter((source) => !layerTable(source, tables));
    const [stuck] = left;
    if (stuck && left.length === waiting.length)
      throw new MappingError(`there is no table "${text(stuck.data.extends)}" to extend`, stuck.file, 1);
    waiting = left;
  }
  return tables;
}

/** False while the table this one extends is not there. */
function layerTable(source: Source, tables: Map<string, Layers>): boolean {
  const { file, data } = source;
  const base = text(data.extends);
  const below = base === undefined ? undefined : tables.get(base);
  if (base !== undefined && !below) return false;
  const name = text(data.table) ?? base ?? '';
  if (data.table && tables.has(name)) throw new MappingError(`the table "${name}" exists already`, file, 1);
  tables.set(name, below ? [...below, source] : [source]);
  return true;
}

/** The table's own words, overlays applied. A rule without `$file` is from where the table is. */
export function mergeLayers([first, ...changes]: Layers): RawMap {
  if (changes.length === 0) return withPlace(wholeOf(first), first.file);
  return changes.reduce(
    (raw, change) => patch(raw, locate(wholeOf(change), change.file)),
    locate(wholeOf(first), first.file),
  );
}

/** The same as far as all tables are known at once: without the words of `BODY`. */
export const mergeHead = ([first, ...changes]: Layers): RawMap =>
  changes.reduce((raw, { file, data }) => patch(raw, withPlace(data, file)), withPlace(first.data, first.file));

const wholeOf = ({ data, body }: Source): RawMap =>
  body === undefined ? data : { ...data, ...(JSON.parse(body) as RawMap) };

const withPlace = (raw: RawMap, file: string): RawMap => ({ ...raw, $file: file, $line: raw.$line ?? '1' });

/** A copy in which every map that has a line also has the file. */
function locate(raw: RawMap, file: string): RawMap {
  const copy: RawMap = {};
  for (const [key, value] of Object.entries(raw)) {
    copy[key] = typeof value === 'object' && !Array.isArray(value) ? locate(value, file) : value;
  }
  copy.$file = file;
  copy.$line = raw.$line ?? '1';
  return copy;
}

/** Merge patch by key; `off` removes. An entry of `rules` or `lost` stays `off`: a group may still bring it. */
function patch(base: RawMap, change: RawMap, entries = false): RawMap {
  const merged = { ...base };
  for (const [key, value] of Object.entries(change)) {
    const before = merged[key];
    if (value === 'off' && entries && before !== undefined && isPlain(before)) passOn(merged, key, before.fallback);
    if (value === 'off' && !entries) delete merged[key];
    else if (isPlain(value) && before !== undefined && isPlain(before))
      merged[key] = patch(before, value, key === 'rules' || key === 'lost');
    else merged[key] = value;
  }
  return merged;
}

/** What fell back from a rule that is off falls back from what that one fell back from. */
function passOn(rules: RawMap, gone: string, fallback: Raw | undefined): void {
  for (const [key, rule] of Object.entries(rules)) {
    if (!isPlain(rule) || rule.fallback !== gone) continue;
    const { fallback: _gone, ...words } = rule;
    rules[key] = fallback === undefined ? words : { ...words, fallback };
  }
}

/** The shared rules of common.yaml by name, each knowing its file. */
export type Groups = ReadonlyMap<string, RawMap>;

export const readGroups = (common: RawMap): Groups =>
  new Map(entries(common.groups).map(([name, group]) => [name, locate(map(group), 'common.yaml')]));

/** Puts the shared rules a table uses after its own; the table's own words win. */
export function useGroups(raw: RawMap, groups: Groups): RawMap {
  let merged = raw;
  for (const name of strings(raw.use)) {
    const group = groups.get(name);
    if (!group)
      throw new MappingError(`there is no group "${name}" in common.yaml`, String(raw.$file), Number(raw.$line));
    const { rules = {}, lost = {}, frame = [], withhold = [] } = group;
    const file = String(raw.$file);
    merged = {
      ...merged,
      rules: addGroup(map(merged.rules ?? {}), map(rules), file),
      lost: addGroup(map(merged.lost ?? {}), map(lost), file),
      frame: [...strings(merged.frame), ...strings(frame)],
      withhold: [...strings(merged.withhold), ...strings(withhold)],
    };
  }
  return { ...merged, rules: withoutOff(map(merged.rules ?? {})), lost: withoutOff(map(merged.lost ?? {})) };
}

/** The group's entries after the table's own; what the table says of an entry of the group changes it. */
function addGroup(own: RawMap, group: RawMap, file: string): RawMap {
  const shared = Object.entries(own).filter(([key]) => group[key] !== undefined && !key.startsWith('$'));
  const changes = shared.map(([key, value]) => [key, isPlain(value) && !value.$file ? locate(value, file) : value]);
  return { ...own, ...patch(group, Object.fromEntries(changes), true) };
}

const withoutOff = (rules: RawMap): RawMap =>
  Object.fromEntries(Object.entries(rules).filter(([, value]) => value !== 'off'));
