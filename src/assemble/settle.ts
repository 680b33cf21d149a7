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
  let kept: Json[] | undefined; // from the first change on
  for (let index = 0; index < list.length; index++) {
    const item = list[index] as Json;
    if (typeof item !== 'object' && kept === undefined) continue;
    const settled = settleTree(item, dead);
    const reference = referenceOf(settled);
    if (settled === undefined || isEmpty(settled) || (reference !== undefined && seen?.has(reference))) {
      kept ??= list.slice(0, index);
      continue;
    }
    if (reference !== undefined) seen = (seen ?? new Set()).add(reference);
    if (settled !== item) kept ??= list.slice(0, index);
    kept?.push(settled);
  }
  return kept ?? (list as Json[]);
}

/** What a plain reference refers to. */
function referenceOf(value: Json | undefined): string | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  if (typeof value.reference !== 'string') return undefined;
  for (const key in value) if (key !== 'reference') return undefined;
  return value.reference;
}

const EMPTY_TEXT = '<div xmlns="http://www.w3.org/1999/xhtml"><p>The source has no text here.</p></div>';

/** A section of a Composition must have some content (cmp-1), also when the last of its entries has gone. */
export function fillSection(section: JsonObject): void {
  if (!section.text && !section.entry && !section.section) section.text = { status: 'empty', div: EMPTY_TEXT };
}

/** The same for all sections of a Composition that was settled; what it changes is copied. */
export function fillSections(owner: JsonObject): JsonObject {
  if (!Array.isArray(owner.section)) return owner;
  const section = owner.section.map((one) => {
    const filled = fillSections(one as JsonObject);
    const copy = filled === one ? copyOf(filled) : filled;
    fillSection(copy);
    return copy;
  });
  return { ...copyOf(owner), section };
}
