/** JSON with decimals kept to the digit: 7.0 stays 7.0 (FHIR R4, decimal: "the precision of the value matters"). */

export type Json = string | number | boolean | null | Json[] | JsonObject;
export interface JsonObject {
  [key: string]: Json | undefined;
  [LEXICAL]?: Record<string, string>;
}

/** Holds, beside an object's plain numbers, how the source wrote those whose digits a number would not keep. */
export const LEXICAL: unique symbol = Symbol.for('ccd2fhir.lexical');

/**
 * Sets `object[key]` to the number `text` denotes and remembers its digits for `stringify`. The note travels with
 * `{...object}`; `structuredClone` drops it.
 */
export function setDecimal(object: JsonObject, key: string, text: string): void {
  object[key] = Number(text);
  if (String(object[key]) === text) return;
  object[LEXICAL] = { ...object[LEXICAL], [key]: text };
}

/** As JSON.stringify without spaces, with decimals as the source wrote them. */
export function stringify(value: Json): string {
  return hasLexical(value) ? stringifyLexical(value) : JSON.stringify(value);
}

/** True if digits are remembered anywhere in the value: without, the engine's own JSON is the same, and faster. */
function hasLexical(value: Json | undefined): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if (Array.isArray(value)) {
    for (const item of value) if (hasLexical(item)) return true;
    return false;
  }
  if (value[LEXICAL] !== undefined) return true;
  for (const key in value) if (hasLexical(value[key])) return true;
  return false;
}

function stringifyLexical(value: Json): string {
  if (Array.isArray(value)) return `[${value.map((item) => stringifyLexical(item)).join(',')}]`;
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  const lexical = value[LEXICAL];
  let text = '';
  for (const key in value) {
    const item = value[key];
    if (item === undefined) continue;
    text += `${text ? ',' : ''}${JSON.stringify(key)}:${lexical?.[key] ?? stringifyLexical(item)}`;
  }
  return `{${text}}`;
}

/** True if both are written alike by `stringify`: the same members in the same order, digits included. */
export function isSame(one: Json | undefined, other: Json | undefined): boolean {
  if (one === other) return true;
  if (typeof one !== 'object' || typeof other !== 'object' || one === null || other === null) return false;
  if (Array.isArray(one) || Array.isArray(other)) return isSameList(one, other);
  if (one[LEXICAL] ?? other[LEXICAL]) return stringify(one) === stringify(other);
  const members = Object.keys(one);
  const others = Object.keys(other);
  if (members.length !== others.length) return isWrittenAlike(one, other);
  for (let index = 0; index < members.length; index++) {
    const name = members[index] ?? '';
    if (name !== others[index]) return isWrittenAlike(one, other);
    if (!isSame(one[name], other[name])) return false;
  }
  return true;
}

/** Of objects whose members differ by name or order: a member that is undefined is not written. */
const isWrittenAlike = (one: JsonObject, other: JsonObject): boolean =>
  (hasGap(one) || hasGap(other)) && stringify(one) === stringify(other);

function hasGap(object: JsonObject): boolean {
  for (const key in object) if (object[key] === undefined) return true;
  return false;
}

function isSameList(one: Json, other: Json): boolean {
  if (!Array.isArray(one) || !Array.isArray(other) || one.length !== other.length) return false;
  for (let index = 0; index < one.length; index++) if (!isSame(one[index], other[index])) return false;
  return true;
}

/** True for what FHIR forbids: an object or list without members. */
export function isEmpty(value: Json): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if (Array.isArray(value)) return value.length === 0;
  for (const _key in value) return false;
  return true;
}

/** A deep copy, decimals' digits included. */
export function copyJson<T extends Json>(value: T): T {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(copyJson) as T;
  const copy: JsonObject = {};
  for (const key in value) copy[key] = copyJson((value as JsonObject)[key] as Json);
  const lexical = (value as JsonObject)[LEXICAL];
  if (lexical) copy[LEXICAL] = lexical;
  return copy as T;
}

/** The list under a key, made if there is none. */
export function listAt(object: JsonObject, key: string): Json[] {
  const there = object[key];
  if (Array.isArray(there)) return there;
  const made: Json[] = [];
  object[key] = made;
  return made;
}
