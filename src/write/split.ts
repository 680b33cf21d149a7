/** A document as several transactions: for servers that take only so many entries or bytes at once. */
import type { Bundle, BundleEntry, FhirResource } from 'fhir/r4.js';
import type { Event } from '../event.js';
import { type Json, type JsonObject, stringify } from '../fhir/json.js';
import { collectResources, toBundle, toEntry } from './bundle.js';

export interface SplitOptions {
  readonly maxEntries?: number | undefined;
  /** Of the Bundle as JSON in UTF-8. A single resource above it stands in a Bundle of its own. */
  readonly maxBytes?: number | undefined;
}

/**
 * The resources among the events as transactions within the limits; one, as `toBundle` makes it, if that is enough.
 * Of several, each is complete in itself: entries are PUT under their ids and refer to each other as `Type/id`, so that
 * references hold across Bundles; what is referred to comes first wherever there is no circle, so that servers which
 * insist on that take them in their order. Errors of the conversion pass through.
 */
export async function toTransactions(events: AsyncIterable<Event>, limits: SplitOptions): Promise<Bundle[]> {
  const resources = await collectResources(events);
  const whole = await toBundle(replay(resources), { format: 'transaction' });
  if (fits(whole, limits)) return [whole];
  const entries = targetsFirst(resources).map((resource) => toEntry(resource, new Map(), 'transaction'));
  return pack(entries, limits).map((entry) => ({ resourceType: 'Bundle', type: 'transaction', entry }));
}

async function* replay(resources: ReadonlyMap<string, FhirResource>): AsyncGenerator<Event, void> {
  for (const resource of resources.values()) yield { kind: 'resource', resource };
}

/** Around the entries, less the comma the last one has not. */
const FRAME = '{"resourceType":"Bundle","type":"transaction","entry":[]}'.length - 1;

const sizeOf = (value: unknown): number => new TextEncoder().encode(stringify(value as Json)).length;

function fits({ entry = [], ...rest }: Bundle, { maxEntries, maxBytes }: SplitOptions): boolean {
  if (entry.length > (maxEntries ?? Number.POSITIVE_INFINITY)) return false;
  if (maxBytes === undefined) return true;
  let bytes = sizeOf(rest) + ',"entry":[]'.length - 1; // no comma after the last entry
  for (const item of entry) bytes += sizeOf(item) + 1;
  return bytes <= maxBytes;
}

function pack(entries: readonly BundleEntry[], limits: SplitOptions): BundleEntry[][] {
  const { maxEntries = Number.POSITIVE_INFINITY, maxBytes = Number.POSITIVE_INFINITY } = limits;
  const bundles: BundleEntry[][] = [];
  let bytes = 0;
  for (const entry of entries) {
    const size = maxBytes === Number.POSITIVE_INFINITY ? 0 : sizeOf(entry) + 1;
    const last = bundles.at(-1);
    if (last && last.length < maxEntries && bytes + size <= maxBytes) {
      last.push(entry);
      bytes += size;
    } else {
      bundles.push([entry]);
      bytes = FRAME + size;
    }
  }
  return bundles;
}

/** Each resource after those it refers to; where they refer to each other, the one that came first comes later. */
function targetsFirst(resources: ReadonlyMap<string, FhirResource>): FhirResource[] {
  const placed = new Set<string>();
  const sorted: FhirResource[] = [];
  // A stack of our own: a chain of references may be longer than the engine's.
  for (const start of resources.keys()) {
    const stack = [start];
    const open = new Set<string>();
    for (let key = stack.at(-1); key !== undefined; key = stack.at(-1)) {
      const resource = resources.get(key);
      if (!resource || placed.has(key) || open.has(key)) {
        stack.pop();
        if (!resource || placed.has(key)) continue;
        placed.add(key);
        sorted.push(resource);
        continue;
      }
      open.add(key);
      const targets = referencesOf(resource as unknown as JsonObject).filter(
        (target) => !placed.has(target) && !open.has(target),
      );
      stack.push(...targets.reverse());
    }
  }
  return sorted;
}

function referencesOf(value: Json | undefined, found: string[] = []): string[] {
  if (Array.isArray(value)) for (const item of value) referencesOf(item, found);
  else if (typeof value === 'object' && value !== null)
    for (const key in value) {
      const item = value[key];
      if (key === 'reference' && typeof item === 'string') found.push(item);
      else referencesOf(item, found);
    }
  return found;
}
