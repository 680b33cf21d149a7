/** The rules of `mappings/reconcile.yaml`, read and checked against the shapes of R4. */
import { isResourceType, lookupElement } from '../fhir/shapes.js';
import { MappingError } from '../finding.js';
import { entries, isPlain, map, strings, text } from '../map/raw.js';
import type { Raw, RawMap, Source } from '../map/yaml.js';
import { SOURCE } from '../reconcile.gen.js';
import { type Assertion, LINE_KINDS, type LineKind } from './model.js';
import { type Condition, type Path, parsePath } from './path.js';

export const MATCHES = ['time', 'day', 'episode', 'any'] as const;
export const PARTS = ['about', 'date', 'value', 'members'] as const;
export type Part = (typeof PARTS)[number];

/** How records of one type are read and matched. */
export interface TypeRules {
  readonly type: string;
  /** Kinds in order, each with what makes a record one of it; the last holds for the rest. `none`: no line. */
  readonly kinds: readonly (readonly [LineKind | 'none', readonly Condition[]])[];
  /** True for what belongs to no patient: people, places, drugs. */
  readonly shared: boolean;
  /** Types of one family may state one fact in two ways; without: the type itself. */
  readonly family: string;
  readonly about: readonly Path[];
  readonly title: readonly Path[];
  readonly date: readonly Path[];
  readonly end: readonly Path[];
  readonly value: readonly Path[];
  readonly status: readonly Path[];
  readonly members: readonly Path[];
  readonly identifier: readonly Path[];
  /** Elements naming somebody or something else the record is about. */
  readonly subject: readonly Path[];
  readonly match: (typeof MATCHES)[number];
  /** `joins`: a record without date is the only dated one it fits to. */
  readonly undated: 'joins' | 'apart';
  readonly negated: readonly Condition[];
  readonly planned: readonly Condition[];
  readonly uncertain: readonly Condition[];
  readonly void: readonly Condition[];
  readonly active: readonly Condition[];
  readonly ended: readonly Condition[];
  /** Begun and broken off: never the same as done, whoever says it last. */
  readonly brokenOff: readonly Condition[];
  readonly noneKnown: ReadonlySet<string>;
  readonly relative: boolean;
  /** Rule -> what must be the same. */
  readonly rules: ReadonlyMap<string, readonly Part[]>;
  /** What must not differ where both say it. */
  readonly agree: ReadonlyMap<string, readonly Path[]>;
  /** Elements of which the newest statement counts, and those of which the first is as good as any. */
  readonly latest: ReadonlySet<string>;
  readonly first: ReadonlySet<string>;
  /** Lists in which two descriptions add up, beyond those that always do. */
  readonly union: ReadonlySet<string>;
}

export interface ReconcileRules {
  readonly types: ReadonlyMap<string, TypeRules>;
  readonly nobody: readonly RegExp[];
  readonly digits: ReadonlySet<string>;
  readonly patientAgree: readonly Path[];
  /** What a person has one of: where sources differ the newest counts, and it is told of the others. */
  readonly patientOnce: readonly Path[];
  readonly units: ReadonlyMap<string, { readonly unit: string; readonly factor: number; readonly offset: number }>;
  readonly tolerance: number;
  /** Code of a statement of none -> the category it is about, or `all`. */
  readonly noneScopes: ReadonlyMap<string, string>;
  /** Type -> sections of a document whose records of that type are planned. */
  readonly plannedSections: ReadonlyMap<string, ReadonlySet<string>>;
  /** Assertion -> kind (or `other`) -> words before the title. */
  readonly titles: ReadonlyMap<Assertion, ReadonlyMap<string, string>>;
}

const FILE_WORDS = [
  'patient',
  'units',
  'tolerance',
  'planned-sections',
  'none-known',
  'none-scopes',
  'titles',
  'types',
];
const TYPE_WORDS = `kind kinds shared family about title date end value status members identifier subject match undated
  negated planned uncertain void active ended broken-off rules agree latest first union`.split(/\s+/);

