/** Parsed mapping files -> Mappings: groups used, overlays merged by rule key, paths read. */

import type { Json } from '../fhir/json.js';
import { MappingError } from '../finding.js';
import { parseCondition, parsePath } from './path.js';
import type {
  CodeTable,
  CodeTarget,
  ExtensionShape,
  Loss,
  Mappings,
  Pick,
  Place,
  Rule,
  Systems,
  Table,
} from './table.js';
import { PICKS } from './table.js';
import type { Raw, RawMap, Source } from './yaml.js';

const TABLE_WORDS = new Set(
  'table extends ig in each choose make into at needs use modifiers when unless anywhere provenance rules lost frame $line $file'.split(
    ' ',
  ),
);
const LOSS_WORDS = new Set('row from why $line $file'.split(' '));
const RULE_WORDS = new Set(
  'row from to as map join when unless fallback value say pick build link each rules why $line $file'.split(' '),
);

/**
 * Builds the mappings from parsed files, shipped ones first, overlays after them. A file with `extends` and no
 * `table` changes the named table; one with both defines a new table from it.
 * @throws MappingError with file and line for a word, path or name that is not there.
 */
export function loadSources(sources: readonly Source[], sha256: string): Mappings {
  const files = new Map(sources.map((source) => [baseName(source.file), source.data]));
  const common = files.get('common') ?? {};
  const tables = new Map<string, Table>();
  for (const [name, raw] of mergeTables(sources)) tables.set(name, readTable(name, useGroups(raw, common)));
  return Object.freeze({
    tables,
    codes: readCodeTables(sources),
    templates: new Map(entries(files.get('templates')).map(([name, oids]) => [name, new Set(strings(oids))])),
    extensions: readExtensions(files.get('extensions')),
    systems: readSystems(files.get('systems')),
    sections: new Map(entries(files.get('sections')).map(([code, raw]) => [code, section(map(raw))])),
    units: files.get('units') ?? {},
    checks: files.get('checks') ?? {},
    frame: readFrame(common),
    sha256,
  });
}

