/** A resource on its way to a server. */
import type { FhirResource } from 'fhir/r4.js';
import type { Node } from './order.js';

export interface Item extends Node {
  /** Bytes of its JSON. */
  readonly bytes: number;
  /** Its JSON, read again where it is not kept. */
  read(): Promise<FhirResource>;
}

/** Resources that are sent in an order of their own: those of one Bundle, or all of an NDJSON export. */
export interface Unit {
  /** For messages: the file or folder. */
  readonly name: string;
  readonly items: readonly Item[];
}

const KEY = /^[A-Z][A-Za-z]+\/[A-Za-z0-9.-]{1,64}$/;

/**
 * `Type/id`; undefined for a resource without an id, of which nothing could be said again, or with an id or type that
 * FHIR does not allow: it becomes part of an address.
 */
export function keyOf({ resourceType, id }: FhirResource): string | undefined {
  const key = `${resourceType}/${id ?? ''}`;
  return KEY.test(key) ? key : undefined;
}

const LITERAL = /^([A-Z][A-Za-z]+\/[A-Za-z0-9.-]{1,64})(\/_history\/[A-Za-z0-9.-]+)?$/;

/** Keys of all literal references in a resource, each once. */
export function referencesOf(resource: FhirResource): string[] {
  const found = new Set<string>();
  const visit = (value: unknown): void => {
    if (typeof value !== 'object' || value === null) return;
    for (const [name, item] of Object.entries(value)) {
      const key = name === 'reference' && typeof item === 'string' ? LITERAL.exec(item)?.[1] : undefined;
      if (key !== undefined) found.add(key);
      else visit(item);
    }
  };
  visit(resource);
  return [...found];
}
