import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import type { Observation, Patient, Provenance } from 'fhir/r4.js';
import { describe, expect, it } from 'vitest';
import { generate } from '../../bench/generate-apple.js';
import { appleFiles, CDA, EXPORT } from '../../scripts/apple-archive.js';
import { convert } from '../../src/convert.js';
import type { Event, LossReport } from '../../src/event.js';
import { nameId } from '../../src/fhir/ids.js';
import { type ApplePart, convertAppleHealth } from '../../src/intake/apple/convert.js';
import { multiplyDecimal, shiftDecimal } from '../../src/intake/apple/decimal.js';
import { readDevice } from '../../src/intake/apple/device.js';
import { withoutDoctype } from '../../src/intake/apple/prologue.js';
import { createTimes } from '../../src/intake/apple/time.js';
import type { OutputOptions } from '../../src/intake/output/output.js';
import { createSeen } from '../../src/intake/output/seen.js';
import { lossReport } from '../../src/report/loss.js';
import { toNdjson } from '../../src/write/ndjson.js';

async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
}

const encoder = new TextEncoder();

async function* bytes(text: string, size = 1000): AsyncGenerator<Uint8Array> {
  const all = encoder.encode(text);
  for (let from = 0; from < all.length; from += size) yield all.subarray(from, from + size);
}

const part = (kind: ApplePart['kind'], content: string, name: string = kind): ApplePart => ({
  kind,
  name,
  open: () => bytes(content),
});

const wholeExport = (): ApplePart[] =>
  Object.entries(appleFiles()).map(([name, content]) =>
    part(name.endsWith('.json') ? 'record' : name.endsWith('_cda.xml') ? 'cda' : 'export', content, name),
  );

async function read(
  parts: readonly ApplePart[],
  options: OutputOptions = {},
): Promise<{ events: Event[]; loss: LossReport; observations: Observation[] }> {
  const events = await collect(convertAppleHealth(parts, options));
  const end = events.at(-1);
  if (end?.kind !== 'end') throw new Error('no report');
  const observations = events.flatMap((event) =>
    event.kind === 'resource' && event.resource.resourceType === 'Observation' ? [event.resource] : [],
  );
  return { events, loss: end.loss, observations };
}

const health = (records: string): string => `<HealthData>${records}</HealthData>`;
const record = (type: string, value: string, unit: string, more = ''): string =>
  `<Record type="HKQuantityTypeIdentifier${type}" sourceName="Health" unit="${unit}" startDate="2023-03-01 08:00:00 -0500" endDate="2023-03-01 08:00:00 -0500" value="${value}" ${more}/>`;
const only = async (records: string) => read([part('export', health(records))]);
const withCode = (observations: readonly Observation[], code: string): Observation[] =>
  observations.filter((one) => one.code.coding?.some((coding) => coding.code === code));