/**
 * Builds the rules from the parsed file.
 * @throws MappingError with file and line for a word, type, element or kind that is not there
 */
export function loadReconcileRules({ file, data }: Source): ReconcileRules {
  const refuse = (message: string, at: Raw | undefined): never => {
    throw new MappingError(message, file, at && isPlain(at) ? Number(at.$line ?? 1) : 1);
  };
  checkWords(data, FILE_WORDS, refuse);
  const patient = map(data.patient ?? {});
  checkWords(patient, ['nobody', 'digits', 'agree', 'once'], refuse);
  const none = map(data['none-known'] ?? {});
  for (const [type] of entries(none)) if (!isResourceType(type)) refuse(`R4 has no resource ${type}`, none);
  const types = entries(data.types).map(([type, raw]) => {
    const own = map(raw);
    if (!isResourceType(type) && type !== 'Binary') refuse(`R4 has no resource ${type}`, own);
    checkWords(own, TYPE_WORDS, refuse);
    return [type, readType(type, own, new Set(strings(none[type])), refuse)] as const;
  });
  return {
    types: new Map(types),
    nobody: strings(patient.nobody).map((pattern) => toPattern(pattern, patient, refuse)),
    digits: new Set(strings(patient.digits)),
    patientAgree: strings(patient.agree).map(parsePath),
    patientOnce: strings(patient.once).map(parsePath),
    noneScopes: new Map(
      entries(data['none-scopes'] ?? {}).map(([code, scope]) => [
        code,
        text(scope) ?? refuse('a scope is a word', none),
      ]),
    ),
    units: readUnits(data.units, refuse),
    tolerance: toNumber(data.tolerance, data, refuse),
    plannedSections: new Map(
      entries(data['planned-sections']).map(([type, codes]) => [type, new Set(strings(codes))] as const),
    ),
    titles: new Map(
      entries(data.titles).map(([assertion, words]) => [
        assertion as Assertion,
        new Map(entries(words).map(([kind, word]) => [kind, String(word)])),
      ]),
    ),
  };
}

type Refuse = (message: string, at: Raw | undefined) => never;

function checkWords(raw: RawMap, words: readonly string[], refuse: Refuse): void {
  for (const [word] of entries(raw)) if (!words.includes(word)) refuse(`unknown word '${word}'`, raw);
}

function toPattern(pattern: string, at: RawMap, refuse: Refuse): RegExp {
  try {
    return pattern.startsWith('(?i)') ? new RegExp(pattern.slice(4), 'i') : new RegExp(pattern);
  } catch {
    return refuse('this is no regular expression', at);
  }
}

function toNumber(raw: Raw | undefined, at: Raw, refuse: Refuse): number {
  const number = Number(raw ?? 0);
  return Number.isFinite(number) ? number : refuse('this is no number', at);
}

function readUnits(raw: Raw | undefined, refuse: Refuse): ReconcileRules['units'] {
  return new Map(
    entries(raw).map(([unit, item]) => {
      const { unit: target = unit, factor = '1', offset = '0' } = map(item);
      return [
        unit,
        { unit: String(target), factor: toNumber(factor, item, refuse), offset: toNumber(offset, item, refuse) },
      ] as const;
    }),
  );
}

