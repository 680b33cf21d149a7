/** Gives a value of an older version the shape R4 asks for: one or many, code or concept, string or annotation. */
import type { Json, JsonObject } from '../fhir/json.js';
import { type FoundElement, isPrimitive, lookupElement } from '../fhir/shapes.js';
import type { Constants, UpgradeRule } from './table.js';

export const isObject = (value: Json | undefined): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const UNKNOWN = 'http://hl7.org/fhir/StructureDefinition/data-absent-reason';

/** True if R4 would write the value otherwise: a sign that it was written in an older version. */
export function isMisshapen(value: Json | undefined, { shape, type }: FoundElement): boolean {
  if (Array.isArray(value) !== (shape.max === '*')) return true;
  const [first] = Array.isArray(value) ? value : [value];
  if (type === 'CodeableConcept' || type === 'Coding' || type === 'Annotation') return typeof first === 'string';
  return type === 'code' && isObject(first);
}

/** A code or text as the concept, coding, annotation or code R4 has there; undefined if it has no such place. */
export function adaptScalar(value: Json, rule: UpgradeRule | undefined, found: FoundElement): Json | undefined {
  const { shape, type } = found;
  if (isObject(value)) return type === 'code' ? codeOf(value, shape.codes) : undefined;
  const code = typeof value === 'string' ? (rule?.map?.[value] ?? value) : value;
  if (type === 'Annotation') return typeof code === 'string' ? { text: code } : undefined;
  if (type === 'Coding' || type === 'CodeableConcept') return typeof code === 'string' ? toConcept(code) : undefined;
  if (!isPrimitive(type)) return undefined;
  return shape.codes && !shape.codes.includes(String(code)) ? undefined : code;

  function toConcept(text: string): JsonObject | undefined {
    if (rule?.map && rule.map[String(value)] === undefined && !shape.codes?.includes(text)) return undefined;
    return conceptOf(text, type, rule?.system ?? (shape.codes?.includes(text) ? shape.system : undefined));
  }
}

function codeOf(concept: JsonObject, codes: readonly string[] | undefined): string | undefined {
  const codings = Array.isArray(concept.coding) ? concept.coding : [concept];
  const found = codings.map((coding) => (isObject(coding) ? coding.code : undefined));
  return found.find((code): code is string => typeof code === 'string' && (!codes || codes.includes(code)));
}

function conceptOf(code: string, type: string, system: string | undefined): JsonObject {
  if (!system) return type === 'Coding' ? { display: code } : { text: code };
  return type === 'Coding' ? { system, code } : { coding: [{ system, code }] };
}

/** A constant of a table, as its element writes it. */
export function toConstant(owner: string, path: string, text: string): Json {
  const found = lookupElement(owner, path);
  if (found?.type === 'boolean') return text === 'true';
  if (found?.type !== 'CodeableConcept' && found?.type !== 'Coding') return text;
  const bar = text.indexOf('|');
  const concept =
    bar < 0
      ? conceptOf(text, found.type, found.shape.system)
      : conceptOf(text.slice(bar + 1), found.type, text.slice(0, bar));
  return concept;
}

/** What the older version left open and R4 requires is said to be unknown. */
export function fillAbsent(owner: string, result: JsonObject, absent: Constants): void {
  for (const [name, reason] of Object.entries(absent)) {
    const found = lookupElement(owner, name);
    if (!found || isThere(result, name, found.type)) continue;
    const extension = [{ url: UNKNOWN, valueCode: reason }];
    if (isPrimitive(found.type)) result[`_${name}`] = { extension };
    else result[name] = { extension };
  }
}

/** A choice is there in whatever type: `doseNumberString` stands for doseNumber[x]. */
function isThere(result: JsonObject, name: string, type: string): boolean {
  const suffix = type.charAt(0).toUpperCase() + type.slice(1);
  const base = name.endsWith(suffix) ? name.slice(0, -suffix.length) : name;
  return Object.keys(result).some((key) => key.replace(/^_/, '').startsWith(base));
}