describe('a whole Apple Health export', () => {
  it('becomes what the golden file says', async () => {
    const events = await collect(convertAppleHealth(wholeExport(), { name: 'export.zip' }));
    const lines = await collect(
      toNdjson(
        (async function* () {
          yield* events;
        })(),
      ),
    );
    const loss = events.at(-1);
    const { engine: _, ...report } = loss?.kind === 'end' ? loss.loss : ({} as LossReport);
    const text = `${lines.join('')}${JSON.stringify(report, null, 1)}\n`;
    const file = 'test/intake/golden/apple-health.txt';
    if (process.env.UPDATE) {
      mkdirSync('test/intake/golden', { recursive: true });
      writeFileSync(file, text);
    }
    expect(text).toBe(readFileSync(file, 'utf8'));
  });

  it('has one person, with the name only the CDA says', async () => {
    const { events } = await read(wholeExport());
    const patients = events.flatMap((event) =>
      event.kind === 'resource' && event.resource.resourceType === 'Patient' ? [event.resource as Patient] : [],
    );
    expect(patients.filter(({ birthDate }) => birthDate)).toMatchObject([
      { name: [{ text: 'Robin Sample' }], gender: 'female', birthDate: '1970-01-31' },
    ]);
  });

  it('writes a sample once that stands in both files, and no reference that leads nowhere', async () => {
    const { events, observations } = await read(wholeExport());
    expect(withCode(observations, '8867-4')).toHaveLength(1);
    expect(withCode(observations, '59408-5').map((one) => one.valueQuantity?.value)).toEqual([97.5, 96]);
    const ids = new Set(
      events.map((event) => event.kind === 'resource' && `${event.resource.resourceType}/${event.resource.id}`),
    );
    const references = JSON.stringify(events).match(/"reference":"[^"]+"/g) ?? [];
    const dangling = references.map((text) => text.slice(13, -1)).filter((one) => !ids.has(one));
    // What is on the hospitals' servers only keeps to them.
    expect(new Set(dangling)).toEqual(
      new Set(['https://fhir.example.org/r4/Encounter/e-9', 'https://old.example.org/dstu2/Patient/p-7']),
    );
  });

  it('joins clinical records with who gave them, and brings DSTU2 to R4', async () => {
    const { events, loss } = await read(wholeExport());
    const resources = events.flatMap((event) => (event.kind === 'resource' ? [event.resource] : []));
    const allergy = resources.find(({ resourceType }) => resourceType === 'AllergyIntolerance');
    expect(allergy).toMatchObject({
      meta: { source: 'https://old.example.org/dstu2/AllergyIntolerance/a-1' },
      clinicalStatus: { coding: [{ code: 'active' }] },
      code: { text: 'Penicillin G' },
    });
    const origins = resources.filter(({ resourceType }) => resourceType === 'Provenance') as Provenance[];
    expect(
      origins.map(({ agent: [agent], recorded, target }) => [agent?.who.display, recorded, target.length]),
    ).toEqual([
      ['General Hospital', '2023-04-01T10:00:00+02:00', 2],
      ['Old Clinic', '2019-04-01T10:00:00+02:00', 1],
    ]);
    expect((await collect(toNdjson(convertAppleHealth(wholeExport())))).join('')).toContain('"value":13.0,');
    expect(loss.sections).toContainEqual({
      path: 'ClinicalRecord[Condition]',
      line: expect.any(Number),
      statements: 1,
      converted: 0,
    });
  });

  it('counts every type in and out, the unmapped by name', async () => {
    const { loss } = await read(wholeExport());
    expect(loss.sections).toContainEqual(
      expect.objectContaining({ path: 'Record[HKQuantityTypeIdentifierBodyMass]', statements: 3, converted: 1 }),
    );
    expect(loss.sections).toContainEqual(
      expect.objectContaining({
        path: 'Record[HKQuantityTypeIdentifierHeadphoneAudioExposure]',
        statements: 1,
        converted: 0,
      }),
    );
    expect(loss.lost).toContainEqual(
      expect.objectContaining({ reason: 'unread', path: 'Record[HKQuantityTypeIdentifierHeadphoneAudioExposure]' }),
    );
    const { total, ...states } = loss.leaves;
    expect(Object.values(states).reduce((sum, count) => sum + count, 0)).toBe(total);
  });

  it('puts no value into the report unless asked', async () => {
    const secrets = ['whatever', 'heavy', 'yesterday', 'Robin', 'com.example'];
    const { loss } = await read(wholeExport());
    for (const secret of secrets) expect(JSON.stringify(loss)).not.toContain(secret);
  });
});

