/** What the assembly holds: a resource with its open references, and whether it is kept to the end. */
import { type JsonObject, LEXICAL } from '../fhir/json.js';
import type { Pending } from '../map/draft.js';

/** A resource that is in, until it leaves. */
export interface Entry {
  readonly id: string;
  readonly type: string;
  resource: JsonObject;
  readonly references: Pending[];
  readonly pinned: boolean;
  /** Id of the Provenance that was full, or had left, when this one was begun for further targets. */
  readonly continues?: string;
  /** For an id made from the content, as after a conflict: what is remembered of it. */
  readonly proof?: string;
}

/** Kept to the end: few, and still growing while the body is read. Of most types only the first `MOST_PINNED`. */
const PINNED = new Set([
  'Composition',
  'Device',
  'Encounter',
  'Organization',
  'Patient',
  'Practitioner',
  'PractitionerRole',
  'Provenance',
]);
/** One of each, or hardly more: these are kept to the end however many there are. */
const ROOTS = new Set(['Composition', 'Patient']);
const MOST_PINNED = 1000;
/** @param number how many of the type are pinned already */
export const isPinned = (type: string, number: number): boolean =>
  PINNED.has(type) && (number < MOST_PINNED || ROOTS.has(type));

export const createEntry = (id: string, resource: JsonObject): Entry => ({
  id,
  type: String(resource.resourceType),
  resource,
  references: [],
  pinned: true,
});

/** The resource with its id in the second place, where FHIR's own examples have it. */
export function identified(content: JsonObject, id: string): JsonObject {
  const resource: JsonObject = { resourceType: content.resourceType, id };
  for (const key in content) if (key !== 'id') resource[key] = content[key];
  if (content[LEXICAL]) resource[LEXICAL] = content[LEXICAL];
  return resource;
}
