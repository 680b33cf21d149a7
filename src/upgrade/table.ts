/** The tables of `mappings/upgrade/`: what an element of DSTU2 or STU3 is in R4. Read once, checked against the shapes of R4. */
import { contentName, elementsOf, isResourceType, lookupElement } from '../fhir/shapes.js';
import { MappingError } from '../finding.js';
import { entries, isPlain, map, strings, text } from '../map/raw.js';
import type { Raw, RawMap, Source } from '../map/yaml.js';

export const OLD_VERSIONS = ['DSTU2', 'STU3'] as const;
export type OldVersion = (typeof OLD_VERSIONS)[number];

/** Element -> constant. `status?`: only where nothing else says it. A concept is written `system|code`, or `code`. */
export type Constants = Readonly<Record<string, string>>;

/** What becomes of one element of the older version. */
export interface UpgradeRule {
  /** Element of R4, below the same parent; `../x`: below the parent's parent. Absent: the same name. */
  readonly to?: string;
  /** Code -> code; a code that is not named stays as it is. */
  readonly map?: Readonly<Record<string, string>>;
  /** Code system for a code that becomes a concept. */
  readonly system?: string;
  readonly as?: 'joined';
  /** Value -> what to write instead of it. */
  readonly values?: ReadonlyMap<string, { readonly set: Constants; readonly withhold: boolean }>;
  /** Written beside the value, in the same item. */
  readonly beside?: Constants;
  readonly lost?: true;
  /** The child whose code says what the other children are. */
  readonly by?: string;
  readonly kinds?: ReadonlyMap<string, UpgradeRules>;
  /** Rules for the children. */
  readonly rules?: UpgradeRules;
}

export interface UpgradeRules {
  readonly of: ReadonlyMap<string, UpgradeRule>;
  /** What R4 requires and the older version implied. */
  readonly set: Constants;
  /** What R4 requires and the older version did not: element -> reason for its absence. */
  readonly absent: Constants;
}

export interface UpgradeTable extends UpgradeRules {
  readonly make: string;
}

export interface Upgrades {
  /** `DSTU2 Condition` -> table. */
  readonly tables: ReadonlyMap<string, UpgradeTable>;
  /** `DSTU2 Timing` -> rules for the data type. */
  readonly types: ReadonlyMap<string, UpgradeRules>;
  readonly systems: ReadonlyMap<string, string>;
  readonly prefixes: readonly (readonly [string, string])[];
  readonly gone: ReadonlySet<string>;
}

const FILE_WORDS = [
  'upgrade',
  'from',
  'make',
  'source',
  'set',
  'absent',
  'rules',
  'types',
  'systems',
  'prefixes',
  'gone',
];
const RULE_WORDS = ['to', 'map', 'system', 'as', 'values', 'beside', 'lost', 'by', 'kinds', 'rules', 'set', 'absent'];

/**
 * Builds the tables from parsed files.
 * @throws MappingError with file and line for a word, version, resource type or element that is not there
 */
export function loadUpgrades(sources: readonly Source[]): Upgrades {
  const tables = new Map<string, UpgradeTable>();
  const types = new Map<string, UpgradeRules>();
  const systems = new Map<string, string>();
  const prefixes: [string, string][] = [];
  const gone = new Set<string>();
  for (const { file, data } of sources) {
    checkWords(data, FILE_WORDS, file);
    for (const [old, now] of entries(data.systems)) systems.set(old, String(now));
    for (const [old, now] of entries(data.prefixes)) prefixes.push([old, String(now)]);
    for (const type of strings(data.gone)) gone.add(type);
    if (data.from === undefined) continue;
    const version = readVersion(data, file);
    for (const [type, raw] of entries(data.types)) types.set(`${version} ${type}`, readRules(map(raw), [type], file));
    const upgrade = text(data.upgrade);
    if (upgrade === undefined) continue;
    const make = text(data.make) ?? upgrade;
    if (!isResourceType(make)) throw new MappingError(`R4 has no resource ${make}`, file, lineOf(data));
    tables.set(`${version} ${upgrade}`, { make, ...readRules(data, [make], file) });
  }
  return { tables, types, systems, prefixes, gone };
}

const lineOf = (raw: RawMap): number => Number(raw.$line ?? 1);

