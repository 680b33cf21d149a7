/** The last look at a resource's references. */
import { isEmpty, type Json, type JsonObject, LEXICAL } from '../fhir/json.js';

/**
 * The value without the dead references, without what they leave empty, and with each list referring to a resource
 * once. What has nothing of the kind is returned as it is; what has is copied. Keeps decimals' digits.
 */
export function settleTree(value: Json, dead: ReadonlySet<JsonObject>): Json | undefined {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return settleList(value, dead);
  if (dead.has(value)) return undefined;
  let copy: JsonObject | undefined;
  for (const key in value) {
    const item = value[key];
    if (typeof item !== 'object' || item === null) continue;
    const settled = settleTree(item, dead);
    if (settled === item && !isEmpty(settled)) continue;
    copy ??= copyOf(value);
    if (settled === undefined || isEmpty(settled)) delete copy[key];
    else copy[key] = settled;
  }
  return copy ?? value;
}

const copyOf = (value: JsonObject): JsonObject => ({ ...value, ...(value[LEXICAL] && { [LEXICAL]: value[LEXICAL] }) });

function settleList(list: readonly Json[], dead: ReadonlySet<JsonObject>): Json[] {
  let seen: Set<string> | undefined;
  let changed = false;
  const kept: Json[] = [];
  for (const item of list) {
    const settled = settleTree(item, dead);
    changed ||= settled !== item;
    const reference = referenceOf(settled);
    if (settled === undefined || isEmpty(settled) || (reference !== undefined && seen?.has(reference))) {
      changed = true;
      continue;
    }
    if (reference !== undefined) seen = (seen ?? new Set()).add(reference);
    kept.push(settled);
  }
  return changed ? kept : (list as Json[]);
}

/** What a plain reference refers to. */
function referenceOf(value: Json | undefined): string | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  return typeof value.reference === 'string' && Object.keys(value).length === 1 ? value.reference : undefined;
}