function readType(type: string, raw: RawMap, noneKnown: ReadonlySet<string>, refuse: Refuse): TypeRules {
  const paths = (item: Raw | undefined): Path[] => strings(item).map((path) => toPath(path));
  const conditions = (item: Raw | undefined): Condition[] => strings(item).map(toCondition);

  function toPath(path: string): Path {
    const [plain = ''] = path.split('.resolve()');
    if (type !== 'Binary' && plain !== 'resourceType' && !lookupElement(type, plain))
      refuse(`R4 has no element ${type}.${plain}`, raw);
    return parsePath(path);
  }

  function toCondition(condition: string): Condition {
    const [path = '', codes] = condition.split('=');
    return { path: toPath(path), ...(codes !== undefined && { codes: new Set(codes.split('|')) }) };
  }

  function toElements(item: Raw | undefined): ReadonlySet<string> {
    return new Set(paths(item).map((path) => path.join('.')));
  }

  const relative = text(raw.family) === 'relative';
  return {
    type,
    kinds: readKinds(raw, conditions, refuse),
    shared: raw.shared !== undefined,
    family: relative ? type : (text(raw.family) ?? type),
    about: paths(raw.about),
    title: paths(raw.title),
    date: paths(raw.date),
    end: paths(raw.end),
    value: paths(raw.value),
    status: paths(raw.status),
    members: paths(raw.members),
    identifier: raw.identifier === undefined ? [['identifier']] : paths(raw.identifier),
    subject: paths(raw.subject),
    match: oneOf(MATCHES, text(raw.match) ?? 'day', raw, refuse),
    undated: oneOf(['joins', 'apart'] as const, text(raw.undated) ?? 'apart', raw, refuse),
    negated: conditions(raw.negated),
    planned: conditions(raw.planned),
    uncertain: conditions(raw.uncertain),
    void: conditions(raw.void),
    active: conditions(raw.active),
    ended: conditions(raw.ended),
    brokenOff: conditions(raw['broken-off']),
    noneKnown,
    relative,
    rules: new Map(
      entries(raw.rules).map(([name, parts]) => [name, strings(parts).map((part) => oneOf(PARTS, part, raw, refuse))]),
    ),
    agree: new Map(entries(raw.agree).map(([name, item]) => [name, paths(item)])),
    latest: toElements(raw.latest),
    first: toElements(raw.first),
    union: toElements(raw.union),
  };
}

function readKinds(
  raw: RawMap,
  conditions: (item: Raw | undefined) => Condition[],
  refuse: Refuse,
): (readonly [LineKind | 'none', readonly Condition[]])[] {
  const kinds = [...LINE_KINDS, 'none'] as const;
  if (raw.kinds === undefined) return [[oneOf(kinds, text(raw.kind) ?? 'other', raw, refuse), []]];
  return entries(raw.kinds).map(([kind, when]) => [oneOf(kinds, kind, raw, refuse), conditions(when)]);
}

function oneOf<T extends string>(known: readonly T[], word: string, at: RawMap, refuse: Refuse): T {
  return known.find((each) => each === word) ?? refuse(`'${word}' is none of ${known.join(', ')}`, at);
}

let shipped: ReconcileRules | undefined;

/** The rules of the package. */
export function shippedReconcileRules(): ReconcileRules {
  shipped ??= loadReconcileRules(SOURCE);
  return shipped;
}

const others = new Map<string, TypeRules>();

/** The rules of a type; a type without any is matched by identifier and content alone. */
export function rulesOf(rules: ReconcileRules, type: string): TypeRules {
  const own = rules.types.get(type);
  if (own) return own;
  const known = others.get(type) ?? { ...NOTHING_KNOWN, type, family: type };
  others.set(type, known);
  return known;
}

const NOTHING_KNOWN: TypeRules = {
  type: '',
  kinds: [['other', []]],
  shared: false,
  family: '',
  about: [['code']],
  title: [],
  date: [],
  end: [],
  value: [],
  status: [['status']],
  members: [],
  identifier: [['identifier']],
  subject: [],
  match: 'day',
  undated: 'apart',
  negated: [],
  planned: [],
  uncertain: [],
  void: [{ path: ['status'], codes: new Set(['entered-in-error']) }],
  active: [],
  ended: [],
  brokenOff: [],
  noneKnown: new Set(),
  relative: false,
  rules: new Map(),
  agree: new Map(),
  latest: new Set(),
  first: new Set(),
  union: new Set(),
};