function checkWords(raw: RawMap, words: readonly string[], file: string): void {
  for (const [word] of entries(raw))
    if (!words.includes(word)) throw new MappingError(`unknown word '${word}'`, file, lineOf(raw));
}

function readVersion(data: RawMap, file: string): OldVersion {
  const version = OLD_VERSIONS.find((each) => each === data.from);
  if (!version) throw new MappingError(`'from' must be one of ${OLD_VERSIONS.join(', ')}`, file, lineOf(data));
  return version;
}

/** @param owners the R4 contents from the resource down to where these rules write; '' where R4 has no such element */
function readRules(raw: RawMap, owners: readonly string[], file: string): UpgradeRules {
  const rules = new Map<string, UpgradeRule>();
  for (const [key, item] of entries(raw.rules))
    rules.set(key, readRule(key, typeof item === 'string' ? { to: item } : map(item), owners, file));
  return {
    of: rules,
    set: readConstants(raw.set, owners, file),
    absent: readConstants(raw.absent, owners, file),
  };
}

function readRule(key: string, raw: RawMap, owners: readonly string[], file: string): UpgradeRule {
  checkWords(raw, RULE_WORDS, file);
  const to = text(raw.to);
  const target = findTarget(to ?? key, owners);
  const inner = [...owners, target?.content ?? ''];
  if (to !== undefined && !target) throw new MappingError(`R4 has no element ${to} here`, file, lineOf(raw));
  const holder = target ? owners.slice(0, owners.length - target.up) : owners;
  const kinds = entries(raw.kinds).map(([kind, rules]): [string, UpgradeRules] => [
    kind,
    readRules({ rules }, inner, file),
  ]);
  const as = text(raw.as);
  if (as !== undefined && as !== 'joined') throw new MappingError(`unknown form '${as}'`, file, lineOf(raw));
  const by = text(raw.by);
  const system = text(raw.system);
  return {
    ...(to !== undefined && { to }),
    ...(raw.map !== undefined && { map: Object.fromEntries(entries(raw.map).map(([k, v]) => [k, String(v)])) }),
    ...(system !== undefined && { system }),
    ...(as !== undefined && { as }),
    ...(raw.values !== undefined && { values: readValues(raw.values, owners, file) }),
    ...(raw.beside !== undefined && { beside: readConstants(raw.beside, [...holder, target?.holder ?? ''], file) }),
    ...(raw.lost !== undefined && { lost: true as const }),
    ...(by !== undefined && { by, kinds: new Map(kinds) }),
    ...((raw.rules !== undefined || raw.set !== undefined || raw.absent !== undefined) && {
      rules: readRules(raw, inner, file),
    }),
  };
}

function readValues(raw: Raw, owners: readonly string[], file: string) {
  return new Map(
    entries(raw).map(([value, item]) => {
      const { withhold, ...set } = map(item);
      return [value, { set: readConstants(set, owners, file), withhold: withhold !== undefined }] as const;
    }),
  );
}

function readConstants(raw: Raw | undefined, owners: readonly string[], file: string): Constants {
  const constants = entries(raw);
  for (const [path] of constants)
    if (!findTarget(path.replace(/\?$/, ''), owners))
      throw new MappingError(`R4 has no element ${path} here`, file, raw && isPlain(raw) ? lineOf(raw) : 1);
  return Object.fromEntries(constants.map(([path, value]) => [path, String(value)]));
}

/** Where a target path leads: how many parents up, what the element holds, and what the item around it is. */
function findTarget(
  to: string,
  owners: readonly string[],
): { up: number; content: string; holder: string } | undefined {
  const up = to.split('../').length - 1;
  const owner = owners.at(-1 - up);
  const path = to.slice(up * 3);
  const found = owner ? lookupElement(owner, path) : undefined;
  if (!owner || !found) return undefined;
  const names = path.split('.');
  const last = names.pop() ?? '';
  const holder = names.reduce((at, name) => contentOf(at, name), owner);
  return { up, content: contentName(holder, last, found), holder };
}

/** What the content of an element is called. */
export function contentOf(owner: string, name: string): string {
  const found = lookupElement(owner, name);
  return found && elementsOf(owner) ? contentName(owner, name, found) : '';
}
