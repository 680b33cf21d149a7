import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { listDocuments } from '../property/documents.js';
import { cases, toSeed, toSmallSeeds, tryCase } from './fuzz.js';
import { readHostile } from './properties.js';

const found = join(import.meta.dirname, 'found');
/** Another one each day finds more; this one makes a failure come again. `npm run fuzz` takes any. */
const SEED = 20_260_101;
const CASES = 2000;

describe('a mutated document', () => {
  const seeds = listDocuments(['samples']).map(toSeed).flatMap(toSmallSeeds);

  it(`is read as it should be, ${CASES} times`, { timeout: 600_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(cases(seeds), async (one) => {
        const seed = seeds[one.seed];
        if (!seed) return;
        const { faults } = await tryCase(seed, one, 'fast');
        expect([seed.name, ...faults]).toEqual([seed.name]);
      }),
      { numRuns: CASES, seed: SEED },
    );
  });
});

describe('a document that was read wrongly once', () => {
  it.each(readdirSync(found).filter((name) => name.endsWith('.xml')))('%s is read as it should be', async (name) => {
    expect((await readHostile(readFileSync(join(found, name)))).faults).toEqual([]);
  });
});
