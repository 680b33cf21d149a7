/** References of merged records: written as the targets are called now, and none to what nobody holds. */
import { ABSENT_REASON } from '../fhir/datatypes/absent.js';
import { type Json, type JsonObject, LEXICAL } from '../fhir/json.js';
import { isObject } from './path.js';

/** References to records of the same source, as opposed to absolute URLs and `#contained`. */
const OWN = /^(urn:uuid:|urn:oid:|[A-Z][A-Za-z]+\/[A-Za-z0-9\-.]+(\/_history\/.+)?$)/;

/**
 * A copy with the references as `nameOf` calls them. One it does not know loses its `reference`: what else it says
 * stays, and if it says nothing else, that it is unknown.
 * @param lost told the path of each reference that leads nowhere
 */
export function relink(
  value: Json,
  nameOf: (reference: string) => string | undefined,
  lost: (path: string) => void,
): Json {
  return changeReferences(value, (holder, reference, path) => {
    if (!OWN.test(reference)) return holder;
    const name = nameOf(reference);
    if (name !== undefined) return rename(holder, name);
    lost(path);
    const copy = copyOf(holder);
    delete copy.reference;
    const isBare = Object.keys(copy).every((key) => key === 'type');
    return isBare ? { extension: [{ url: ABSENT_REASON, valueCode: 'unknown' }] } : copy;
  });
}

/** A copy with other references; what does not change is the same object. Digits of decimals are kept. */
export const redirect = (value: Json, to: (reference: string) => string): Json =>
  changeReferences(value, (holder, reference) => rename(holder, to(reference)));

type Change = (holder: JsonObject, reference: string, path: string) => JsonObject;

/** Changes every object with a `reference`, those inside others first. */
function changeReferences(value: Json, change: Change, path = ''): Json {
  if (Array.isArray(value)) {
    let copy: Json[] | undefined;
    for (let i = 0; i < value.length; i++) {
      const item = value[i] as Json;
      const changed = changeReferences(item, change, path);
      if (changed !== item) copy ??= value.slice(0, i);
      copy?.push(changed);
    }
    return copy ?? value;
  }
  if (!isObject(value)) return value;
  let copy: JsonObject | undefined;
  for (const key in value) {
    const item = value[key];
    if (typeof item !== 'object' || item === null) continue;
    const changed = changeReferences(item, change, `${path}.${key}`);
    if (changed === item) continue;
    copy ??= copyOf(value);
    copy[key] = changed;
  }
  const own = copy ?? value;
  return typeof own.reference === 'string' ? change(own, own.reference, path) : own;
}

const rename = (holder: JsonObject, name: string): JsonObject =>
  holder.reference === name ? holder : Object.assign(copyOf(holder), { reference: name });

function copyOf(value: JsonObject): JsonObject {
  const copy: JsonObject = { ...value };
  if (value[LEXICAL] !== undefined) copy[LEXICAL] = value[LEXICAL];
  return copy;
}

/** Calls `visit` with every reference in a value. */
export function visitReferences(value: Json | undefined, visit: (reference: string) => void): void {
  if (Array.isArray(value)) for (const item of value) visitReferences(item, visit);
  else if (isObject(value))
    for (const key in value) {
      const item = value[key];
      if (key === 'reference' && typeof item === 'string') visit(item);
      else if (typeof item === 'object') visitReferences(item, visit);
    }
}
