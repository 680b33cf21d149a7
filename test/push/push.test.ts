import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FhirResource } from 'fhir/r4.js';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { keyOf, referencesOf, type Unit } from '../../src/push/item.js';
import { groupByReference } from '../../src/push/order.js';
import { type PushOptions, push } from '../../src/push/push.js';
import type { Outcome } from '../../src/push/send.js';
import { connect } from '../../src/push/server.js';
import { undo } from '../../src/push/undo.js';
import { listUnits } from '../../src/push/units.js';
import { type FakeServer, startFakeServer } from './fake-server.js';

const patient = { resourceType: 'Patient', id: 'p', name: [{ family: 'Lee' }] };
/** Encounter and Condition refer to each other: they can only be sent together. */
const encounter = {
  resourceType: 'Encounter',
  id: 'e',
  status: 'finished',
  class: { code: 'AMB' },
  subject: { reference: 'Patient/p' },
  diagnosis: [{ condition: { reference: 'Condition/c' } }],
};
const condition = {
  resourceType: 'Condition',
  id: 'c',
  subject: { reference: 'Patient/p' },
  encounter: { reference: 'Encounter/e' },
};
const observation = (id: string, value = 1) => ({
  resourceType: 'Observation',
  id,
  status: 'final',
  code: { text: 'x' },
  subject: { reference: 'Patient/p' },
  valueInteger: value,
});
const record = [observation('o1'), encounter, condition, patient] as FhirResource[];

const toUnit = (resources: readonly FhirResource[], name = 'unit'): Unit => ({
  name,
  items: resources.map((resource) => ({
    key: keyOf(resource) ?? '',
    references: referencesOf(resource),
    bytes: JSON.stringify(resource).length,
    read: async () => resource,
  })),
});

let server: FakeServer;
beforeEach(async () => {
  server = await startFakeServer();
});
afterEach(() => server.close());

const OPTIONS: PushOptions = {
  run: 'r1',
  mode: 'transaction',
  overwrite: false,
  profiles: { keep: true, adapt: false },
  maxEntries: 200,
  maxBytes: 800_000,
  concurrency: 4,
};

async function pushAll(units: readonly Unit[], options: Partial<PushOptions> = {}): Promise<Outcome[]> {
  const told: Outcome[] = [];
  const client = connect(server.url, { retries: 5, backoff: 1 });
  await push(client, stream(units), { ...OPTIONS, ...options }, (outcome) => told.push(outcome));
  return told;
}

async function* stream<T>(items: readonly T[]): AsyncGenerator<T> {
  yield* items;
}

async function undoAll(run: string) {
  const told: { key: string; fate: string }[] = [];
  await undo(connect(server.url, { backoff: 1 }), run, 200, (outcome) => told.push(outcome));
  return told.sort((one, other) => (one.key < other.key ? -1 : 1));
}

const fates = (outcomes: readonly Outcome[]) => Object.fromEntries(outcomes.map(({ key, fate }) => [key, fate]));
const versions = () => [...server.resources.values()].map(({ meta }) => (meta as { versionId: string }).versionId);

