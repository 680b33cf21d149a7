/** What a resource says, comparable between what was sent and what a server gives back. */
import { createHash } from 'node:crypto';
import type { FhirResource } from 'fhir/r4.js';

/** Tag systems under `meta.tag`; a run is found again, and undone, by them. */
export const TAGS = {
  /** The run that created the resource. */
  run: 'urn:ccd2fhir:run',
  /** A run that changed it later. */
  changed: 'urn:ccd2fhir:changed-by-run',
  /** Digest of the content as written: if it is another one now, somebody else has changed it. */
  content: 'urn:ccd2fhir:content',
} as const;

/**
 * SHA-256 of what a resource says: members in any order, numbers by value, narrative by its words. `id` and `meta` do
 * not count: servers write versions, times and tags there.
 */
export function digestOf(resource: FhirResource): string {
  const { meta: _, ...content } = resource;
  return createHash('sha256').update(canonical(content)).digest('hex');
}

function canonical(value: unknown, name = ''): string {
  if (Array.isArray(value)) return `[${value.map((item) => canonical(item)).join(',')}]`;
  if (typeof value === 'string') return JSON.stringify(name === 'div' ? wordsOf(value) : value);
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null';
  const members = Object.entries(value).filter(([, item]) => item !== undefined);
  members.sort(([one], [other]) => (one < other ? -1 : 1));
  return `{${members.map(([key, item]) => `${JSON.stringify(key)}:${canonical(item, key)}`).join(',')}}`;
}

const ENTITIES: ReadonlyMap<string, string> = new Map(
  Object.entries({ amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", nbsp: '\u00a0' }),
);

const characterOf = (code: number): string => (code <= 0x10ffff ? String.fromCodePoint(code) : '\ufffd');

/** Servers read and write XHTML anew: what stays is its text. */
function wordsOf(div: string): string {
  return div
    .replace(/<[^>]*>/g, ' ')
    .replace(/&(?:#(\d+)|#x([\da-f]+)|(\w+));/gi, (all, decimal, hex, name) =>
      name ? (ENTITIES.get(name) ?? all) : characterOf(decimal ? Number(decimal) : Number.parseInt(hex, 16)),
    )
    .replace(/\s+/g, ' ')
    .trim();
}

/** The codes under one of the tag systems. */
export const tagsOf = (resource: FhirResource, system: string): string[] =>
  (resource.meta?.tag ?? []).flatMap((tag) => (tag.system === system && tag.code !== undefined ? [tag.code] : []));

/** The resource with the tags given, beside those it has. */
export function withTags<T extends FhirResource>(resource: T, tags: readonly [system: string, code: string][]): T {
  const others = (resource.meta?.tag ?? []).filter(
    (tag) => !tags.some(([system, code]) => tag.system === system && tag.code === code),
  );
  const tag = [...others, ...tags.map(([system, code]) => ({ system, code }))];
  const { resourceType, id, meta, ...content } = resource;
  return { resourceType, id, meta: { ...meta, tag }, ...content } as unknown as T;
}

/** The resource without its claims of profiles. */
export function withoutProfiles<T extends FhirResource>(resource: T): T {
  if (resource.meta?.profile === undefined) return resource;
  const { profile: _, ...meta } = resource.meta;
  return { ...resource, meta };
}

/** True if somebody else wrote the resource, or has changed it since it was written here. */
export const isForeign = (resource: FhirResource): boolean =>
  !tagsOf(resource, TAGS.content).includes(digestOf(resource));
