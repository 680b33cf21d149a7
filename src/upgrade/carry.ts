/** Carries the elements of an older resource to where R4 has them. */
import { type Json, type JsonObject, listAt } from '../fhir/json.js';
import { contentName, elementsOf, type FoundElement, isPrimitive, lookupElement } from '../fhir/shapes.js';
import type { Finding, FindingCode } from '../finding.js';
import { adaptScalar, fillAbsent, isObject, toConstant } from './adapt.js';
import { shippedUpgrades } from './shipped.js';
import { renameSystems, systemOf } from './systems.js';
import type { Constants, OldVersion, UpgradeRule, UpgradeRules } from './table.js';

export interface Carried {
  /** Absent: withheld. */
  readonly resource: JsonObject | undefined;
  /** `code path` of what could not be carried -> how often. */
  readonly notes: ReadonlyMap<string, number>;
}

type CarryContained = (
  resource: JsonObject,
  version: OldVersion,
) => { readonly resource: JsonObject | undefined; readonly findings: readonly Finding[] };

/** One resource on its way. */
interface Journey {
  readonly version: OldVersion;
  readonly notes: Map<string, number>;
  /** Constants are written when all elements are in: they overrule them. */
  readonly constants: { readonly set: Constants; readonly place: Place }[];
  readonly carryContained: CarryContained;
  withheld: boolean;
}

/** Where values are put: an object of the R4 resource, and what its content is called. */
interface Place {
  readonly object: JsonObject;
  readonly owner: string;
  readonly above: Place | undefined;
}

/** What is carried: the value, the rule it has, and where it stood, for the findings. */
interface Load {
  readonly value: Json;
  readonly rule: UpgradeRule | undefined;
  readonly path: string;
}

const NO_RULES: UpgradeRules = { of: new Map(), set: {}, absent: {} };

/** The resource in R4, as the tables of the version say. */
export function carryResource(source: JsonObject, version: OldVersion, carryContained: CarryContained): Carried {
  const type = String(source.resourceType);
  const table = shippedUpgrades().tables.get(`${version} ${type}`);
  const make = table?.make ?? type;
  const journey: Journey = { version, notes: new Map(), constants: [], carryContained, withheld: false };
  const object: JsonObject = { resourceType: make };
  carryContent(source, { object, owner: make, above: undefined }, table ?? NO_RULES, type, journey);
  for (const { set, place } of journey.constants) writeConstants(set, place);
  return { resource: journey.withheld ? undefined : object, notes: journey.notes };
}

function note(journey: Journey, code: FindingCode, path: string): void {
  const key = `${code} ${path}`;
  journey.notes.set(key, (journey.notes.get(key) ?? 0) + 1);
}

function carryContent(old: JsonObject, place: Place, rules: UpgradeRules, path: string, journey: Journey): void {
  for (const key in old) {
    const value = old[key];
    if (value === undefined || key === 'resourceType') continue;
    if (key.startsWith('_')) carryNotes(value, key.slice(1), place, rules, `${path}.${key}`, journey);
    else carryElement(key, place, { value, rule: rules.of.get(key), path: `${path}.${key}` }, journey);
  }
  for (const [name, text] of Object.entries(rules.set)) place.object[name] ??= toConstant(place.owner, name, text);
  fillAbsent(place.owner, place.object, rules.absent);
}

function carryElement(key: string, place: Place, load: Load, journey: Journey): void {
  const { value, rule, path } = load;
  if (rule?.lost) {
    note(journey, 'upgrade-lost', path);
    return;
  }
  const written = typeof value === 'object' ? undefined : rule?.values?.get(String(value));
  if (written) {
    if (written.withhold) note(journey, 'upgrade-withheld', path);
    journey.withheld ||= written.withhold;
    journey.constants.push({ set: written.set, place });
    return;
  }
  if (rule?.by !== undefined) {
    carryByKind(place, load, journey);
    return;
  }
  const target = rule?.to ?? key;
  const up = target.split('../').length - 1;
  const name = target.slice(up * 3);
  const holder = climb(place, up);
  const found = holder && lookupElement(holder.owner, name);
  // An element R4 does not have, but whose children have places of their own.
  if (rule?.rules && (!found || hasOnlyChildren(value, rule.rules, found)))
    carryChildren(place, load, rule.rules, journey);
  else if (!holder || !found) note(journey, 'upgrade-lost', path);
  else put(name, holder, load, journey);
}

/** `related` with a type, whose targets R4 keeps in an element per type. */
function carryByKind(place: Place, { value, rule, path }: Load, journey: Journey): void {
  for (const item of Array.isArray(value) ? value : [value]) {
    if (!isObject(item)) continue;
    const { [rule?.by ?? '']: kind, ...others } = item;
    const rules = rule?.kinds?.get(String(kind));
    if (rules) carryChildren(place, { value: others, rule: undefined, path }, rules, journey);
    else note(journey, 'upgrade-lost', path);
  }
}

function carryChildren(place: Place, { value, path }: Load, rules: UpgradeRules, journey: Journey): void {
  for (const item of Array.isArray(value) ? value : [value]) {
    if (isObject(item)) carryContent(item, { object: {}, owner: '', above: place }, rules, path, journey);
    else note(journey, 'upgrade-lost', path);
  }
}