describe('a record', () => {
  it.each([
    [
      'BodyMass',
      '71.50',
      'kg',
      '29463-7',
      '"value":71.50,"unit":"kg","system":"http://unitsofmeasure.org","code":"kg"',
    ],
    [
      'BodyMass',
      '150',
      'lb',
      '29463-7',
      '"value":150,"unit":"lb","system":"http://unitsofmeasure.org","code":"[lb_av]"',
    ],
    ['Height', '1.68', 'm', '8302-2', '"value":168,"unit":"cm","system":"http://unitsofmeasure.org","code":"cm"'],
    [
      'Height',
      '5.75',
      'ft',
      '8302-2',
      '"value":69.00,"unit":"in","system":"http://unitsofmeasure.org","code":"[in_i]"',
    ],
    ['OxygenSaturation', '0.970', '%', '2708-6', '"value":97.0,"unit":"%"'],
    ['OxygenSaturation', '97', '%', '2708-6', '"value":97,"unit":"%"'],
    ['OxygenSaturation', '1', '%', '2708-6', '"value":100,"unit":"%"'],
    ['BloodGlucose', '99', 'mg/dL', '2339-0', '"code":"mg/dL"'],
    ['BloodGlucose', '5.4', 'mmol&lt;180.15588000005408&gt;/L', '15074-8', '"value":5.4,"unit":"mmol/L"'],
    ['StepCount', '1234', 'count', '55423-8', '"code":"{steps}"'],
  ])('%s %s %s is told exactly', async (type, value, unit, loinc, quantity) => {
    const parts = [part('export', health(record(type, value, unit)))];
    const lines = (await collect(toNdjson(convertAppleHealth(parts)))).join('');
    expect(lines).toContain(quantity);
    expect(lines).toContain(`"system":"http://loinc.org","code":"${loinc}"`);
    expect(lines).toContain('"effectiveDateTime":"2023-03-01T08:00:00-05:00"');
  });

  it.each([
    ['HeartRate', '62', 'count/min', 'us-core-heart-rate'],
    ['BodyMass', '71', 'kg', 'us-core-body-weight'],
    ['Height', '168', 'cm', 'us-core-body-height'],
    ['OxygenSaturation', '0.97', '%', 'us-core-pulse-oximetry'],
    ['BodyTemperature', '37', 'degC', 'us-core-body-temperature'],
    ['RespiratoryRate', '14', 'count/min', 'us-core-respiratory-rate'],
    ['BodyMassIndex', '25', 'count', 'us-core-bmi'],
  ])('%s satisfies its vital signs profile', async (type, value, unit, profile) => {
    const { observations } = await only(record(type, value, unit));
    expect(observations[0]?.meta?.profile).toContain(`http://hl7.org/fhir/us/core/StructureDefinition/${profile}`);
  });

  it('of 2015 with other names and broken attributes is read', async () => {
    const old =
      '<Record type="HKQuantityTypeIdentifierBodyFatPercentage" source="Scale" unit="%" startDate="20150616071820-0700" endDate="20150616071820-0700" Health Mate App Version="2.6.0" value="0.215"/>';
    const { observations, loss } = await only(old);
    expect(observations[0]).toMatchObject({
      effectiveDateTime: '2015-06-16T07:18:20-07:00',
      valueQuantity: { value: 21.5 },
    });
    expect(loss.findings.map(({ code }) => code)).toContain('xml-malformed');
  });

  it('whose type is no name of Apple is reported without it', async () => {
    const { loss } = await only(record('HeartRate', '1', 'x').replace('HKQuantityTypeIdentifierHeartRate', 'Jane Doe'));
    expect(loss.sections).toEqual([{ path: 'Record[other]', line: 1, statements: 1, converted: 0 }]);
  });

  it('is not fooled by names every object has', async () => {
    const entry = '<MetadataEntry key="HKMetadataKeyHeartRateMotionContext" value="constructor"/>';
    const me = '<Me __proto__="x" constructor="y"/>';
    const { observations, loss } = await only(
      me +
        record('HeartRate', '62', 'count/min').replace('/>', `>${entry}</Record>`) +
        record('constructor', '1', 'toString'),
    );
    expect(observations).toHaveLength(1);
    expect(observations[0]?.component).toBeUndefined();
    expect(loss.leaves.lost).toBeGreaterThanOrEqual(2);
    expect(loss.sections.map(({ converted }) => converted)).toEqual([1, 0]);
  });

  it('twice in a file is written once', async () => {
    const { observations, loss } = await only(record('HeartRate', '62', 'count/min').repeat(2));
    expect(observations).toHaveLength(1);
    expect(loss.sections[0]).toMatchObject({ statements: 2, converted: 2 });
  });
});

