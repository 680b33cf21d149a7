/** Very many of one thing where a few are usual: time must follow their number, not its square. */
import { describe, expect, it } from 'vitest';
import { endingOf } from './read.js';

const COUNT = 40_000;
/** Processor seconds; what is quadratic takes several times as many. */
const SECONDS = 6;

const repeat = (make: (index: number) => string): string => Array.from({ length: COUNT }, (_, n) => make(n)).join('');

const withPatient = (
  inside: string,
  statement = '',
) => `<ClinicalDocument xmlns="urn:hl7-org:v3" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
  <id root="2.16.840.1.113883.19.5.99" extension="many"/><code code="34133-9" codeSystem="2.16.840.1.113883.6.1"/>
  <effectiveTime value="20200203"/>
  <recordTarget><patientRole><id root="2.16.840.1.113883.19.6" extension="p-1"/>${inside}</patientRole></recordTarget>
  <component><structuredBody><component><section><code code="30954-2" codeSystem="2.16.840.1.113883.6.1"/><text>x</text>
  ${statement}</section></component></structuredBody></component></ClinicalDocument>`;

const withObservation = (code: string, inside = ''): string =>
  withPatient(
    '',
    `<entry><observation classCode="OBS" moodCode="EVN"><id root="2.16.840.1.113883.19.5.3" extension="o"/>
    <code code="718-7" codeSystem="2.16.840.1.113883.6.1">${code}</code><statusCode code="completed"/>
    <effectiveTime value="20200201"/><value xsi:type="PQ" value="1" unit="g"/>${inside}</observation></entry>`,
  );

describe(`${COUNT} times`, { timeout: 240_000 }, () => {
  it.each([
    ['a translation', withObservation(repeat((n) => `<translation code="${n}" codeSystem="2.16.840.1.113883.6.96"/>`))],
    [
      'an interpretation',
      withObservation(
        '',
        repeat((n) => `<interpretationCode code="${n}" codeSystem="2.16.840.1.113883.5.83"/>`),
      ),
    ],
    ['a number to call', withPatient(repeat((n) => `<telecom value="tel:${n}"/>`))],
    ['an identifier', withPatient(repeat((n) => `<id root="2.16.840.1.113883.19.7" extension="${n}"/>`))],
    ['a name of the patient', withPatient(`<patient>${repeat((n) => `<name><given>${n}</given></name>`)}</patient>`)],
  ])('%s', async (_what, source) => {
    const { cpuSeconds, loss } = await endingOf(source);
    expect(loss?.leaves.copied).toBeGreaterThan(COUNT);
    expect(cpuSeconds).toBeLessThan(SECONDS);
  });
});

describe('a long part of the narrative', { timeout: 120_000 }, () => {
  it('is not copied without end into what refers to it', async () => {
    const words = `<text><content ID="r">${repeat((n) => `<content ID="w${n}">word</content> `)}</content></text>`;
    const entry = (n: number): string => `<entry><observation classCode="OBS" moodCode="EVN">
      <id root="2.16.840.1.113883.19.5.3" extension="o${n}"/><code code="718-7" codeSystem="2.16.840.1.113883.6.1"/>
      <text><reference value="#r"/></text><statusCode code="completed"/></observation></entry>`;
    const entries = Array.from({ length: 500 }, (_, n) => entry(n)).join('');
    const { cpuSeconds, resources, loss } = await endingOf(withPatient('', entries).replace('<text>x</text>', words));
    expect(loss?.findings.map(({ code }) => code)).toContain('narrative-repeated');
    expect(resources.join('').length).toBeLessThan(40 * 1024 * 1024);
    expect(resources.filter((one) => one.includes('"Observation"')).length).toBeGreaterThanOrEqual(500);
    expect(cpuSeconds).toBeLessThan(20);
  });
});

/** The most statements a statement may have in it, each looking at all the others: this is what a byte may cost. */
describe('1000 statements in one', { timeout: 120_000 }, () => {
  const within = (inside: string): string =>
    withPatient(
      '',
      `<entry><act classCode="ACT" moodCode="EVN"><templateId root="2.16.840.1.113883.10.20.22.4.3"/>
      <code code="CONC" codeSystem="2.16.840.1.113883.5.6"/><statusCode code="active"/>${inside}</act></entry>`,
    );
  const problem = (n: number): string =>
    `<entryRelationship typeCode="SUBJ"><observation classCode="OBS" moodCode="EVN">
    <templateId root="2.16.840.1.113883.10.20.22.4.4"/><id root="2.16.840.1.113883.19.5.5" extension="p${n}"/>
    <code code="55607006" codeSystem="2.16.840.1.113883.6.96"/><statusCode code="completed"/>
    <value xsi:type="CD" code="${1000 + n}" codeSystem="2.16.840.1.113883.6.96"/></observation></entryRelationship>`;
  const problems = (count: number): string => Array.from({ length: count }, (_, n) => problem(n)).join('');

  it('are read in bounded time', async () => {
    const { cpuSeconds, resources } = await endingOf(within(problems(1000)));
    expect(resources.filter((one) => one.includes('"Condition"')).length).toBeGreaterThanOrEqual(1000);
    expect(cpuSeconds).toBeLessThan(20);
  });

  it('are the most: one more is refused, with its place', async () => {
    const { refused, line, column } = await endingOf(within(problems(1001)));
    expect([refused, line, column]).toEqual(['limit-related', expect.any(Number), expect.any(Number)]);
  });
});
