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
  ])('%s', async (_what, source) => {
    const { cpuSeconds, loss } = await endingOf(source);
    expect(loss?.leaves.copied).toBeGreaterThan(COUNT);
    expect(cpuSeconds).toBeLessThan(SECONDS);
  });
});
