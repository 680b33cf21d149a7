import type { FhirResource } from 'fhir/r4.js';
import { describe, expect, it } from 'vitest';
import type { Event } from '../../src/event.js';
import { type JsonObject, setDecimal } from '../../src/fhir/json.js';
import { type BundleFormat, bundleToJson, toBundle } from '../../src/write/bundle.js';
import { toNdjson } from '../../src/write/ndjson.js';

const quantity: JsonObject = { unit: 'mg' };
setDecimal(quantity, 'value', '7.0');
const observation = {
  resourceType: 'Observation',
  id: 'o1',
  status: 'final',
  code: { text: 'x' },
  subject: { reference: 'Patient/p1' },
  performer: [{ reference: 'Practitioner/elsewhere' }],
  valueQuantity: quantity,
} as unknown as FhirResource;
const patient: FhirResource = { resourceType: 'Patient', id: 'p1' };
const composition = (date: string): FhirResource => ({
  resourceType: 'Composition',
  id: 'c1',
  status: 'final',
  type: { text: 'CCD' },
  date,
  title: 'CCD',
  author: [],
  section: [{ entry: [{ reference: 'Observation/o1' }] }],
});

async function* events(...resources: FhirResource[]): AsyncIterable<Event> {
  for (const resource of resources) {
    yield { kind: 'resource', resource };
    yield { kind: 'section', section: { path: 's', line: 1, statements: 1, converted: 1 } };
  }
}

const bundle = (format: BundleFormat, date = '2020-02-03T04:05:06-05:00') =>
  toBundle(events(observation, patient, composition(date)), { format });

describe('toNdjson', () => {
  it('writes one line per resource, decimals to the digit', async () => {
    const lines: string[] = [];
    for await (const line of toNdjson(events(patient, observation))) lines.push(line);
    expect(lines[0]).toBe('{"resourceType":"Patient","id":"p1"}\n');
    expect(lines[1]).toMatch(/"value":7\.0\}\}\n$/);
  });
});

describe('toBundle', () => {
  it('orders Composition, Patient, rest, whatever came first', async () => {
    const types = (await bundle('collection')).entry?.map((entry) => entry.resource?.resourceType);
    expect(types).toEqual(['Composition', 'Patient', 'Observation']);
  });

  it('turns references between entries to their full URLs, leaves others, and keeps digits', async () => {
    const json = bundleToJson(await bundle('transaction'));
    expect(json).toContain('"subject":{"reference":"urn:uuid:p1"}');
    expect(json).toContain('"entry":[{"reference":"urn:uuid:o1"}]');
    expect(json).toContain('"reference":"Practitioner/elsewhere"');
    expect(json).toContain('"value":7.0');
    expect(json).toContain('"request":{"method":"PUT","url":"Observation/o1"}');
    expect((observation as { subject?: { reference?: string } }).subject?.reference).toBe('Patient/p1');
  });

  it('asks for nothing to be done in a collection', async () => {
    expect((await bundle('collection')).entry?.some((entry) => entry.request)).toBe(false);
  });

  it.each([
    ['2020-02-03T04:05:06-05:00', '2020-02-03T04:05:06-05:00'],
    ['2020-02-03', '2020-02-03T00:00:00Z'],
    ['2020-02', '2020-02-01T00:00:00Z'],
    ['2020', '2020-01-01T00:00:00Z'],
  ])('gives a document of %s the timestamp %s, and an identifier', async (date, timestamp) => {
    const document = await bundle('document', date);
    expect(document).toMatchObject({ id: 'c1', type: 'document', timestamp });
    expect(document.identifier).toEqual({ system: 'urn:ietf:rfc:3986', value: 'urn:uuid:c1' });
  });

  it('takes a resource that comes twice once', async () => {
    expect((await toBundle(events(patient, patient), { format: 'collection' })).entry).toHaveLength(1);
  });
});
