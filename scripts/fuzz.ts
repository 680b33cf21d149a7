/**
 * Changes every sample and corpus document at random and looks whether its reading holds what it must:
 * `npm run fuzz -- [CASES] [SEED] [fast|full] [small]`. What fails is written to fuzz-found/: make it small, put it into
 * test/hostile/found and mend the fault. `small` changes single entries rather than whole documents: many more a minute.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import fc from 'fast-check';
import { cases, toSeed, toSmallSeeds, tryCase } from '../test/hostile/fuzz.js';
import { listDocuments } from '../test/property/documents.js';

const [count = '100000', start = '1', check = 'full', size = 'whole'] = process.argv.slice(2);
const whole = listDocuments().map(toSeed);
const seeds = size === 'small' ? whole.flatMap(toSmallSeeds) : whole;
const known = new Set<string>();
const begun = Date.now();
const folder = 'fuzz-found';
const BATCH = 500;

for (let done = 0; done < Number(count); done += BATCH) {
  const seed = Number(start) + done;
  for (const one of fc.sample(cases(seeds), { numRuns: Math.min(BATCH, Number(count) - done), seed })) {
    const document = seeds[one.seed];
    if (!document) continue;
    const { source, faults } = await tryCase(document, one, check === 'fast' ? 'fast' : 'full');
    for (const fault of faults.filter((each) => !known.has(kindOf(each)))) {
      known.add(kindOf(fault));
      mkdirSync(folder, { recursive: true });
      const path = `${folder}/${known.size}.xml`;
      writeFileSync(path, source);
      console.log(`${path} (${document.name}, seed ${seed}): ${fault}`);
    }
  }
  console.log(
    `${Math.min(done + BATCH, Number(count))} cases, ${known.size} faults, ${Math.round((Date.now() - begun) / 1000)} s`,
  );
}
process.exitCode = known.size > 0 ? 1 : 0;

/** The same fault at another place is no new one. */
function kindOf(fault: string): string {
  return fault.replace(/\d+/g, '#').slice(0, 300);
}
