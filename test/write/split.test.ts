import { readFileSync } from 'node:fs';
import type { Bundle } from 'fhir/r4.js';
import { beforeAll, describe, expect, it } from 'vitest';
import { bundleToJson, bundleToPieces, convert, type SplitOptions, toBundle, toTransactions } from '../../src/index.js';

const source = readFileSync(new URL('../../samples/ccd-r21-rich.xml', import.meta.url));
const split = (limits: SplitOptions): Promise<Bundle[]> => toTransactions(convert(source, { check: 'off' }), limits);
let whole: Bundle;

beforeAll(async () => {
  whole = await toBundle(convert(source, { check: 'off' }), { format: 'transaction' });
}, 60_000);

const sizeOf = (bundle: Bundle): number => Buffer.byteLength(bundleToJson(bundle));
const namesOf = (bundle: Bundle): string[] => (bundle.entry ?? []).map(({ request }) => request?.url ?? '');
const referencesOf = (bundle: Bundle): string[] =>
  [...bundleToJson(bundle).matchAll(/"reference":"([^"]+)"/g)].map(([, reference = '']) => reference);

describe('toTransactions', () => {
  it('gives the one Bundle where it fits', async () => {
    const [one, ...more] = await split({ maxEntries: whole.entry?.length, maxBytes: sizeOf(whole) });
    expect(more).toEqual([]);
    expect(bundleToJson(one as Bundle)).toBe(bundleToJson(whole));
  });

  it.each([{ maxEntries: 1 }, { maxEntries: 17 }, { maxBytes: 20_000 }, { maxEntries: 9, maxBytes: 9_000 }])(
    'stays within %j, holds every resource once, and every reference holds',
    async (limits) => {
      const bundles = await split(limits);
      expect(bundles.length).toBeGreaterThan(1);
      expect(bundles.flatMap(namesOf).sort()).toEqual(namesOf(whole).sort());
      const names = new Set(bundles.flatMap(namesOf));
      for (const bundle of bundles) {
        expect(bundle.entry?.length).toBeLessThanOrEqual(limits.maxEntries ?? 1e9);
        // One resource alone may be larger: it cannot be split.
        if ((bundle.entry?.length ?? 0) > 1) expect(sizeOf(bundle)).toBeLessThanOrEqual(limits.maxBytes ?? 1e9);
        for (const reference of referencesOf(bundle)) expect(names).toContain(reference);
        for (const { request } of bundle.entry ?? []) expect(request?.method).toBe('PUT');
      }
    },
  );

  it('puts what is referred to first, so that a server that insists on it takes the parts in their order', async () => {
    const bundles = await split({ maxEntries: 1 });
    const targets = new Map(bundles.map((bundle) => [namesOf(bundle)[0] ?? '', referencesOf(bundle)]));
    const refersTo = (from: string, to: string, seen = new Set<string>()): boolean =>
      from === to || (targets.get(from) ?? []).some((next) => !seen.has(next) && refersTo(next, to, seen.add(next)));
    const place = new Map([...targets.keys()].map((name, index) => [name, index]));
    let early = 0;
    for (const [name, own] of targets)
      for (const target of own) {
        if ((place.get(target) ?? 0) <= (place.get(name) ?? 0)) continue;
        early++;
        expect(refersTo(target, name), `${name} refers to ${target}, which does not refer back`).toBe(true);
      }
    expect(early).toBeLessThan(targets.size / 10);
  });
});

it('a Bundle in pieces is the same text', () => {
  expect([...bundleToPieces(whole)].join('')).toBe(bundleToJson(whole));
  expect([...bundleToPieces({ resourceType: 'Bundle', type: 'collection', entry: [] })].join('')).toBe(
    '{"resourceType":"Bundle","type":"collection","entry":[]}',
  );
});