/** Puts the value under a name, or under `doseAndRate.doseQuantity`: then each value into an item of its own. */
function put(target: string, place: Place, load: Load, journey: Journey): void {
  const names = target.split('.');
  const last = names.pop() ?? '';
  if (names.length === 0) {
    putInto(place, last, load, journey);
    return;
  }
  for (const value of Array.isArray(load.value) ? load.value : [load.value]) {
    const room = openRoom(place, names, last);
    putInto(room, last, { ...load, value }, journey);
    writeConstants(load.rule?.beside ?? {}, room);
  }
}

/** The last item below `names` that has no `last` yet, or a new one. */
function openRoom(place: Place, names: readonly string[], last: string): Place {
  let { object, owner } = place;
  for (const name of names) {
    const found = lookupElement(owner, name);
    owner = found ? contentName(owner, name, found) : '';
    const list = found?.shape.max === '*' ? listAt(object, name) : undefined;
    const there = list ? list.at(-1) : object[name];
    const next: JsonObject = isObject(there) && (!list || there[last] === undefined) ? there : {};
    if (next !== there) {
      if (list) list.push(next);
      else object[name] = next;
    }
    object = next;
  }
  return { object, owner, above: place };
}

function putInto(place: Place, name: string, load: Load, journey: Journey): void {
  const found = lookupElement(place.owner, name);
  if (!found) {
    note(journey, 'upgrade-lost', load.path);
    return;
  }
  const { value, rule, path } = load;
  const whole = rule?.as === 'joined' && Array.isArray(value) ? value.join(' ') : value;
  const carried: Json[] = [];
  for (const item of Array.isArray(whole) ? whole : [whole]) {
    const made = carryValue(place, name, found, { value: item, rule, path }, journey);
    if (made !== undefined) carried.push(made);
    // An object of which nothing is left has had its parts moved or noted.
    else if (!isObject(item) || isPrimitive(found.type)) note(journey, 'upgrade-code', path);
  }
  if (carried.length === 0) return;
  if (found.shape.max === '*') {
    listAt(place.object, name).push(...carried);
    return;
  }
  if (carried.length > 1 || place.object[name] !== undefined) note(journey, 'value-superseded', path);
  place.object[name] ??= carried[0];
}

function carryValue(place: Place, name: string, found: FoundElement, load: Load, journey: Journey): Json | undefined {
  const { value, rule, path } = load;
  if (!isObject(value) || found.type === 'code') return adaptScalar(value, rule, found);
  if (found.type === 'Resource') return carryInner(value, journey);
  const content = contentName(place.owner, name, found);
  if (isPrimitive(content)) return undefined;
  if (!elementsOf(content)) return renameSystems(value);
  const object: JsonObject = {};
  const rules = rule?.rules ?? shippedUpgrades().types.get(`${journey.version} ${content}`) ?? NO_RULES;
  carryContent(value, { object, owner: content, above: place }, rules, path, journey);
  if (typeof object.system === 'string') object.system = systemOf(object.system);
  if (content === 'Reference' && typeof object.reference === 'string')
    object.reference = retarget(object.reference, journey.version);
  return Object.keys(object).length > 0 ? object : undefined;
}

function carryInner(value: JsonObject, journey: Journey): JsonObject | undefined {
  const { resource, findings } = journey.carryContained(value, journey.version);
  for (const { code, path } of findings) note(journey, code, path ?? '');
  return resource;
}

/** The type of what is referred to may have a new name. */
function retarget(reference: string, version: OldVersion): string {
  const [, before = '', target = '', after = ''] = /^(.*?)([A-Z][A-Za-z]+)(\/[^/]+)$/.exec(reference) ?? [];
  const renamed = shippedUpgrades().tables.get(`${version} ${target}`)?.make;
  return renamed && renamed !== target ? `${before}${renamed}${after}` : reference;
}

/** Ids and extensions of a primitive go where the primitive goes. */
function carryNotes(value: Json, key: string, place: Place, rules: UpgradeRules, path: string, journey: Journey): void {
  const target = rules.of.get(key)?.to ?? key;
  const found = target.includes('.') || rules.of.get(key)?.lost ? undefined : lookupElement(place.owner, target);
  if (found && isPrimitive(found.type)) place.object[`_${target}`] = value;
  else note(journey, 'upgrade-lost', path);
}

function writeConstants(set: Constants, { object, owner }: Place): void {
  for (const [path, text] of Object.entries(set)) {
    const name = path.replace(/\?$/, '');
    if (name === path || object[name] === undefined) object[name] = toConstant(owner, name, text);
  }
}

function climb(place: Place, up: number): Place | undefined {
  let at: Place | undefined = place;
  for (let i = 0; i < up; i++) at = at?.above;
  return at;
}

/** True where R4 has a plain Reference and the older version an object with one in it. */
function hasOnlyChildren(value: Json, { of }: UpgradeRules, { type }: FoundElement): boolean {
  const [first] = Array.isArray(value) ? value : [value];
  return type === 'Reference' && isObject(first) && Object.keys(first).some((key) => of.has(key));
}