describe('blood pressure', () => {
  const pair = record('BloodPressureSystolic', '121', 'mmHg') + record('BloodPressureDiastolic', '79', 'mmHg');
  const correlation = (inner: string): string =>
    `<Correlation type="HKCorrelationTypeIdentifierBloodPressure" sourceName="Health" startDate="2023-03-01 08:00:00 -0500" endDate="2023-03-01 08:00:00 -0500"><MetadataEntry key="HKWasUserEntered" value="1"/>${inner}</Correlation>`;
  const values = (one: Observation | undefined): unknown[] =>
    (one?.component ?? []).map(
      ({ valueQuantity, dataAbsentReason }) => valueQuantity?.value ?? dataAbsentReason?.coding?.[0]?.code,
    );

  it.each([
    ['two records', pair],
    ['a correlation alone', correlation(pair)],
    ['records, then their correlation', pair + correlation(pair)],
    ['a correlation, then its records', correlation(pair) + pair],
    ['a correlation twice', correlation(pair) + correlation(pair)],
  ])('of %s is one Observation', async (_, xml) => {
    const { observations } = await only(xml);
    expect(observations).toHaveLength(1);
    expect(values(observations[0])).toEqual([121, 79]);
    expect(observations[0]?.meta?.profile).toContain(
      'http://hl7.org/fhir/us/core/StructureDefinition/us-core-blood-pressure',
    );
  });

  it('of two readings in one minute is paired as the correlations say', async () => {
    const other = record('BloodPressureSystolic', '140', 'mmHg') + record('BloodPressureDiastolic', '90', 'mmHg');
    const { observations } = await only(pair + other + correlation(other) + correlation(pair));
    expect(observations.map(values)).toEqual([
      [140, 90],
      [121, 79],
    ]);
  });

  it('of several readings nobody paired is not paired by guess', async () => {
    const { observations } = await only(pair + record('BloodPressureSystolic', '140', 'mmHg'));
    expect(observations.map(values)).toEqual([
      [121, 'unknown'],
      [140, 'unknown'],
      ['unknown', 79],
    ]);
  });
});

describe('export_cda.xml', () => {
  it('is read over several roots, an opening tag that is missing and one id for all', async () => {
    const broken = CDA.replace('<component>\n <section>', '');
    for (const text of [CDA, broken, `${CDA}${CDA}`]) {
      const { observations, loss } = await read([part('cda', text)]);
      expect(observations.map((one) => one.code.text)).toEqual([
        'Heart rate',
        'Oxygen saturation in Arterial blood',
        'Respiratory rate',
      ]);
      expect(loss.complete).toBe(true);
    }
  });

  it('counts the leaves the general reader counts', async () => {
    const text = CDA.slice(0, CDA.indexOf('</ClinicalDocument>') + 19);
    const { loss } = await read([part('cda', text)]);
    expect(loss.leaves.total).toBe((await lossReport(convert(text))).leaves.total);
  });

  it.each([
    ['negationInd="true"', 'moodCode="EVN">\n     <templateId', 'moodCode="EVN" negationInd="true">\n     <templateId'],
    ['another mood', 'moodCode="EVN">\n     <templateId', 'moodCode="GOL">\n     <templateId'],
    ['another status', '</text>\n     <statusCode code="completed"/>', '</text>\n     <statusCode code="nullified"/>'],
  ])('withholds samples with %s', async (_, from, to) => {
    const { observations, loss } = await read([part('cda', CDA.replaceAll(from, to))]);
    expect(observations).toEqual([]);
    expect(loss.sections.every(({ converted }) => converted === 0)).toBe(true);
  });

  it('keeps the code the file gives for a type without mapping', async () => {
    const text = CDA.replaceAll('HKQuantityTypeIdentifierRespiratoryRate', 'HKQuantityTypeIdentifierNew').replaceAll(
      '9279-1',
      '1234-5',
    );
    const { observations } = await read([part('cda', text)]);
    expect(withCode(observations, '1234-5')).toHaveLength(1);
  });
});

describe('ids', () => {
  const idsOf = async (parts: readonly ApplePart[]) => (await read(parts)).observations.map(({ id }) => id);

  it('do not depend on chunks, device addresses, or later samples', async () => {
    const base = await idsOf([part('export', EXPORT)]);
    const later = EXPORT.replaceAll('0x281e4e580', '0x1').replace(
      '</HealthData>',
      `${record('HeartRate', '80', 'count/min')}</HealthData>`,
    );
    const again = await idsOf([{ kind: 'export', name: 'x', open: () => bytes(later, 7) }]);
    expect(again).toEqual(expect.arrayContaining(base));
  });

  it('of two people with one birthday and sex are different', async () => {
    const me = '<Me HKCharacteristicTypeIdentifierDateOfBirth="1970-01-31"/>';
    const one = await read([part('export', health(me + record('BodyMass', '71', 'kg')))]);
    const other = await read([
      part('export', health(me + record('BodyMass', '71', 'kg').replaceAll('2023-', '2022-'))),
    ]);
    expect(one.observations[0]?.subject).not.toEqual(other.observations[0]?.subject);
  });
});

