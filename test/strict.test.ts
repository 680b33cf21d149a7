import { describe, expect, it } from 'vitest';
import { convert, type Event, InputError, lossReport, toBundle } from '../src/index.js';

const LOINC = '2.16.840.1.113883.6.1';
const section = (code: string, entry = ''): string => `
<component><section><code code="${code}" codeSystem="${LOINC}"/><title>Words</title><text>Words</text>
${entry && `<entry>${entry}</entry>`}</section></component>`;
const result = (status: string, template = '2.16.840.1.113883.10.20.22.4.2'): string =>
  `<observation classCode="OBS" moodCode="EVN"><templateId root="${template}"/><id root="1.2.3"/>
  <code code="718-7" codeSystem="${LOINC}" displayName="Hemoglobin"/><statusCode code="${status}"/>
  <effectiveTime value="20240102"/><value xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:type="PQ" value="13" unit="g/dL"/></observation>`;
const document = (body: string): string =>
  `<ClinicalDocument xmlns="urn:hl7-org:v3"><component><structuredBody>${body}</structuredBody></component></ClinicalDocument>`;

const SOUND = document(section('30954-2', result('completed')));
const UNKNOWN: readonly (readonly [what: string, code: string, line: number, source: string])[] = [
  ['a code', 'unknown-code', 4, document(section('30954-2', result('Zaphod')))],
  [
    'an entry',
    'unknown-template',
    3,
    document(section('30954-2', '<act classCode="ACT" moodCode="EVN"><code code="1"/></act>')),
  ],
  ['a template', 'unknown-template', 3, document(section('30954-2', result('completed', '9.9.9')))],
  ['a section', 'unknown-template', 2, document(section('99999-9'))],
];

async function collect(source: string): Promise<{ events: Event[]; error: unknown }> {
  const events: Event[] = [];
  try {
    for await (const event of convert(source, { strict: true, check: 'off' })) events.push(event);
  } catch (error) {
    return { events, error };
  }
  return { events, error: undefined };
}

describe('strict', () => {
  it('takes a document all of which is known', async () => {
    expect((await collect(SOUND)).error).toBeUndefined();
  });

  it.each(UNKNOWN)('refuses a document with %s nobody knows, after its last event', async (_, code, line, source) => {
    const { events, error } = await collect(source);
    expect(error).toBeInstanceOf(InputError);
    expect(error).toMatchObject({ code, line });
    expect(String(error)).not.toContain('Zaphod');
    expect(events.at(-1)?.kind).toBe('end');
    await expect(toBundle(convert(source, { strict: true }), { format: 'collection' })).rejects.toMatchObject({ code });
  });

  it.each(UNKNOWN)('still reports on a document with %s nobody knows', async (_, __, ___, source) => {
    const { findings } = await lossReport(convert(source, { strict: true, check: 'off' }));
    expect(findings.some(({ severity }) => severity === 'error')).toBe(true);
    expect(
      (await lossReport(convert(source, { check: 'off' }))).findings.some(({ severity }) => severity === 'error'),
    ).toBe(false);
  });
});
