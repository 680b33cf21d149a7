import { describe, expect, it } from 'vitest';
import { stringify } from '../../src/fhir/json.js';
import { readResources } from '../../src/intake/resources.js';

const encoder = new TextEncoder();

/** The text in pieces of a few bytes each, so that every token is cut somewhere. */
async function* pieces(text: string, size: number): AsyncGenerator<Uint8Array> {
  const bytes = encoder.encode(text);
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

async function read(text: string, size = 7): Promise<unknown[]> {
  const found: unknown[] = [];
  for await (const resource of readResources(pieces(text, size))) found.push(resource);
  return found;
}

const patient = { resourceType: 'Patient', id: 'p', name: [{ family: 'Müller "€"' }], active: true };
const list = { resourceType: 'List', entry: [{ item: { reference: 'Patient/p' } }, { deleted: false }] };
const bundle = {
  entry: [{ fullUrl: 'urn:x', resource: patient }, { fullUrl: 'no resource' }, { resource: list }],
  type: 'collection',
  resourceType: 'Bundle',
};

describe('resources of', () => {
  it.each([1, 3, 64, 4096])('a Bundle, wherever its resourceType stands (pieces of %i bytes)', async (size) => {
    expect(await read(JSON.stringify(bundle, null, 1), size)).toEqual([patient, list]);
  });

  it('lines, with and without a byte order mark, with empty lines', async () => {
    expect(await read(`\ufeff${JSON.stringify(patient)}\r\n\n${JSON.stringify(list)}\n`)).toEqual([patient, list]);
  });

  it('lines of Bundles, and a Bundle in a Bundle', async () => {
    const outer = { resourceType: 'Bundle', entry: [{ resource: bundle }] };
    expect(await read(`${JSON.stringify(outer)}\n${JSON.stringify(patient)}`)).toEqual([patient, list, patient]);
  });
});

describe('refuses', () => {
  it.each([
    ['nothing', '', 'empty'],
    ['a cut-off Bundle', JSON.stringify(bundle).slice(0, -5), 'middle'],
    ['a number', '12 ', 'no FHIR resource'],
    ['an object of another kind', '{"secret":"Doe"}', 'no FHIR resource'],
    ['broken JSON', '{"resourceType":"Patient","name":Doe}', 'not valid JSON'],
    ['endless nesting', `{"resourceType":"Patient","x":${'['.repeat(500)}`, 'levels'],
  ])('%s, without repeating it', async (_name, text, said) => {
    const error = await read(text).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ name: 'JsonError', message: expect.stringContaining(said) });
    expect(String(error)).not.toContain('Doe');
  });

  it('keeps the digits of decimals, however the text is cut', async () => {
    const text =
      '{"resourceType":"Observation","valueQuantity":{"value":7.0},"component":[{"valueQuantity":{"value":0.10}}]}';
    for (const size of [1, 7, 1000]) {
      const found: string[] = [];
      for await (const resource of readResources(pieces(text, size))) found.push(stringify(resource as never));
      expect(found).toEqual([text]);
    }
  });
});
