/**
 * How long a merge takes: two sources that state the same results, half of them with a date only.
 *
 *     npx tsx --conditions=source bench/timeline.ts [records]
 */
import type { FhirResource } from 'fhir/r4.js';
import { merge, readSource, toTimeline } from '../src/index.js';

const records = Number(process.argv[2] ?? 50_000);
const CODES = ['8867-4', '2345-7', '4548-4', '718-7'];
const unit = { unit: '/min', system: 'http://unitsofmeasure.org', code: '/min' };

function* resources(place: string): Generator<FhirResource> {
  yield { resourceType: 'Patient', id: 'p', identifier: [{ system: 'urn:bench', value: 'P-1000' }] };
  for (let i = 0; i < records / 2; i++) {
    const time = new Date(Date.UTC(2000, 0, 1) + i * 6 * 3_600_000).toISOString();
    yield {
      resourceType: 'Observation',
      id: `${place}-${i}`,
      status: 'final',
      code: { coding: [{ system: 'http://loinc.org', code: CODES[i % CODES.length] ?? '' }] },
      subject: { reference: 'Patient/p' },
      effectiveDateTime: place === 'b' && i % 2 === 0 ? time.slice(0, 10) : time,
      valueQuantity: { value: 60 + ((i * 7) % 40), ...unit },
    };
  }
}

async function measure<T>(what: string, run: () => Promise<T>): Promise<T> {
  const [start, cpu] = [performance.now(), process.cpuUsage()];
  const result = await run();
  const { user } = process.cpuUsage(cpu);
  console.log(`${what}: ${Math.round(performance.now() - start)} ms, CPU ${Math.round(user / 1000)} ms`);
  return result;
}

const sources = await measure('read', async () => [
  await readSource({ resources: resources('a') }),
  await readSource({ resources: resources('b') }),
]);
const merged = await measure('merge', () => merge(...sources));
const { lines } = await measure('timeline', () => toTimeline(merged));
console.log(`${records} records are ${lines.length} lines; ${Math.round(process.memoryUsage().rss / 1e6)} MB`);
