/** The last look at a resource's references. */
import { isEmpty, type Json, type JsonObject, LEXICAL } from '../fhir/json.js';

/**
 * A copy without the dead references, without what they leave empty, and with each list referring to a resource once.
 * Keeps decimals' digits.
 */
export function settleTree(value: Json, dead: ReadonlySet<JsonObject>): Json | undefined {
  if (Array.isArray(value)) return settleList(value, dead);
  if (typeof value !== 'object' || value === null) return value;
  if (dead.has(value)) return undefined;
  const copy: JsonObject = {};
  for (const [key, item] of Object.entries(value)) {
    const settled = item === undefined ? undefined : settleTree(item, dead);
    if (settled !== undefined && !isEmpty(settled)) copy[key] = settled;
  }
  if (value[LEXICAL]) copy[LEXICAL] = value[LEXICAL];
  return copy;
}

function settleList(list: readonly Json[], dead: ReadonlySet<JsonObject>): Json[] {
  const seen = new Set<string>();
  const kept: Json[] = [];
  for (const item of list) {
    const settled = settleTree(item, dead);
    if (settled === undefined || isEmpty(settled)) continue;
    const reference = typeof settled === 'object' && settled !== null && !Array.isArray(settled) && settled.reference;
    if (typeof reference === 'string' && Object.keys(settled as JsonObject).length === 1) {
      if (seen.has(reference)) continue;
      seen.add(reference);
    }
    kept.push(settled);
  }
  return kept;
}