describe('resources are sent', () => {
  it('after what they refer to, and together with what refers back', () => {
    const groups = groupByReference(toUnit(record).items).map((group) => group.map(({ key }) => key));
    expect(groups).toEqual([['Patient/p'], ['Observation/o1'], ['Encounter/e', 'Condition/c']]);
  });

  it('in order along chains longer than the call stack', () => {
    const chain = Array.from({ length: 50_000 }, (_, place) => ({
      key: `Observation/${place}`,
      references: [`Observation/${place + 1}`],
    }));
    const groups = groupByReference(chain);
    expect(groups.length).toBe(50_000);
    expect(groups[0]?.[0]?.key).toBe('Observation/49999');
  });

  it.each(['transaction', 'batch'] as const)('all, as %s, in requests of a few entries', async (mode) => {
    await pushAll([toUnit([...record, ...[2, 3, 4, 5].map((id) => observation(`o${id}`) as FhirResource)])], {
      mode,
      maxEntries: 2,
    });
    expect(server.resources.size).toBe(8);
  });

  it('one by one, where the server knows nothing else', async () => {
    await pushAll([toUnit([observation('o1') as FhirResource, patient as FhirResource])], { mode: 'single' });
    expect([...server.resources.keys()]).toEqual(['Patient/p', 'Observation/o1']);
  });

  it('twice without a new version', async () => {
    await pushAll([toUnit(record)]);
    expect(fates(await pushAll([toUnit(record)], { run: 'r2' }))).toEqual({
      'Patient/p': 'unchanged',
      'Observation/o1': 'unchanged',
      'Encounter/e': 'unchanged',
      'Condition/c': 'unchanged',
    });
    expect(versions()).toEqual(['1', '1', '1', '1']);
  });

  it('anew if the conversion says something else now', async () => {
    await pushAll([toUnit(record)]);
    const told = await pushAll([toUnit([observation('o1', 2), patient] as FhirResource[])], { run: 'r2' });
    expect(fates(told)).toEqual({ 'Patient/p': 'unchanged', 'Observation/o1': 'updated' });
    expect(server.resources.get('Observation/o1')?.valueInteger).toBe(2);
  });

  it('never over what others have changed, unless that is wanted', async () => {
    await pushAll([toUnit(record)]);
    const there = server.resources.get('Observation/o1') ?? {};
    server.resources.set('Observation/o1', {
      ...there,
      valueInteger: 7,
      meta: { ...(there.meta as object), versionId: '2' },
    });
    expect(fates(await pushAll([toUnit(record)]))['Observation/o1']).toBe('kept');
    expect(server.resources.get('Observation/o1')?.valueInteger).toBe(7);
    expect(fates(await pushAll([toUnit(record)], { overwrite: true }))['Observation/o1']).toBe('updated');
  });

  it('once if one input has them twice', async () => {
    const told = await pushAll([toUnit([observation('o1'), patient, observation('o1', 2)] as FhirResource[])]);
    expect(told.map(({ key, fate }) => `${key} ${fate}`).sort()).toEqual([
      'Observation/o1 created',
      'Observation/o1 repeated',
      'Patient/p created',
    ]);
    expect(server.resources.get('Observation/o1')?.valueInteger).toBe(1);
  });

  it('once if several inputs have them, whatever comes first in time', async () => {
    const units = Array.from({ length: 20 }, (_, place) =>
      toUnit([observation(`o${place}`), patient] as FhirResource[], `unit ${place}`),
    );
    const told = await pushAll(units, { concurrency: 8 });
    expect(told.filter(({ fate }) => fate === 'repeated').length).toBe(19);
    expect(versions()).toEqual(Array(21).fill('1'));
  });
});

describe('a server that is', () => {
  it('busy is asked again', async () => {
    server.fault = (number) => (number % 3 === 1 ? 'busy' : 'none');
    await pushAll([toUnit(record)]);
    expect(server.resources.size).toBe(4);
  });

  it('gone is named without the address of a resource', async () => {
    await server.close();
    const lost = pushAll([toUnit(record)]);
    await expect(lost).rejects.toThrow(/cannot be reached \(ECONNREFUSED\). Run the same command to go on/);
    server = await startFakeServer();
  });

  it('strict refuses only what is wrong, and what needs it', async () => {
    server.refuse = ({ id }) => (id === 'o1' ? 'Lee is no status' : undefined);
    const told = await pushAll([toUnit([...record, observation('o2') as FhirResource])]);
    expect(fates(told)).toEqual({
      'Patient/p': 'created',
      'Observation/o1': 'refused',
      'Encounter/e': 'created',
      'Condition/c': 'created',
      'Observation/o2': 'created',
    });
    expect(told.find(({ fate }) => fate === 'refused')?.status).toBe(422);
  });

  it('without the profiles gets resources that do not claim them', async () => {
    server.refuse = ({ meta }) => ((meta as { profile?: unknown }).profile ? 'profile' : undefined);
    const claimed = [{ ...patient, meta: { profile: ['http://example.org/p'] } }] as FhirResource[];
    const profiles = { keep: true, adapt: true };
    expect(fates(await pushAll([toUnit(claimed)], { profiles }))).toEqual({ 'Patient/p': 'created' });
    expect(profiles.keep).toBe(false);
    expect(fates(await pushAll([toUnit(claimed)]))).toEqual({ 'Patient/p': 'unchanged' });
  });

  it('asking for a new token gets one', async () => {
    server.authorization = 'Bearer new';
    const authorize = async (renew: boolean) => (renew ? 'Bearer new' : 'Bearer old');
    const client = connect(server.url, { authorize, retries: 0 });
    const told: Outcome[] = [];
    await push(client, stream([toUnit([patient as FhirResource])]), OPTIONS, (outcome) => told.push(outcome));
    expect(fates(told)).toEqual({ 'Patient/p': 'created' });
  });
});

