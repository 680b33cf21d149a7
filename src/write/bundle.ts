/** Resources as one Bundle. Nothing here is invented: identity and time come from the Composition, never from a clock. */
import type { Bundle, BundleEntry, Composition, FhirResource } from 'fhir/r4.js';
import type { Event } from '../event.js';
import { type Json, type JsonObject, LEXICAL, stringify } from '../fhir/json.js';

export const BUNDLE_FORMATS = ['transaction', 'document', 'collection'] as const;
export type BundleFormat = (typeof BUNDLE_FORMATS)[number];

/** Resources that come first, as a document Bundle must open with its Composition (FHIR R4, bdl-11). */
const FIRST = ['Composition', 'Patient'];

/**
 * Collects the resources among the events into a Bundle: Composition, Patient, then the others as they came.
 * Entries get `urn:uuid:` full URLs, and references between them follow; the events' own resources stay untouched.
 * A resource that comes twice under one id is taken once. Errors of the conversion pass through.
 */
export async function toBundle(events: AsyncIterable<Event>, options: { format: BundleFormat }): Promise<Bundle> {
  const resources = await collectResources(events);
  const urls = new Map<string, string>();
  for (const [key, { id }] of resources) urls.set(key, `urn:uuid:${id}`);
  const sorted = [...resources.values()].sort((a, b) => place(a) - place(b));
  const entry = sorted.map((resource) => toEntry(resource, urls, options.format));
  const composition = sorted.find((resource) => resource.resourceType === 'Composition');
  return {
    resourceType: 'Bundle',
    ...(composition?.id === undefined ? {} : { id: composition.id }),
    ...(options.format === 'document' && composition !== undefined ? documentFields(composition) : {}),
    type: options.format,
    entry,
  };
}

/** The resources among the events by their `Type/id`, each once, as they came. */
export async function collectResources(events: AsyncIterable<Event>): Promise<Map<string, FhirResource>> {
  const resources = new Map<string, FhirResource>();
  for await (const event of events) {
    if (event.kind !== 'resource') continue;
    const key = `${event.resource.resourceType}/${event.resource.id}`;
    if (!resources.has(key)) resources.set(key, event.resource);
  }
  return resources;
}

/** A Bundle as JSON text; decimals keep the digits of the source. */
export const bundleToJson = (bundle: Bundle): string => stringify(bundle as unknown as JsonObject);

function place(resource: FhirResource): number {
  const index = FIRST.indexOf(resource.resourceType);
  return index < 0 ? FIRST.length : index;
}

/** @param urls full URLs by `Type/id`: references to these are turned to them */
export function toEntry(resource: FhirResource, urls: ReadonlyMap<string, string>, format: BundleFormat): BundleEntry {
  const url = `${resource.resourceType}/${resource.id}`;
  return {
    fullUrl: `urn:uuid:${resource.id}`,
    resource: redirect(resource as unknown as JsonObject, urls) as unknown as FhirResource,
    // PUT under a deterministic id: importing a document again changes nothing.
    ...(format === 'transaction' ? { request: { method: 'PUT', url } } : {}),
  };
}

/** A copy with references (and attachments' addresses) to entries of the Bundle turned to their full URLs; lexical notes of decimals are kept. */
function redirect(value: Json, urls: ReadonlyMap<string, string>): Json {
  if (Array.isArray(value)) return value.map((item) => redirect(item, urls));
  if (value === null || typeof value !== 'object') return value;
  const copy: JsonObject = {};
  for (const [key, item] of Object.entries(value)) {
    if (item === undefined) continue;
    const refers = (key === 'reference' || key === 'url') && typeof item === 'string';
    copy[key] = refers ? (urls.get(item) ?? item) : redirect(item, urls);
  }
  if (value[LEXICAL] !== undefined) copy[LEXICAL] = value[LEXICAL];
  return copy;
}

/** Identifier and timestamp, which a document Bundle must have (FHIR R4, bdl-9 and bdl-10). */
function documentFields(composition: Composition): Pick<Bundle, 'identifier' | 'timestamp'> {
  const { system, value } = composition.identifier ?? {};
  const own = { system: 'urn:ietf:rfc:3986', value: `urn:uuid:${composition.id}` };
  const timestamp = toInstant(composition.date);
  return {
    identifier: system !== undefined && value !== undefined ? { system, value } : own,
    ...(timestamp === undefined ? {} : { timestamp }),
  };
}

/**
 * A timestamp must be exact to the second. It says when the Bundle was put together and is no fact about the patient,
 * so a coarser date is filled up with its first moment; Composition.date keeps the precision of the source.
 */
function toInstant(date: string | undefined): string | undefined {
  const [, day, time] = /^(\d{4}(?:-\d\d){0,2})(T.+)?$/.exec(date ?? '') ?? [];
  if (day === undefined) return undefined;
  return `${day}${'-01-01'.slice(day.length - 4)}${time ?? 'T00:00:00Z'}`;
}
