/** References of metadata that leaves its Bundle: they say whom they mean, as what they point to stays behind. */
import type { FhirResource, HumanName, Identifier, Reference } from 'fhir/r4.js';
import type { Metadata } from '../entry.js';

/** Remembers how a resource is called, under each address it is referred to by. */
export function noteName(resource: FhirResource, fullUrl: string | undefined, names: Map<string, Reference>): void {
  const { resourceType, id } = resource;
  const { name, identifier } = resource as { name?: string | HumanName[]; identifier?: Identifier[] };
  const display = typeof name === 'string' ? name : nameText(Array.isArray(name) ? name[0] : undefined);
  const [first] = Array.isArray(identifier) ? identifier : [];
  if (!first && !display) return;
  const reference: Reference = { type: resourceType, ...(first && { identifier: first }), ...(display && { display }) };
  for (const key of [fullUrl, id && `${resourceType}/${id}`]) if (key) names.set(key, reference);
}

const nameText = (name: HumanName | undefined): string =>
  name?.text ?? [...(name?.given ?? []), name?.family ?? ''].filter((part) => part !== '').join(' ');

/** A copy of metadata whose references name and identify; those within it and to the web stay. */
export const toLogical = <T extends Metadata>(metadata: T, names: ReadonlyMap<string, Reference>): T =>
  turn(metadata, names) as T;

function turn(value: unknown, names: ReadonlyMap<string, Reference>): unknown {
  if (Array.isArray(value)) return value.map((item) => turn(item, names)).filter((item) => !isNothing(item));
  if (typeof value !== 'object' || value === null) return value;
  const { reference, ...rest } = value as Reference;
  if (typeof reference === 'string') {
    if (reference.startsWith('#')) return value;
    const known = names.get(reference);
    return known || !/^https?:/.test(reference) ? { ...typeOf(reference), ...known, ...rest } : value;
  }
  const pairs = Object.entries(value).map(([key, item]) => [key, turn(item, names)] as const);
  return Object.fromEntries(pairs.filter(([, item]) => !isNothing(item)));
}

/** A reference that says nothing any more, but of which type it was. */
const isNothing = (value: unknown): boolean =>
  typeof value === 'object' &&
  value !== null &&
  !Array.isArray(value) &&
  Object.keys(value).every((key) => key === 'type' && typeof (value as Reference).type === 'string');

const typeOf = (reference: string): Reference => {
  const type = /^([A-Z][A-Za-z]+)\//.exec(reference)?.[1];
  return type === undefined ? {} : { type };
};
