import { beforeEach, describe, expect, it } from 'vitest';
import { type Assembly, createAssembly } from '../../src/assemble/assembly.js';
import type { JsonObject } from '../../src/fhir/json.js';
import type { Draft } from '../../src/map/draft.js';
import { draft } from './draft.js';

let out: JsonObject[];
let conflicts: number;
let assembly: Assembly;

beforeEach(() => {
  out = [];
  conflicts = 0;
  assembly = createAssembly({
    emit: (resource) => out.push(resource),
    conflict: () => conflicts++,
    dangling: () => undefined,
  });
});

const NPI = 'http://hl7.org/fhir/sid/us-npi';
const person = (family: string, given: string, value?: string): JsonObject => ({
  resourceType: 'Practitioner',
  name: [{ text: `${given} ${family}`, family, given: [given] }],
  ...(value && { identifier: [{ system: NPI, value }] }),
});

function finish(...drafts: Draft[]): JsonObject[] {
  assembly.put(drafts);
  assembly.finish();
  return out;
}

describe('agents', () => {
  it('joins a person named by identifier only to the one described (PA-15)', () => {
    const byId = draft({ resourceType: 'Practitioner', identifier: [{ system: NPI, value: '1' }] });
    expect(finish(draft(person('Lee', 'Ann', '1')), byId)).toHaveLength(1);
    expect(byId.settled).toBe(`Practitioner/${out[0]?.id}`);
  });

  it('gives a person first met without identifier the id of the identifier', () => {
    const holder: JsonObject = {};
    const first = draft(person('Lee', 'Ann'));
    const procedure = draft({ resourceType: 'Procedure', status: 'completed', recorder: holder });
    procedure.references.push({ holder, target: first, rule: 0 });
    finish(first, procedure, draft(person('Lee', 'Ann', '1')));
    const [id] = out.filter((resource) => resource.resourceType === 'Practitioner').map((resource) => resource.id);
    expect(out).toHaveLength(2);
    expect(out.find((resource) => resource.resourceType === 'Procedure')?.recorder).toEqual({
      reference: `Practitioner/${id}`,
    });
    out = [];
    const other = createAssembly({
      emit: (item) => out.push(item),
      conflict: () => undefined,
      dangling: () => undefined,
    });
    other.put([draft(person('Lee', 'Ann', '1'))]);
    other.finish();
    expect(out[0]?.id).toBe(id);
  });

  it('keeps two persons under one identifier apart, and says so', () => {
    expect(finish(draft(person('Lee', 'Ann', '1')), draft(person('Roe', 'Max', '1')))).toHaveLength(2);
    expect(conflicts).toBe(1);
  });

  it('keeps one name and two identifiers of one system apart', () => {
    expect(finish(draft(person('Lee', 'Ann', '1')), draft(person('Lee', 'Ann', '2')))).toHaveLength(2);
  });

  it('does not repeat a name that says less', () => {
    const full = person('Lee', 'Ann', '1');
    full.name = [{ text: 'Ann Lee MD', family: 'Lee', given: ['Ann'], suffix: ['MD'] }];
    finish(draft(person('Lee', 'Ann', '1')), draft(full));
    expect(out.map((resource) => resource.name)).toEqual([full.name]);
  });

  it('joins the roles of one person in one organization', () => {
    const role = (code: string): Draft =>
      draft({
        resourceType: 'PractitionerRole',
        practitioner: { reference: 'Practitioner/a' },
        organization: { reference: 'Organization/b' },
        code: [{ text: code }],
      });
    finish(role('surgeon'), role('teacher'));
    expect(out.map((resource) => resource.code)).toEqual([[{ text: 'surgeon' }, { text: 'teacher' }]]);
  });
});

describe('encounters (EN-01)', () => {
  const encounter = (more: JsonObject): Draft =>
    draft({ resourceType: 'Encounter', identifier: [{ system: 'urn:oid:1.2', value: 'E' }], ...more });
  const absent = {
    extension: [{ url: 'http://hl7.org/fhir/StructureDefinition/data-absent-reason', valueCode: 'unknown' }],
  };

  it('are one in header and body, and what is known replaces what is not', () => {
    finish(
      encounter({ status: 'unknown', class: absent, period: { start: '2024-03-12' } }),
      encounter({ status: 'finished', class: { code: 'AMB' }, period: { start: '2024-03-12', end: '2024-03-13' } }),
    );
    expect(out).toHaveLength(1);
    expect(out[0]).toMatchObject({
      status: 'finished',
      class: { code: 'AMB' },
      period: { start: '2024-03-12', end: '2024-03-13' },
    });
  });

  it('stay two if they are of two days (GE-08)', () => {
    finish(encounter({ period: { start: '2024-03-12' } }), encounter({ period: { start: '2024-05-01' } }));
    expect(out).toHaveLength(2);
    expect(conflicts).toBe(0);
  });

  it('stay two if they contradict each other', () => {
    const period = { start: '2024-03-12' };
    finish(encounter({ period, status: 'finished' }), encounter({ period, status: 'planned' }));
    expect(out).toHaveLength(2);
    expect(conflicts).toBe(1);
  });
});

it('adds what the body says of the patient to the Patient', () => {
  const patient = draft({ resourceType: 'Patient', name: [{ family: 'Lee' }] });
  const birthSex = draft({ resourceType: 'Patient', extension: [{ url: 'x', valueCode: 'F' }] }, { base: patient });
  finish(patient, birthSex);
  expect(out).toHaveLength(1);
  expect(out[0]).toMatchObject({ name: [{ family: 'Lee' }], extension: [{ url: 'x', valueCode: 'F' }] });
  expect(birthSex.settled).toBe(`Patient/${out[0]?.id}`);
});
