/** Two descriptions of one resource become one that says what both say; or not, if they contradict each other. */
import { ABSENT_REASON } from '../fhir/datatypes/absent.js';
import { isSame, type Json, type JsonObject, stringify } from '../fhir/json.js';

const isObject = (value: Json | undefined): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Elements that may differ without contradiction: the first one stays. */
const INDIFFERENT = new Set(['id', 'meta', 'text']);

/** Lists in which two descriptions add up. Anything else that differs is a contradiction: two dosages, two statuses. */
const ADDITIVE = new Set(
  `address agent category communication contact deviceName diagnosis entity event evidence extension hasMember identifier
  location name note participant performer qualification reasonCode reasonReference result specialty target telecom
  type udiCarrier`.split(/\s+/),
);

/**
 * The union of two descriptions, or undefined if they contradict each other. With `lenient` (agents, whose
 * identity is settled) the first value stays instead.
 */
export function mergeResources(one: JsonObject, other: JsonObject, lenient = false): JsonObject | undefined {
  const merged: JsonObject = { ...one };
  for (const key in other) {
    const theirs = other[key];
    if (theirs === undefined) continue;
    const mine = merged[key];
    if (mine === undefined) merged[key] = theirs;
    else if (!INDIFFERENT.has(key)) {
      const both = mergeValues(key, mine, theirs, lenient);
      if (both === undefined) return undefined;
      merged[key] = both;
    }
  }
  return merged;
}

function mergeValues(key: string, mine: Json, theirs: Json, lenient: boolean): Json | undefined {
  if (isSame(mine, theirs)) return mine;
  if (key === 'name' && Array.isArray(mine) && Array.isArray(theirs)) return uniteNames(mine, theirs);
  if (Array.isArray(mine) && Array.isArray(theirs) && ADDITIVE.has(key)) return uniteLists(mine, theirs);
  if (isAbsence(theirs) || (key === 'status' && theirs === 'unknown')) return mine;
  if (isAbsence(mine) || (key === 'status' && mine === 'unknown')) return theirs;
  if (key === 'period' && isObject(mine) && isObject(theirs)) return mergeResources(mine, theirs, lenient);
  // PractitionerRole.code is a list.
  if (key === 'code' && Array.isArray(mine) && Array.isArray(theirs)) return uniteLists(mine, theirs);
  if (key === 'code' && isObject(mine) && isObject(theirs)) return uniteCodings(mine, theirs);
  return lenient ? mine : undefined;
}

/** True for an element that says nothing but why it (or each of its parts) is not there: whoever knows better is right. */
function isAbsence(value: Json): boolean {
  if (!isObject(value)) return false;
  const parts = Object.entries(value);
  return (
    parts.length > 0 &&
    parts.every(([name, part]) => (name === 'extension' ? isReason(part) : isAbsentPart(name, part)))
  );
}

const isReason = (extension: Json | undefined): boolean =>
  Array.isArray(extension) && extension.every((item) => isObject(item) && item.url === ABSENT_REASON);

/** `_system: { extension: [reason] }`: a primitive without value. */
const isAbsentPart = (name: string, part: Json | undefined): boolean =>
  name.startsWith('_') && isObject(part) && Object.keys(part).length === 1 && isReason(part.extension);

/** Both have the same first coding, or they would not be the same statement. */
function uniteCodings(mine: JsonObject, theirs: JsonObject): JsonObject {
  const codings = uniteLists(
    Array.isArray(mine.coding) ? mine.coding : [],
    Array.isArray(theirs.coding) ? theirs.coding : [],
  );
  return { ...theirs, ...mine, ...(codings.length > 0 && { coding: codings }) };
}

function uniteLists(mine: readonly Json[], theirs: readonly Json[]): Json[] {
  const all = [...mine, ...theirs.filter(isNewTo(mine))];
  const known = all.filter((item) => !isAbsence(item));
  return known.length > 0 ? known : all;
}

/** Long lists are compared by what they are written as, short ones as they are. */
function isNewTo(list: readonly Json[]): (item: Json) => boolean {
  if (list.length <= FEW) return (item) => !list.some((known) => isSame(known, item));
  const seen = new Set(list.map(stringify));
  return (item) => !seen.has(stringify(item));
}

const FEW = 8;

/** A name that says no more than another one ("Ann Lee" beside "Dr. Ann Lee") is not repeated. */
function uniteNames(mine: readonly Json[], theirs: readonly Json[]): Json[] {
  const all = uniteLists(mine, theirs);
  return all.filter((name) => !all.some((other) => other !== name && says(other, name) && !says(name, other)));
}

/** True if the one has every part the other has; the text is made of the parts. */
function says(one: Json, other: Json): boolean {
  if (!isObject(one) || !isObject(other) || other.family === undefined) return false;
  return Object.entries(other).every(([part, value]) => {
    if (part === 'text') return true;
    const own = one[part];
    if (!Array.isArray(value) || !Array.isArray(own))
      return own !== undefined && stringify(own) === stringify(value ?? null);
    return value.every((item) => own.includes(item));
  });
}
