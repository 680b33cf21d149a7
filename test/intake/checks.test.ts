import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { check, convert, loadChecks, lossReport } from '../../src/index.js';
import { RULE_WORDS, SEVERITIES } from '../../src/intake/checks.js';

const folder = mkdtempSync(join(tmpdir(), 'checks-'));
afterAll(() => rmSync(folder, { recursive: true }));

let files = 0;
const write = (text: string): string => {
  const file = join(folder, `own-${files++}.yaml`);
  writeFileSync(file, text);
  return file;
};
const load = (text: string) => loadChecks(write(text));

const OWN = `invariants:
  - id: acme-identifier
    on: Patient
    expression: identifier.where(system = 'urn:acme').exists()
  - id: acme-birth
    on: Patient.birthDate
    severity: warning
    expression: $this.matches('^19')
    source: https://example.org/rules#birth
  - id: acme-component
    on: Observation.component
    severity: information
    trigger: [value]
    expression: interpretation.exists()
`;
const patient = {
  resourceType: 'Patient',
  id: 'p',
  text: { status: 'generated', div: '<div xmlns="http://www.w3.org/1999/xhtml">A patient.</div>' },
  birthDate: '2001-02-03',
} as const;

describe('checks of the user', () => {
  it.each(['fast', 'full'] as const)('run at level %s, beside the shipped ones', async (level) => {
    const checks = await load(OWN);
    const { issues } = await check(patient, { level, usCore: 'none', checks });
    expect(issues.filter(({ id }) => id.startsWith('acme'))).toEqual([
      { id: 'acme-birth', severity: 'warning', target: 'Patient.birthDate', source: 'https://example.org/rules#birth' },
      {
        id: 'acme-identifier',
        severity: 'error',
        target: 'Patient',
        source: expect.stringMatching(/own-\d+\.yaml:2$/),
      },
    ]);
    const ours = { ...patient, birthDate: '1999', identifier: [{ system: 'urn:acme', value: '1' }] };
    expect((await check(ours, { level, usCore: 'none', checks })).issues).toEqual([]);
    expect((await check(patient, { level, usCore: 'none' })).issues).toEqual([]);
  });

  it('matter only where a trigger is present', async () => {
    const checks = await load(OWN);
    const code = { text: 'x' };
    const observation = { resourceType: 'Observation', status: 'final', code } as const;
    const check1 = async (component: object) =>
      (await check({ ...observation, component: [{ code, ...component }] }, { usCore: 'none', checks })).issues;
    expect(await check1({ dataAbsentReason: { text: 'x' } })).toEqual([]);
    expect((await check1({ valueString: 'x' })).map(({ id }) => id)).toEqual(['acme-component']);
  });

  it('are findings of a conversion', async () => {
    const sample = readFileSync(join(import.meta.dirname, '../../samples/ccd-r21-rich.xml'));
    const { findings } = await lossReport(convert(sample, { checks: await load(OWN) }));
    expect(findings.filter(({ rule }) => rule === 'acme-identifier')).toMatchObject([
      { code: 'check-failed', severity: 'error', target: 'Patient' },
    ]);
  });

  it('that cannot be evaluated on a resource do not hold for it', async () => {
    const checks = await load(`invariants: [{ id: one, on: Patient, expression: "name.given.single() = 'Ann'" }]`);
    const { issues } = await check(
      { ...patient, name: [{ given: ['Ann', 'Bea'] }] },
      { level: 'fast', usCore: 'none', checks },
    );
    expect(issues.map(({ id }) => id)).toEqual(['one']);
  });
});

const rule = (words: string): string => `# a comment\ninvariants:\n  - id: a\n    ${words}\n`;

describe('a file of checks', () => {
  it.each([
    ['invariants:\n  - on: Patient\n    expression: x', 2, 'the rule has no id'],
    [rule('on: Patient'), 3, 'the rule has no expression'],
    [rule('expression: x'), 3, 'the rule has no on'],
    [rule('on: Patent\n    expression: x'), 3, 'no type Patent'],
    [rule('on: Patient.birthdate\n    expression: x'), 3, 'Patient has no element birthdate'],
    [rule('on: Observation.value\n    expression: x'), 3, 'value[x]'],
    [rule('on: Patient\n    expression: name.exists('), 3, 'not FHIRPath'],
    [rule('on: Patient\n    expression: name.exist()'), 3, 'not FHIRPath'],
    [rule('on: Patient\n    expression: link.other.resolve().exists()'), 3, 'a check sees one'],
    [rule('on: Patient\n    severity: fatal\n    expression: x'), 3, 'severity fatal is none of'],
    [rule('on: Patient\n    when: x\n    expression: x'), 3, 'unknown word when'],
    [rule('on: Patient\n    trigger: [nome]\n    expression: x'), 3, 'trigger'],
    [
      `${rule('on: Patient\n    expression: x')}  - id: a\n    on: Patient\n    expression: x`,
      6,
      'there is a rule a on Patient already',
    ],
    ['profiles: []', 1, 'unknown word profiles'],
    ['invariants: x', 1, 'must hold a list'],
    ['invariants: [x]', 1, 'a rule is a map'],
    ['invariants: {', 1, ''],
  ])('%j is refused with file and line', async (text, line, message) => {
    const error = await load(text).catch((problem: unknown) => problem);
    expect(error).toMatchObject({ name: 'MappingError', line });
    expect(String(error)).toContain(`own-${files - 1}.yaml:${line}: `);
    expect(String(error)).toContain(message);
  });

  it('is what the schema says', async () => {
    const path = join(import.meta.dirname, '../../mappings/checks.schema.json');
    const { items } = JSON.parse(readFileSync(path, 'utf8')).properties.invariants;
    expect(Object.keys(items.properties).sort()).toEqual([...RULE_WORDS].sort());
    expect(items.properties.severity.enum).toEqual(SEVERITIES);
    for (const word of items.required)
      await expect(load(`invariants:\n  - { ${word}x: y }`)).rejects.toThrow('unknown word');
  });

  it('may be the shipped one', async () => {
    const own = await loadChecks(join(import.meta.dirname, '../../mappings/checks.yaml'));
    expect(own.invariants.length).toBeGreaterThan(50);
    expect(readdirSync(join(import.meta.dirname, '../../mappings'))).toContain('checks.schema.json');
  });
});
