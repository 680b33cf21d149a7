import type { FhirResource } from 'fhir/r4.js';
import { beforeAll, describe, expect, it } from 'vitest';
import { complain } from '../../scripts/oracle.js';
import { createChecker } from '../../src/check/check.js';
import { checkData } from './data.js';
import { SAMPLES } from './samples.js';

const check = await createChecker(checkData, { level: 'full', usCore: 'none' });
type Json = Record<string, unknown>;

/** What @medplum/core does not check: bindings, targets, and some constraints of data types. */
const OURS_ALONE = new Set(['structure-code', 'structure-reference', 'ref-1', 'age-1', 'cpt-2', 'qty-3']);

/** Copies with one element removed, renamed, wrapped into a list (or out of one), emptied or made another type. */
function* mutate(value: unknown, path: readonly (string | number)[], root: unknown): Generator<[string, unknown]> {
  if (typeof value !== 'object' || value === null) return;
  for (const [key, item] of Object.entries(value)) {
    if (key === 'resourceType') continue;
    const at = [...path, Array.isArray(value) ? Number(key) : key];
    const change = (name: string, edit: (owner: Json) => void): [string, unknown] => {
      const copy = structuredClone(root);
      const owner = at.slice(0, -1).reduce<unknown>((each, step) => (each as Json)[step], copy);
      edit(owner as Json);
      return [`${name} ${at.join('.')}`, copy];
    };
    if (!Array.isArray(value)) {
      // The two differ on where an empty object is wrong; that it is, other tests show.
      // The two differ too on whether what is contained needs an id (references.html#contained: it does).
      if (Object.keys(value).length > 1 && !/contained\.\d+\.id$/.test(at.join('.')))
        yield change('without', (owner) => delete owner[key]);
      yield change('with more beside', (owner) => Object.assign(owner, { [`other${key}`]: 'x' }));
      yield change('relisted', (owner) => Object.assign(owner, { [key]: Array.isArray(item) ? item[0] : [item] }));
    }
    if (typeof item === 'string') yield change('number for', (owner) => Object.assign(owner, { [key]: 7 }));
    if (typeof item === 'number') yield change('text for', (owner) => Object.assign(owner, { [key]: 'x' }));
    if (typeof item === 'string' && /^\d{4}/.test(item))
      yield change('bad date', (owner) => Object.assign(owner, { [key]: '2014-13-01' }));
    yield* mutate(item, at, root);
  }
}

describe('an independent validator', () => {
  beforeAll(() => void complain({ resourceType: 'Basic', code: {} }), 30_000);

  it.each(Object.entries(SAMPLES))('agrees on %s and on what is wrong with it', (_, sample) => {
    const cases: [string, unknown][] = [['as it is', sample], ...mutate(sample, [], sample)];
    expect(cases.length).toBeGreaterThan(10);
    const disagreements = cases.flatMap(([name, each]) => {
      const resource = each as FhirResource;
      const theirs = (complain(resource) ?? []).filter(({ severity }) => severity === 'error');
      const mine = check(resource).issues.filter(({ severity, id }) => severity === 'error' && !OURS_ALONE.has(id));
      if (mine.length > 0 === theirs.length > 0) return [];
      return [`${name}: ${[...mine.map((each) => each.id), '/', ...theirs.map((each) => each.message)].join(' ')}`];
    });
    expect(disagreements).toEqual([]);
  });
});

describe('the US Core definitions', () => {
  const version = { 'us-core-smokingstatus': '7.0.0' } as const;
  const US_CORE = 'http://hl7.org/fhir/us/core/StructureDefinition/';

  it.each([
    ['us-core-patient', SAMPLES.patient],
    ['us-core-blood-pressure', SAMPLES.bloodPressure],
    ['us-core-implantable-device', SAMPLES.device],
    ['us-core-smokingstatus', SAMPLES.smokingStatus],
  ])('reject nothing that is claimed: %s', async (profile, sample) => {
    const usCore = version[profile as keyof typeof version] ?? '6.1.0';
    const checkAll = await createChecker(checkData, { level: 'fast', usCore });
    const cases: [string, unknown][] = [['as it is', sample], ...mutate(sample, [], sample)];
    let rejected = 0;
    const falseClaims = cases.flatMap(([name, each]) => {
      const resource = each as FhirResource;
      const theirs = (complain(resource, US_CORE + profile) ?? []).filter(({ severity }) => severity === 'error');
      const isClaimed = checkAll(resource).profiles.includes(US_CORE + profile);
      if (name === 'as it is') expect([isClaimed, theirs]).toEqual([true, []]);
      rejected += theirs.length > 0 && !isClaimed ? 1 : 0;
      return isClaimed && theirs.length > 0 ? [`${name}: ${theirs.map(({ message }) => message)}`] : [];
    });
    expect(falseClaims).toEqual([]);
    expect(rejected).toBeGreaterThan(3);
  });
});
