import { readdirSync, readFileSync } from 'node:fs';
import type { FhirResource } from 'fhir/r4.js';
import { describe, expect, it } from 'vitest';
import { checkResource } from '../../src/check/api.js';
import { convert } from '../../src/convert.js';
import { MappingError } from '../../src/finding.js';
import { parseSource } from '../../src/map/yaml.js';
import { loadUpgrades } from '../../src/upgrade/table.js';
import { upgradeResource } from '../../src/upgrade/upgrade.js';
import { CASES } from './cases.js';

describe('upgradeResource', () => {
  it.each(CASES)('$name', async ({ old, now, from, findings }) => {
    const upgraded = upgradeResource(old as unknown as FhirResource);
    expect(upgraded.resource).toEqual(now);
    expect(upgraded.from).toBe(from);
    expect(upgraded.findings.map(({ code, path }) => `${code} ${path}`)).toEqual(findings ?? []);
    if (!upgraded.resource) return;
    const { issues } = await checkResource(upgraded.resource, { level: 'full', usCore: 'none' });
    expect(issues.filter(({ severity }) => severity === 'error')).toEqual([]);
    expect(upgradeResource(upgraded.resource).resource).toBe(upgraded.resource);
  });

  it('leaves every R4 resource alone', async () => {
    for (const name of readdirSync('samples').filter((file) => /^(ccd-r21-rich|c32|negations)\.xml$/.test(file)))
      for await (const event of convert(readFileSync(`samples/${name}`), { check: 'off' }))
        if (event.kind === 'resource') expect(upgradeResource(event.resource).resource).toBe(event.resource);
  });

  it('never tells a value of the record', () => {
    const secret = {
      resourceType: 'Observation',
      status: 'final',
      code: { text: 'SECRET' },
      comments: 7,
      odd: 'SECRET',
    };
    const { findings } = upgradeResource(secret as unknown as FhirResource);
    expect(findings).not.toEqual([]);
    expect(JSON.stringify(findings)).not.toContain('SECRET');
  });

  it('believes who knows the version', () => {
    const patient = { resourceType: 'Patient', name: [{ family: 'Lee' }] } as FhirResource;
    expect(upgradeResource(patient, { version: 'DSTU2' }).from).toBe('DSTU2');
    expect(upgradeResource(patient, { version: 'R4' }).resource).toBe(patient);
    const device = { resourceType: 'Device' } as FhirResource;
    expect(upgradeResource(device, { version: 'DSTU2' }).findings[0]?.code).toBe('upgrade-unsupported');
  });
});

describe('loadUpgrades', () => {
  it.each([
    ['an element R4 does not have', 'upgrade: Condition\nfrom: STU3\nrules:\n  context: { to: visit }', 4],
    ['a word it does not know', 'upgrade: Condition\nfrom: STU3\nrules:\n  context: { too: encounter }', 4],
    ['a version it does not know', 'upgrade: Condition\nfrom: R3', 1],
    ['a resource R4 does not have', 'upgrade: MedicationOrder\nfrom: DSTU2', 1],
    ['a constant for no element', 'upgrade: Condition\nfrom: STU3\nrules:\n  x:\n    values:\n      a: { y: z }', 6],
  ])('refuses %s, with its place', (_what, text, line) => {
    const load = () => loadUpgrades([parseSource('my.yaml', text)]);
    expect(load).toThrow(MappingError);
    expect(load).toThrow(`my.yaml:${line}:`);
  });
});
