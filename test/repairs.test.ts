import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type ConvertOptions, convert, type Event, REPAIRS, type RepairName } from '../src/index.js';

const NAMES = Object.keys(REPAIRS) as RepairName[];
const XMLNS = 'xmlns="urn:hl7-org:v3" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"';
const document = (content: string) => `<ClinicalDocument ${XMLNS}>\n${content}\n</ClinicalDocument>`;
const observation = (value: string, time = '20240102') => `
  <component><structuredBody><component><section><code code="30954-2" codeSystem="2.16.840.1.113883.6.1"/>
  <entry><observation classCode="OBS" moodCode="EVN"><templateId root="2.16.840.1.113883.10.20.22.4.2"/><id root="1.2.3"/>
  <code code="718-7" codeSystem="2.16.840.1.113883.6.1" displayName="Hemoglobin"/><statusCode code="completed"/>
  <effectiveTime value="${time}"/>${value}</observation></entry></section></component></structuredBody></component>`;

/** A document that needs the repair, and the line where. */
const CASES: Readonly<Record<RepairName, readonly [source: string | Uint8Array, line: number]>> = {
  'bare-ampersand': [document('<title>A & B</title>'), 2],
  'unknown-entity': [document('<title>A&nbsp;B</title>'), 2],
  'raw-less-than': [document('<title>A < B</title>'), 2],
  'broken-tag': [document('<title/>\n<code code=34133-9 codeSystem="1.2.3"/>'), 3],
  'end-tag': [document('<title>A</tite>\n<languageCode code="en"/>'), 2],
  'forbidden-character': [document('<title>A\u0001B</title>'), 2],
  'stray-content': [`${document('<title>A</title>')}\n<more/>`, 4],
  'truncated-document': [`<ClinicalDocument ${XMLNS}>\n<title>A`, 2],
  'invalid-encoding': [new Uint8Array([...new TextEncoder().encode(document('<title>\u00c4')), 0xff, 0x3c, 0x2f]), 3],
  'wrong-encoding': [new Uint8Array([...new TextEncoder().encode(document('<title>A')), 0xc4, 0x3c, 0x2f]), 3],
  'missing-namespace': ['<ClinicalDocument>\n<title>A</title></ClinicalDocument>', 1],
  'undeclared-prefix': [document('<title>A</title><sdtc:category code="x"/>'), 2],
  'document-fragment': ['<section xmlns="urn:hl7-org:v3"><title>A</title></section>', 1],
  'late-header': [
    document(
      '<component><structuredBody><component><section/></component></structuredBody></component>\n<title>A</title>',
    ),
    3,
  ],
  'missing-xsi-type': [document(observation('<value value="13.1" unit="g/dL"/>')), 6],
  'wrong-xsi-type': [document(observation('<value xsi:type="CD" value="13.1" unit="g/dL"/>')), 6],
  'sentinel-date': [document(observation('<value xsi:type="PQ" value="1" unit="g/dL"/>', '00010101')), 6],
};
const OF_VALUES = ['missing-xsi-type', 'wrong-xsi-type', 'sentinel-date'];

async function run(source: string | Uint8Array, options: ConvertOptions = {}) {
  const events: Event[] = [];
  for await (const event of convert(source, { check: 'off', ...options })) events.push(event);
  const findings = events.flatMap((event) => (event.kind === 'finding' ? [event.finding] : []));
  const made = events.flatMap((event) => (event.kind === 'resource' ? [event.resource] : []));
  return { findings, observation: made.find(({ resourceType }) => resourceType === 'Observation') };
}

const without = (name: RepairName) => NAMES.filter((other) => other !== name);

describe.each(NAMES)('the repair %s', (name) => {
  const [source, line] = CASES[name];
  it('is a finding where it is made', async () => {
    const { findings } = await run(source);
    expect(findings.filter(({ repair }) => repair === name)).toMatchObject([{ line }]);
  });

  it('is not made when it is switched off', async () => {
    const attempt = run(source, { repairs: without(name) });
    if (OF_VALUES.includes(name))
      expect((await attempt).findings.filter(({ repair }) => repair !== undefined)).toEqual([]);
    else {
      await expect(attempt).rejects.toMatchObject({ name: 'InputError', code: 'repair-refused', line });
      await expect(attempt).rejects.toThrow(name);
    }
  });

  it('is explained in docs/checks.md', () => {
    const page = readFileSync(join(import.meta.dirname, '../docs/checks.md'), 'utf8');
    expect(page).toContain(`| \`${name}\` | ${REPAIRS[name]} |`);
  });
});

describe('repairs of values', () => {
  it('infer the type that is missing or cannot be', async () => {
    for (const name of ['missing-xsi-type', 'wrong-xsi-type'] as const)
      expect((await run(CASES[name][0])).observation).toMatchObject({ valueQuantity: { value: 13.1, code: 'g/dL' } });
    const coded = document(observation('<value xsi:type="PQ" code="X" codeSystem="1.2.3.4.5" displayName="x"/>'));
    expect((await run(coded)).observation).toMatchObject({ valueCodeableConcept: { text: 'x' } });
  });

  it('that are not made leave the value out, or take it as it stands', async () => {
    const missing = await run(CASES['missing-xsi-type'][0], { repairs: without('missing-xsi-type') });
    expect(missing.observation).not.toHaveProperty('valueQuantity');
    expect(missing.findings.map(({ code }) => code)).toContain('type-unsupported');
    const wrong = await run(CASES['wrong-xsi-type'][0], { repairs: without('wrong-xsi-type') });
    expect(wrong.observation).not.toHaveProperty('valueQuantity');
    const old = await run(CASES['sentinel-date'][0], { repairs: without('sentinel-date') });
    expect(old.observation).toMatchObject({ effectiveDateTime: '0001-01-01' });
    expect((await run(CASES['sentinel-date'][0])).observation).not.toHaveProperty('effectiveDateTime');
  });

  it('leave a declared type alone that can be', async () => {
    const flavored = document(observation('<value xsi:type="CD" nullFlavor="UNK" value="1"/>'));
    expect((await run(flavored)).findings.filter(({ repair }) => repair)).toEqual([]);
  });
});

it('a sound document needs no repair', async () => {
  const sample = readFileSync(join(import.meta.dirname, '../samples/ccd-r21-rich.xml'));
  const { findings } = await run(sample, { repairs: [] });
  expect(findings.filter(({ repair }) => repair)).toEqual([]);
});