describe('the document type', () => {
  const strip = async (text: string, size = 10): Promise<string> =>
    Buffer.concat(await collect(withoutDoctype(bytes(text, size)))).toString();

  it('of Apple is taken off, lines stay', async () => {
    const text = await strip(EXPORT);
    expect(text).not.toContain('DOCTYPE');
    expect(text.split('\n').length).toBe(EXPORT.split('\n').length);
    expect(text.slice(text.indexOf('<HealthData'))).toBe(EXPORT.slice(EXPORT.indexOf('<HealthData locale')));
  });

  it.each([
    '<!DOCTYPE HealthData [<!ENTITY a "b">]><HealthData/>',
    '<!DOCTYPE HealthData [<!ENTITY % a SYSTEM "file:///etc/passwd"> %a;]><HealthData/>',
    '<!DOCTYPE HealthData SYSTEM "http://example.org/x.dtd"><HealthData/>',
    '<!DOCTYPE HealthData SYSTEM "x.dtd" [ <!ELEMENT a EMPTY> ]><HealthData/>',
    '<!DOCTYPE other [ <!ELEMENT other EMPTY> ]><HealthData/>',
    '<!DOCTYPE HealthData [ <!ELEMENT a EMPTY> ]><!DOCTYPE HealthData [<!ENTITY a "b">]><HealthData/>',
    `<!DOCTYPE HealthData [ ${' '.repeat(2_000_000)} ]><HealthData/>`,
    '<!DOCTYPE HealthData [ <!ELEMENT a EMPTY>',
  ])('%.60s is refused', async (text) => {
    await expect(read([part('export', text)])).rejects.toMatchObject({ code: 'doctype-refused' });
  });

  it('without one needs nothing', async () => {
    expect(await strip('<?xml version="1.0"?><HealthData/>')).toBe('<?xml version="1.0"?><HealthData/>');
    expect(await strip('')).toBe('');
  });
});

describe('parts', () => {
  it('shift and multiply decimals exactly', () => {
    expect(['0.975', '1', '0.07', '-0.5', '12.345'].map((text) => shiftDecimal(text, 2))).toEqual([
      '97.5',
      '100',
      '7',
      '-50',
      '1234.5',
    ]);
    expect(['5.75', '0.1', '6'].map((text) => multiplyDecimal(text, 12))).toEqual(['69.00', '1.2', '72']);
    expect(shiftDecimal('1e3', 2)).toBeUndefined();
  });

  it('read devices without their address', () => {
    const text =
      '<<HKDevice: 0x281>, name:Apple Watch, manufacturer:Apple Inc., model:Watch, hardware:Watch6,2, software:9.1>';
    expect(readDevice(text)).toEqual({
      name: 'Apple Watch',
      manufacturer: 'Apple Inc.',
      model: 'Watch',
      hardware: 'Watch6,2',
      software: '9.1',
    });
    expect(readDevice('')).toEqual({});
  });

  it('read times', () => {
    const read = createTimes();
    expect(read('2024-02-29 08:00:00 +0530')).toBe('2024-02-29T08:00:00+05:30');
    expect(read('20240229080000-0500')).toBe('2024-02-29T08:00:00-05:00');
    for (const bad of [
      '2023-02-29 08:00:00 +0000',
      '2023-13-01 08:00:00 +0000',
      '2023-01-01 24:00:00 +0000',
      '2023-01-01T08:00:00 +0000',
      'x',
    ])
      expect(read(bad)).toBeUndefined();
  });

  it('remember every id', () => {
    const seen = createSeen();
    const ids = Array.from({ length: 50_000 }, (_, number) => nameId(String(number)));
    expect(ids.every((id) => seen.add(id))).toBe(true);
    expect(ids.some((id) => seen.add(id))).toBe(false);
  });

  it('keep memory flat over a generated file', async () => {
    const text = [...generate('export', 3e6)];
    const open = async function* () {
      for (const piece of text) yield encoder.encode(piece);
    };
    const { loss } = await read([{ kind: 'export', name: 'x', open }]);
    const [count] = [loss.sections.reduce((sum, { converted }) => sum + converted, 0)];
    expect(loss.resources.Observation).toBe(count);
  });
});