describe('undo', () => {
  it('leaves nothing of a run', async () => {
    await pushAll([toUnit(record)]);
    expect((await undoAll('r1')).map(({ fate }) => fate)).toEqual(Array(4).fill('deleted'));
    expect(server.resources.size).toBe(0);
  });

  it('leaves other runs, what others changed, and what others need', async () => {
    await pushAll([toUnit(record)]);
    await pushAll([toUnit([observation('later'), patient] as FhirResource[])], { run: 'r2' });
    const there = server.resources.get('Condition/c') ?? {};
    server.resources.set('Condition/c', { ...there, note: [{ text: 'mine' }] });
    expect(await undoAll('r1')).toEqual([
      { key: 'Condition/c', fate: 'changed' },
      { key: 'Encounter/e', fate: 'needed', status: 409 },
      { key: 'Observation/o1', fate: 'deleted' },
      { key: 'Patient/p', fate: 'needed', status: 409 },
    ]);
    expect([...server.resources.keys()].sort()).toEqual([
      'Condition/c',
      'Encounter/e',
      'Observation/later',
      'Patient/p',
    ]);
  });
});

describe('undo of a server that', () => {
  it('fails is told from one that needs what it keeps', async () => {
    await pushAll([toUnit(record)]);
    server.deny = (_, __, text) => (text.includes('"DELETE"') && text.includes('Observation/o1') ? 500 : undefined);
    expect(await undoAll('r1')).toEqual([
      { key: 'Condition/c', fate: 'deleted' },
      { key: 'Encounter/e', fate: 'deleted' },
      { key: 'Observation/o1', fate: 'failed', status: 500 },
      { key: 'Patient/p', fate: 'needed', status: 409 },
    ]);
  });

  it('leaves tags out of account takes nothing of other runs', async () => {
    await pushAll([toUnit(record)]);
    await pushAll([toUnit([observation('o2'), patient] as FhirResource[])], { run: 'r2' });
    server.searchesTags = false;
    expect(await undoAll('r2')).toEqual([{ key: 'Observation/o2', fate: 'deleted' }]);
    expect(server.resources.size).toBe(4);
  });

  it('searches by nothing is named', async () => {
    server.deny = (method, path) => (method === 'GET' && path.includes('?') ? 400 : undefined);
    await expect(undoAll('r1')).rejects.toThrow(/refused the search Patient with HTTP 400/);
  });
});

describe('units of', () => {
  const folder = mkdtempSync(join(tmpdir(), 'push-'));
  const collect = async (...inputs: string[]) => {
    const units: Unit[] = [];
    for await (const unit of listUnits(inputs, () => undefined)) units.push(unit);
    return units;
  };

  it('Bundles have references by key, whatever the Bundle calls its entries', async () => {
    const file = join(folder, 'bundle.json');
    const entry = [
      { fullUrl: 'urn:uuid:1', resource: patient },
      { fullUrl: 'urn:uuid:2', resource: { ...observation('o1'), subject: { reference: 'urn:uuid:1' } } },
    ];
    writeFileSync(file, JSON.stringify({ resourceType: 'Bundle', type: 'transaction', entry }));
    const [unit] = await collect(file);
    expect(unit?.items.map(({ key, references }) => ({ key, references }))).toEqual([
      { key: 'Patient/p', references: [] },
      { key: 'Observation/o1', references: ['Patient/p'] },
    ]);
  });

  it('NDJSON are read again line by line, digits and all', async () => {
    const lines = join(folder, 'nd');
    const quantity = '{"resourceType":"Observation","id":"o9","valueQuantity":{"value":7.0,"unit":"µmol"}}';
    const path = `${lines}.ndjson`;
    writeFileSync(path, `${JSON.stringify({ ...patient, name: [{ family: 'Müller' }] })}\n\n${quantity}`);
    const [unit] = await collect(path);
    expect(unit?.items.map(({ key }) => key)).toEqual(['Patient/p', 'Observation/o9']);
    const again = await Promise.all((unit?.items ?? []).map(({ read }) => read()));
    expect(again[0]).toMatchObject({ name: [{ family: 'Müller' }] });
    expect(readFileSync(path, 'utf8')).toContain(quantity);
    expect(again[1]).toMatchObject({ valueQuantity: { value: 7, unit: 'µmol' } });
  });
});