const baseName = (file: string): string => file.replace(/^.*\//, '').replace(/\.ya?ml$/, '');
const entries = (raw: Raw | undefined): [string, Raw][] =>
  Object.entries(map(raw ?? {})).filter(([key]) => !key.startsWith('$'));
const map = (raw: Raw): RawMap => (typeof raw === 'string' || Array.isArray(raw) ? {} : raw);
const strings = (raw: Raw | undefined): string[] =>
  raw === undefined ? [] : Array.isArray(raw) ? raw.map(String) : [String(raw)];
const text = (raw: Raw | undefined): string | undefined => (typeof raw === 'string' ? raw : undefined);
const section = (raw: RawMap) => ({ name: text(raw.name) ?? '', kind: text(raw.kind) ?? '' });

/** Raw tables by name, overlays applied, every rule knowing its file. */
function mergeTables(sources: readonly Source[]): Map<string, RawMap> {
  const tables = new Map<string, RawMap>();
  let waiting = sources.filter(({ data }) => !data.codes && (data.table || data.extends));
  while (waiting.length > 0) {
    const left = waiting.filter((source) => !mergeTable(source, tables));
    const [stuck] = left;
    if (stuck && left.length === waiting.length)
      throw new MappingError(`there is no table "${text(stuck.data.extends)}" to extend`, stuck.file, 1);
    waiting = left;
  }
  return tables;
}

/** False while the table this one extends is not there. */
function mergeTable({ file, data }: Source, tables: Map<string, RawMap>): boolean {
  const base = text(data.extends);
  if (base !== undefined && !tables.has(base)) return false;
  const raw = locate(data, file);
  const name = text(data.table) ?? base ?? '';
  if (data.table && tables.has(name)) throw new MappingError(`the table "${name}" exists already`, file, 1);
  tables.set(name, base === undefined ? raw : patch(tables.get(base) ?? {}, raw));
  return true;
}

/** A copy in which every map that has a line also has the file. */
function locate(raw: RawMap, file: string): RawMap {
  const copy: RawMap = {};
  for (const [key, value] of Object.entries(raw)) {
    copy[key] = typeof value === 'object' && !Array.isArray(value) ? locate(value, file) : value;
  }
  return { ...copy, $file: file, $line: raw.$line ?? '1' };
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

const isPlain = (raw: Raw): raw is RawMap => typeof raw === 'object' && !Array.isArray(raw);

/** Puts the shared rules a table uses after its own; the table's own words win. */
function useGroups(raw: RawMap, common: RawMap): RawMap {
  let merged = raw;
  for (const name of strings(raw.use)) {
    const group = map(common.groups ?? {})[name];
    if (!group)
      throw new MappingError(`there is no group "${name}" in common.yaml`, String(raw.$file), Number(raw.$line));
    const { rules = {}, lost = {}, frame = [] } = locate(map(group), 'common.yaml');
    merged = {
      ...merged,
      rules: addGroup(map(merged.rules ?? {}), map(rules)),
      lost: addGroup(map(merged.lost ?? {}), map(lost)),
      frame: [...strings(merged.frame), ...strings(frame)],
    };
  }
  return { ...merged, rules: withoutOff(map(merged.rules ?? {})), lost: withoutOff(map(merged.lost ?? {})) };
}

/** The group's entries after the table's own; what the table says of an entry of the group changes it. */
const addGroup = (own: RawMap, group: RawMap): RawMap => ({ ...own, ...patch(group, own, true) });

const withoutOff = (rules: RawMap): RawMap =>
  Object.fromEntries(Object.entries(rules).filter(([, value]) => value !== 'off'));

function place(raw: RawMap): Place {
  return { file: text(raw.$file) ?? '', line: Number(raw.$line ?? 1) };
}

/** Runs a parser, adding file and line to what it says. */
function at<T>(where: Place, name: string, parse: () => T): T {
  try {
    return parse();
  } catch (error) {
    if (error instanceof MappingError) throw error;
    throw new MappingError(`${name}: ${error instanceof Error ? error.message : error}`, where.file, where.line);
  }
}

function checkWords(raw: RawMap, known: ReadonlySet<string>, name: string, where: Place): void {
  for (const word of Object.keys(raw)) {
    if (!known.has(word))
      throw new MappingError(`${name}: "${word}" is not a word of the mapping language`, where.file, where.line);
  }
}

function readTable(name: string, raw: RawMap): Table {
  const where = place(raw);
  checkWords(raw, TABLE_WORDS, name, where);
  return at(where, name, () => ({
    ...where,
    name,
    ig: text(raw.ig),
    in: strings(raw.in).map(parsePath),
    each: strings(raw.each ?? '.').map(parsePath),
    choose: strings(raw.choose),
    make: text(raw.make) ?? '',
    into: text(raw.into),
    at: raw.at === undefined ? undefined : parsePath(String(raw.at)),
    needs: strings(raw.needs),
    modifiers: strings(raw.modifiers).map(parsePath),
    when: strings(raw.when).map(parseCondition),
    unless: strings(raw.unless).map(parseCondition),
    anywhere: raw.anywhere === 'on',
    provenance: raw.provenance !== 'off',
    rules: readRules(name, raw.rules, where),
    lost: entries(raw.lost).map(([key, loss]) => readLoss(`${name}.${key}`, map(loss))),
    frame: strings(raw.frame).map(parsePath),
  }));
}

function readRules(prefix: string, raw: Raw | undefined, where: Place): Rule[] {
  return entries(raw)
    .filter(([, rule]) => rule !== 'off')
    .map(([key, rule]) => {
      const id = `${prefix}.${key}`;
      if (!isPlain(rule)) throw new MappingError(`${id}: a rule must be a map, or "off"`, where.file, where.line);
      return readRule(id, rule);
    });
}

function readRule(id: string, raw: RawMap): Rule {
  const where = place(raw);
  checkWords(raw, RULE_WORDS, id, where);
  return at(where, id, () => ({
    ...where,
    id,
    row: strings(raw.row),
    from: strings(raw.from).map(parsePath),
    to: text(raw.to),
    as: text(raw.as),
    map: text(raw.map),
    when: strings(raw.when).map(parseCondition),
    unless: strings(raw.unless).map(parseCondition),
    fallback: text(raw.fallback),
    value: raw.value === undefined ? undefined : toJson(raw.value),
    join: text(raw.join),
    say: readSay(text(raw.say)),
    pick: readPick(text(raw.pick)),
    build: text(raw.build),
    link: strings(raw.link),
    each: strings(raw.each).map(parsePath),
    rules: readRules(id, raw.rules, where),
  }));
}

function readSay(said: string | undefined): string | undefined {
  if (said !== undefined && !said.includes('{}')) throw new Error('`say` needs {} where the source goes');
  return said;
}

function readPick(name: string | undefined): Pick | undefined {
  const pick = PICKS.find((known) => known === name);
  if (name !== undefined && pick === undefined) throw new Error(`\`pick\` is one of ${PICKS.join(', ')}`);
  return pick;
}

function readLoss(id: string, raw: RawMap): Loss {
  const where = place(raw);
  checkWords(raw, LOSS_WORDS, id, where);
  return at(where, id, () => {
    const [from, why] = [text(raw.from), text(raw.why)];
    if (!from || !why) throw new Error('a deliberate loss needs `from` and `why`');
    return { ...where, id, row: strings(raw.row), from: parsePath(from), why };
  });
}

function toJson(raw: Raw): Json {
  if (typeof raw === 'string') return raw;
  if (Array.isArray(raw)) return raw.map(toJson);
  return Object.fromEntries(entries(raw).map(([key, value]) => [key, toJson(value)]));
}

function readCodeTables(sources: readonly Source[]): Map<string, CodeTable> {
  const tables = new Map<string, CodeTable>();
  for (const { file, data } of sources) {
    const name = text(data.table) ?? text(data.extends);
    if (!data.codes || name === undefined) continue;
    const base = data.extends ? tables.get(text(data.extends) ?? '') : undefined;
    if (!data.extends && tables.has(name)) throw new MappingError(`the code table "${name}" exists already`, file, 1);
    const codes = new Map<string, CodeTarget>(base?.codes);
    for (const [code, target] of entries(data.codes)) {
      if (target === 'off') codes.delete(code);
      else codes.set(code, readTarget(target));
    }
    tables.set(name, {
      file,
      line: 1,
      name,
      row: strings(data.row ?? base?.row?.slice()),
      systems: data.systems ? strings(data.systems) : (base?.systems ?? []),
      system: text(data.system) ?? base?.system,
      codes,
      default: text(data.default) ?? base?.default,
    });
  }
  return tables;
}

function readTarget(raw: Raw): CodeTarget {
  if (typeof raw === 'string') return { code: raw, display: undefined, system: undefined, why: undefined };
  const target = map(raw);
  return {
    code: text(target.code),
    display: text(target.display),
    system: text(target.system),
    why: text(target.why),
  };
}

function readExtensions(raw: Raw | undefined): Map<string, ExtensionShape> {
  return new Map(
    entries(raw).map(([name, value]) => {
      const shape = map(value);
      const parts = Object.fromEntries(entries(shape.parts).map(([part, type]) => [part, String(type)]));
      return [name, { url: text(shape.url) ?? '', type: text(shape.type), parts }];
    }),
  );
}

function readSystems(raw: RawMap | undefined): Systems {
  const pairs = (key: string) => new Map(entries(raw?.[key]).map(([oid, uri]) => [oid, String(uri)]));
  return {
    codeSystems: pairs('code-systems'),
    identifierSystems: pairs('identifier-systems'),
    names: pairs('names'),
    valueSets: strings(raw?.['value-sets']),
    valueSetSystems: pairs('value-set-systems'),
  };
}

function readFrame(common: RawMap): { attributes: ReadonlySet<string>; elements: ReadonlySet<string> } {
  const frame = map(common['frame-everywhere'] ?? {});
  return { attributes: new Set(strings(frame.attributes)), elements: new Set(strings(frame.elements)) };
}
