/** What keeps memory from following the size of a document, and what it must not cost: ids, references, targets. */
import { beforeEach, describe, expect, it } from 'vitest';
import { type Assembly, createAssembly } from '../../src/assemble/assembly.js';
import { createDirectory } from '../../src/assemble/directory.js';
import { createEmitted } from '../../src/assemble/emitted.js';
import { nameId } from '../../src/fhir/ids.js';
import type { JsonObject } from '../../src/fhir/json.js';
import { draft } from './draft.js';

describe('ids given away', () => {
  it('are all known, with what for', () => {
    const emitted = createEmitted();
    for (let n = 0; n < 3000; n++) emitted.add(nameId(`id ${n}`), nameId(`content ${n}`));
    expect(emitted.size()).toBe(3000);
    for (let n = 0; n < 3000; n++) {
      expect(emitted.hasContent(nameId(`id ${n}`), nameId(`content ${n}`))).toBe(true);
      expect(emitted.hasContent(nameId(`id ${n}`), nameId(`content ${n + 1}`))).toBe(false);
    }
    for (let n = 3000; n < 6000; n++) expect(emitted.has(nameId(`id ${n}`))).toBe(false);
  });
});

describe('the directory of identifiers', () => {
  it('gives back references letter by letter, the first of each type', () => {
    const directory = createDirectory();
    for (let n = 0; n < 1000; n++) directory.add(`s|${n}`, `Observation/${nameId(`o ${n}`)}`);
    directory.add('s|7', `Observation/${nameId('another')}`);
    directory.add('s|7', `Procedure/${nameId('p')}`);
    expect(directory.find('s|7')).toEqual([`Observation/${nameId('o 7')}`, `Procedure/${nameId('p')}`]);
    expect(directory.find('s|999')).toEqual([`Observation/${nameId('o 999')}`]);
    expect(directory.find('s|1000')).toEqual([]);
  });

  it('forgets the oldest generation only', () => {
    const directory = createDirectory(100);
    for (let n = 0; n < 250; n++) directory.add(`s|${n}`, `Observation/${nameId(`o ${n}`)}`);
    expect(directory.find('s|99')).toEqual([]);
    for (let n = 100; n < 250; n++) expect(directory.find(`s|${n}`)).toHaveLength(1);
  });
});

describe('beyond the window', () => {
  let out: JsonObject[];
  let conflicts: number;
  let assembly: Assembly;

  beforeEach(() => {
    out = [];
    conflicts = 0;
    assembly = createAssembly(
      { emit: (resource) => out.push(resource), conflict: () => conflicts++, dangling: () => undefined },
      10,
    );
  });

  const observation = (n: number, value = n): JsonObject => ({
    resourceType: 'Observation',
    identifier: [{ system: 'urn:oid:1.2', value: `${n}` }],
    valueInteger: value,
  });
  const encounter = (n: number): JsonObject => ({
    resourceType: 'Encounter',
    identifier: [{ system: 'urn:oid:1.3', value: `${n}` }],
    status: 'finished',
  });
  const idsOf = (type: string): unknown[] => out.filter((one) => one.resourceType === type).map(({ id }) => id);

  it('a statement repeated is written once, a contradicting one under an id of its own, that one once too', () => {
    for (let n = 0; n < 40; n++) assembly.put([draft(observation(n))]);
    for (let n = 0; n < 20; n++) assembly.put([draft(observation(n))]);
    for (const _ of [1, 2]) for (let n = 0; n < 20; n++) assembly.put([draft(observation(n, -1 - n))]);
    assembly.finish();
    expect(conflicts).toBe(20);
    expect(out).toHaveLength(60);
    expect(new Set(idsOf('Observation')).size).toBe(60);
  });

  it('a Provenance with very many targets becomes several, each id once, each target in one of them', () => {
    const statement = { resourceType: 'Provenance', agent: [{ who: { display: 'A' } }] };
    for (let n = 0; n < 2600; n++) {
      // Every statement states its author anew.
      const provenance = draft({ ...statement });
      assembly.put([provenance, draft(observation(n), { provenance: [provenance] })]);
    }
    assembly.finish();
    const all = out.filter((one) => one.resourceType === 'Provenance');
    expect(all).toHaveLength(6);
    expect(new Set(idsOf('Provenance')).size).toBe(6);
    const targets = all.flatMap((one) => one.target as { reference: string }[]).map(({ reference }) => reference);
    expect(targets).toHaveLength(2600);
    expect(new Set(targets)).toEqual(new Set(idsOf('Observation').map((id) => `Observation/${id}`)));
  });

  it('pinned types are let go of too, when there are very many', () => {
    let most = 0;
    for (let n = 0; n < 3000; n++) {
      assembly.put([draft(encounter(n))]);
      most = Math.max(most, n + 1 - out.length);
    }
    expect(most).toBeLessThan(1100);
    for (let n = 0; n < 3000; n++) assembly.put([draft(encounter(n))]);
    assembly.finish();
    expect(new Set(idsOf('Encounter')).size).toBe(3000);
    expect(out).toHaveLength(3000);
    expect(conflicts).toBe(0);
  });

  it('agents that prove to be one after something has left stay two: what has left refers to both', () => {
    const npi = { system: 'http://hl7.org/fhir/sid/us-npi', value: '1' };
    const other = { system: 'urn:oid:1.5', value: '2' };
    const name = [{ family: 'Lee', given: ['Ann'] }];
    const one = draft({ resourceType: 'Practitioner', identifier: [npi] });
    const two = draft({ resourceType: 'Practitioner', identifier: [other] });
    assembly.put([one, two]);
    for (let n = 0; n < 30; n++) {
      const holder: JsonObject = {};
      const references = [{ holder, target: n % 2 ? one : two, rule: 0 }];
      assembly.put([draft({ ...observation(n), performer: [holder] }, { references })]);
    }
    assembly.put([draft({ resourceType: 'Practitioner', name, identifier: [npi, other] })]);
    assembly.finish();
    const there = new Set(idsOf('Practitioner').map((id) => `Practitioner/${id}`));
    const named = out.flatMap((item) => (item.performer as { reference: string }[] | undefined) ?? []);
    expect(named).toHaveLength(30);
    for (const { reference } of named) expect(there).toContain(reference);
  });
});
