/** A fact: one record of one source, with all that decides whether it is the same as another. */
import { type Json, type JsonObject, stringify } from '../fhir/json.js';
import type { Assertion, LineKind, Precision } from './model.js';
import { isObject, isSo, listOf, type Path, type Resolve, valuesAt } from './path.js';
import type { ReconcileRules, TypeRules } from './rules.js';

export interface Fact {
  /** Place in the canonical order: by date of the source, source and reference. */
  readonly order: number;
  readonly source: string;
  /** Date of the source: when the fact was stated. */
  readonly stated: string | undefined;
  /** `Type/id` in the source. */
  readonly reference: string;
  readonly type: string;
  readonly resource: JsonObject;
  readonly rules: TypeRules;
  readonly kind: LineKind | 'none';
  /** Key of the patient it is about; '' for what belongs to nobody. */
  readonly patient: string;
  readonly assertion: Assertion;
  readonly activity: 'active' | 'ended' | undefined;
  /** `system|value`. */
  readonly identifiers: readonly string[];
  /** `system|code` of what it is about; of a fact without codes its words. */
  readonly about: readonly string[];
  readonly words: readonly string[];
  readonly date: string | undefined;
  readonly end: string | undefined;
  readonly value: Value | undefined;
}

/** A value to compare: a number in a common unit, or anything else as text. */
export type Value = { readonly number: number; readonly unit: string } | { readonly text: string };

export function precisionOf(date: string | undefined): Precision {
  if (date === undefined) return 'none';
  if (date.length > 10) return 'time';
  return date.length === 10 ? 'day' : date.length === 7 ? 'month' : 'year';
}

/** Words, comparable: case and spaces do not matter. */
export const normalize = (text: string): string =>
  text
    .toLowerCase()
    .replace(/[\s,;.]+/g, ' ')
    .trim();

/** `system|code` of all codings of a concept, coding or identifier-like value. */
export function codeKeys(value: Json): string[] {
  if (!isObject(value)) return [];
  const codings = Array.isArray(value.coding) ? value.coding : [value];
  return codings.flatMap((coding) =>
    isObject(coding) && typeof coding.code === 'string' ? [`${coding.system ?? ''}|${coding.code}`] : [],
  );
}

/** What a concept says in words: its text and the displays of its codings. */
export function wordsOf(value: Json): string[] {
  if (typeof value === 'string') return [normalize(value)];
  if (!isObject(value)) return [];
  const displays = listOf(value.coding).map((coding) => (isObject(coding) ? coding.display : undefined));
  return [value.text, value.display, ...displays].flatMap((text) =>
    typeof text === 'string' ? [normalize(text)] : [],
  );
}

/** The first value there is at one of the paths. */
export function firstAt(resource: JsonObject, paths: readonly Path[], resolve: Resolve): Json | undefined {
  for (const path of paths) {
    const [value] = valuesAt(resource, path, resolve);
    if (value !== undefined) return value;
  }
  return undefined;
}

export function allAt(resource: JsonObject, paths: readonly Path[], resolve: Resolve): Json[] {
  return paths.flatMap((path) => valuesAt(resource, path, resolve));
}

export function dateAt(resource: JsonObject, paths: readonly Path[], resolve: Resolve): string | undefined {
  const date = firstAt(resource, paths, resolve);
  return typeof date === 'string' && /^\d{4}/.test(date) ? date : undefined;
}

export function assertionOf(resource: JsonObject, rules: TypeRules, isPlanned: boolean): Assertion {
  if (isSo(resource, rules.void)) return 'void';
  if (rules.relative || isAboutOthers(resource, rules)) return 'family';
  if (isSo(resource, rules.negated)) return 'negated';
  if (isPlanned || isSo(resource, rules.planned)) return 'planned';
  return isSo(resource, rules.uncertain) ? 'uncertain' : 'fact';
}

/** True if the record is about somebody or something other than the patient: a fetus, a relative, a device. */
function isAboutOthers(resource: JsonObject, rules: TypeRules): boolean {
  return rules.subject.some((path) =>
    valuesAt(resource, path, () => undefined).some(
      (value) => !isObject(value) || typeof value.reference !== 'string' || !value.reference.startsWith('Patient/'),
    ),
  );
}

export function kindOf(resource: JsonObject, rules: TypeRules): LineKind | 'none' {
  for (const [kind, conditions] of rules.kinds) if (isSo(resource, conditions)) return kind;
  return rules.kinds.at(-1)?.[0] ?? 'other';
}

/** A value to compare; several (components) as one text. */
export function measureOf(resource: JsonObject, rules: TypeRules, reconcile: ReconcileRules): Value | undefined {
  const found = allAt(resource, rules.value, () => undefined);
  const [first] = found;
  if (found.length === 1 && isObject(first) && typeof first.value === 'number' && first.comparator === undefined) {
    const written = String(first.code ?? first.unit ?? '');
    const { unit, factor, offset } = reconcile.units.get(written) ?? { unit: written, factor: 1, offset: 0 };
    return { number: first.value * factor + offset, unit };
  }
  if (found.length > 0) return { text: found.map(valueKey).join('\n') };
  // That there is no value, and why, is a statement too.
  return resource.dataAbsentReason === undefined ? undefined : { text: 'absent' };
}

function valueKey(value: Json): string {
  const codes = codeKeys(value);
  if (isObject(value) && (value.coding !== undefined || value.text !== undefined))
    return codes.length > 0 ? codes.sort().join(' ') : wordsOf(value).join(' ');
  return typeof value === 'string' ? normalize(value) : stringify(value);
}

/** True if both are one value: equal, or numbers within the tolerance. */
export function isSameValue(one: Value | undefined, other: Value | undefined, tolerance: number): boolean {
  if (!one || !other) return one === other;
  if ('text' in one || 'text' in other) return 'text' in one && 'text' in other && one.text === other.text;
  if (one.unit !== other.unit) return false;
  const difference = Math.abs(one.number - other.number);
  return difference <= tolerance * Math.max(Math.abs(one.number), Math.abs(other.number));
}
