/** The rules of reconciling, one by one, and the laws of merging over random records. */
import fc from 'fast-check';
import type { Composition, FhirResource } from 'fhir/r4.js';
import { describe, expect, it } from 'vitest';
import { checkResource } from '../../src/check/api.js';
import {
  bundleToJson,
  type MergeInput,
  merge,
  readMerged,
  type SourceInput,
  toIps,
  toReport,
  toTimeline,
  unmerge,
} from '../../src/index.js';
import { sanitizeXhtml } from '../../src/timeline/sanitize.js';

const me = { reference: 'Patient/p' };
const patient = (more: object = {}): FhirResource =>
  ({ resourceType: 'Patient', id: 'p', identifier: [{ system: 'urn:x', value: 'A-17' }], ...more }) as FhirResource;
const source = (date: string | undefined, ...resources: object[]): SourceInput => ({
  ...(date !== undefined && { date }),
  resources: [patient(), ...(resources as FhirResource[])],
});
const snomed = (code: string) => ({ coding: [{ system: 'http://snomed.info/sct', code, display: `Concept ${code}` }] });
const condition = (id: string, status: string, more: object = {}) => ({
  resourceType: 'Condition',
  id,
  clinicalStatus: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/condition-clinical', code: status }] },
  code: snomed('44054006'),
  subject: me,
  ...more,
});
const result = (id: string, value: number, date: string | undefined, more: object = {}) => ({
  resourceType: 'Observation',
  id,
  status: 'final',
  code: { coding: [{ system: 'http://loinc.org', code: '2345-7' }] },
  subject: me,
  ...(date !== undefined && { effectiveDateTime: date }),
  valueQuantity: { value, unit: 'mg/dL', system: 'http://unitsofmeasure.org', code: 'mg/dL' },
  ...more,
});
const linesOf = async (...inputs: SourceInput[]) => (await toTimeline(await merge(...inputs))).lines;
const reasonsOf = async (...inputs: SourceInput[]) => (await merge(...inputs)).apart.map(({ why }) => why);
const refuted = {
  verificationStatus: {
    coding: [{ system: 'http://terminology.hl7.org/CodeSystem/condition-ver-status', code: 'refuted' }],
  },
};

describe('reconciling', () => {
  it('takes a later end of a problem for its course, an unordered one for a contradiction', async () => {
    const [active, over] = [condition('a', 'active'), condition('b', 'resolved')];
    const course = await linesOf(source('2015-01-01', active), source('2017-01-01', over));
    expect(course).toHaveLength(1);
    expect(course[0]).toMatchObject({ status: 'resolved', seen: { documents: 2, lastActive: '2015-01-01' } });
    expect(await reasonsOf(source(undefined, active), source(undefined, over))).toEqual(['status']);
    expect(await reasonsOf(source('2015-01-01', over), source('2017-01-01', active))).toEqual(['status']);
  });

  it('never merges across negation', async () => {
    const inputs = [source('2015', condition('a', 'active')), source('2016', condition('b', 'inactive', refuted))];
    const lines = await linesOf(...inputs);
    expect(lines.map(({ negated, conflict }) => [negated, conflict?.why])).toEqual(
      expect.arrayContaining([
        [undefined, 'negation'],
        [true, 'negation'],
      ]),
    );
    expect(lines.filter(({ active }) => active)).toHaveLength(1);
  });

  it.each([
    ['no known food allergy', '429625007', ['food']],
    ['no known drug allergy', '409137002', ['medication']],
    ['no known allergy', '716186003', ['food', 'medication']],
    ['no known latex allergy', '1003774007', []],
  ])('lets %s contradict what it speaks of', async (_, code, contradicted) => {
    const allergy = (id: string, what: string, more: object = {}) => ({
      resourceType: 'AllergyIntolerance',
      id,
      code: snomed(what),
      patient: me,
      ...more,
    });
    const known = [
      allergy('f', '91935009', { category: ['food'] }),
      allergy('m', '294505008', { category: ['medication'] }),
    ];
    const { apart, resources } = await merge(source('2015', ...known), source('2016', allergy('n', code)));
    const told = apart.flatMap(({ resources: pair }) =>
      pair.flatMap((reference) => (resources.get(reference) as { category?: string[] } | undefined)?.category ?? []),
    );
    expect(told.sort()).toEqual(contradicted);
  });

  it('never merges what is about somebody else', async () => {
    const relative = {
      resourceType: 'FamilyMemberHistory',
      id: 'f',
      status: 'completed',
      patient: me,
      relationship: { text: 'Mother' },
      condition: [{ code: snomed('44054006') }],
    };
    const lines = await linesOf(source('2015', condition('a', 'active')), source('2016', relative));
    expect(lines.map(({ assertion }) => assertion).sort()).toEqual(['fact', 'family']);
    expect(lines.find(({ assertion }) => assertion === 'family')?.title).toMatch(/^Family history/);
    const fetus = { ...result('x', 5, '2015-01-01'), focus: [{ display: 'Fetus' }] };
    expect(await linesOf(source('2015', result('y', 5, '2015-01-01')), source('2016', fetus))).toHaveLength(2);
  });

  it('joins results of one test, time and value within the tolerance', async () => {
    const at = '2015-03-02T09:00:00-05:00';
    expect(await linesOf(source('1', result('a', 100, at)), source('2', result('b', 100.3, at)))).toHaveLength(1);
    expect(await linesOf(source('1', result('a', 100, at)), source('2', result('b', 102, at)))).toHaveLength(2);
    expect(await reasonsOf(source('1', result('a', 100, at)), source('2', result('b', 102, at)))).toEqual(['value']);
    expect(
      await linesOf(source('1', result('a', 100, at)), source('2', result('b', 100, '2015-03-02T14:00:00Z'))),
    ).toHaveLength(1);
  });

  it('lets a coarse date join the only finer one, and none of several', async () => {
    const [early, late] = ['2015-03-02T09:00:00Z', '2015-03-02T18:00:00Z'];
    const coarse = source('2', result('c', 100, '2015-03-02'));
    expect(await linesOf(source('1', result('a', 100, early)), coarse)).toHaveLength(1);
    const both = [source('1', result('a', 100, early), result('b', 100, late)), coarse];
    expect(await linesOf(...both)).toHaveLength(3);
    expect(await reasonsOf(...both)).toEqual(['ambiguous']);
  });

  it('loses no value where one resource cannot hold both', async () => {
    const [one, two] = [
      condition('a', 'active', { onsetDateTime: '2009-01-01' }),
      condition('b', 'active', { onsetDateTime: '2011-01-01' }),
    ];
    const merged = await merge(source('2015', one), source('2016', two));
    expect((await toTimeline(merged)).lines).toHaveLength(1);
    expect(JSON.stringify([...merged.resources.values()])).toMatch(/2009-01-01.*2011-01-01/);
  });

  it('joins patients by identifiers only, and suggests the rest', async () => {
    const same = { name: [{ family: 'Lee', given: ['Ann'] }], gender: 'female', birthDate: '1970-01-01' };
    const other = { ...same, identifier: [{ system: 'urn:y', value: 'B-1' }] };
    const inputs = [same, other].map((more) => ({
      resources: [patient(more), condition('a', 'active') as FhirResource],
    }));
    const merged = await merge(...inputs);
    expect(merged.patients).toHaveLength(2);
    expect(merged.suggestions).toHaveLength(1);
    await expect(toTimeline(merged)).rejects.toThrow(/several patients.*Patient\//);
    expect((await toTimeline(merged, { patient: 'B-1' })).lines).toHaveLength(1);
    for (const value of ['000000000', '999-99-9999', 'unknown', '***-**-1234']) {
      const nobody = { ...same, identifier: [{ system: 'http://hl7.org/fhir/sid/us-ssn', value }] };
      expect(
        (await merge({ resources: [patient(nobody)] }, { resources: [patient({ ...nobody, active: true })] })).patients,
      ).toHaveLength(2);
    }
  });

  it('says of the older source that it gives one person another birth date or sex', async () => {
    const merged = await merge(
      { date: '2015', resources: [patient({ birthDate: '1961-02-03', gender: 'female' })] },
      { date: '2020', resources: [patient({ birthDate: '1961-03-02', gender: 'female' })] },
      { date: '2010', resources: [patient({ birthDate: '1961' })] },
    );
    expect(merged.resources.get(merged.patients[0]?.reference ?? '')).toMatchObject({ birthDate: '1961-03-02' });
    const told = merged.sources.map(({ date, findings }) => [date, findings.map(({ code, path }) => [code, path])]);
    expect(new Map(told as [string, unknown][])).toEqual(
      new Map<string, unknown>([
        ['2010', []],
        ['2015', [['patient-differs', 'Patient.birthDate']]],
        ['2020', []],
      ]),
    );
  });

  it('does not believe an identifier when birth date and name both differ', async () => {
    const one = patient({ birthDate: '1970-01-01', name: [{ family: 'Lee' }] });
    const child = patient({ birthDate: '2001-01-01', name: [{ family: 'Ito' }] });
    const merged = await merge({ resources: [one] }, { resources: [child] });
    expect(merged.patients).toHaveLength(2);
    expect(merged.suggestions).toHaveLength(1);
  });

  it('reads older FHIR, and says what it could not carry', async () => {
    const old = {
      resourceType: 'Condition',
      id: 'o',
      patient: me,
      code: snomed('44054006'),
      clinicalStatus: 'active',
      stage: {},
      odd: 1,
    };
    const merged = await merge(source('2015', old));
    expect(merged.sources[0]).toMatchObject({ upgradedFrom: 'DSTU2', findings: [{ code: 'upgrade-lost' }] });
    expect((await toTimeline(merged)).lines[0]).toMatchObject({ kind: 'condition', active: true });
  });

  it('takes out references that lead nowhere, and says so', async () => {
    const lost = result('a', 5, '2015', { performer: [{ reference: 'Practitioner/gone', display: 'Dr. Gone' }] });
    const merged = await merge(source('2015', lost));
    expect(JSON.stringify([...merged.resources.values()])).not.toContain('Practitioner/gone');
    expect(JSON.stringify([...merged.resources.values()])).toContain('Dr. Gone');
    expect(merged.sources[0]?.findings[0]).toMatchObject({ code: 'reference-dangling', path: 'Observation.performer' });
  });
});

describe('what is no plain fact', () => {
  const drug = {
    resourceType: 'MedicationRequest',
    status: 'active',
    intent: 'order',
    medicationCodeableConcept: { text: 'Aspirin' },
    subject: me,
  };
  const vaccine = {
    resourceType: 'Immunization',
    vaccineCode: { text: 'Flu' },
    patient: me,
    occurrenceDateTime: '2014',
  };
  const inSection = (code: string) => ({
    resourceType: 'Composition',
    id: 'c',
    status: 'final',
    type: { text: 'Summary' },
    subject: me,
    date: '2015',
    author: [{ display: 'x' }],
    title: 'Summary',
    section: [
      {
        code: { coding: [{ system: 'http://loinc.org', code }] },
        entry: [{ reference: 'MedicationRequest/d' }],
      },
    ],
  });
  const plan = inSection('18776-5');
  it.each<[string, ...object[]]>([
    ['negated', condition('a', 'inactive', refuted)],
    ['void', condition('a', 'active', { verificationStatus: { coding: [{ code: 'entered-in-error' }] } })],
    ['uncertain', condition('a', 'active', { verificationStatus: { coding: [{ code: 'provisional' }] } })],
    ['negated', { ...drug, id: 'd', doNotPerform: true }],
    ['negated', { ...drug, id: 'd', status: 'cancelled' }],
    ['planned', { ...drug, id: 'd', intent: 'proposal' }],
    ['planned', { ...drug, id: 'd' }, plan],
    ['planned', { ...drug, id: 'd' }, inSection('11369-6')],
    ['negated', { ...vaccine, id: 'i', status: 'not-done' }],
    ['void', { ...vaccine, id: 'i', status: 'entered-in-error' }],
    [
      'planned',
      {
        resourceType: 'ServiceRequest',
        id: 's',
        status: 'active',
        intent: 'order',
        code: { text: 'X-ray' },
        subject: me,
      },
    ],
    ['negated', { resourceType: 'Procedure', id: 'q', status: 'not-done', code: { text: 'X-ray' }, subject: me }],
    [
      'negated',
      {
        resourceType: 'AllergyIntolerance',
        id: 'n',
        clinicalStatus: { coding: [{ code: 'active' }] },
        code: snomed('716186003'),
        patient: me,
      },
    ],
  ])('is %s and never active', async (assertion, ...resources: object[]) => {
    const lines = await linesOf(source('2015', ...resources));
    const [line] = lines.filter(({ kind }) => kind !== 'document');
    expect(line).toMatchObject({ assertion });
    expect(line?.active).toBeUndefined();
    if (assertion !== 'negated' || !line?.codes?.some(({ code }) => code === '716186003'))
      expect(line?.title).toMatch(/^[A-Z][a-z ]+: /);
  });
});

describe('narrative', () => {
  it.each([
    ['<div><script>alert(1)</script>a</div>', '<div>a</div>'],
    ['<div onclick="x()">a<img src=x onerror=y></div>', '<div>a</div>'],
    ['<a href="javascript:x">a</a>', '<a>a</a>'],
    ['<a href="https://x.example/">a</a>', '<a href="https://x.example/">a</a>'],
    ['<b>a</i></b></div>', '<b>a</b>'],
    [
      '<table><tr><td colspan="2" style="x">1 &lt; 2 & 3',
      '<table><tr><td colspan="2">1 &lt; 2 &amp; 3</td></tr></table>',
    ],
    ['<td constructor="x" toString="y">a</td>', '<td>a</td>'],
    ['<scr<script>ipt>x', 'ipt&gt;x'],
  ])('%s is made safe', (given, safe) => {
    expect(sanitizeXhtml(given)).toBe(safe);
  });
});

/** A few facts told in many ways: small worlds, so that they meet. */
const record = fc.oneof(
  fc
    .record({
      id: fc.constantFrom('1', '2', '3'),
      status: fc.constantFrom('active', 'resolved'),
      onset: fc.constantFrom('2009', '2009-03', '2011-01-01', undefined),
      not: fc.boolean(),
    })
    .map(({ id, status, onset, not }) =>
      condition(id, status, { ...(onset && { onsetDateTime: onset }), ...(not && refuted) }),
    ),
  fc
    .record({
      id: fc.constantFrom('4', '5', '6'),
      value: fc.constantFrom(100, 100.2, 140),
      date: fc.constantFrom('2015-03-02T09:00:00Z', '2015-03-02', '2015', undefined),
    })
    .map(({ id, value, date }) => result(id, value, date, { encounter: { reference: 'Encounter/e' } })),
  fc.constant({
    resourceType: 'Encounter',
    id: 'e',
    status: 'finished',
    class: { code: 'AMB' },
    subject: me,
    period: { start: '2015-03-02' },
  }),
);
const input = fc
  .record({
    date: fc.constantFrom('2015-01-01', '2016-01-01', '2017-01-01', undefined),
    records: fc.uniqueArray(record, { maxLength: 5, selector: ({ resourceType, id }) => `${resourceType}/${id}` }),
  })
  .map(({ date, records }) => source(date, ...records));

describe('merging', () => {
  const textOf = async (...inputs: MergeInput[]): Promise<string> => {
    const merged = await merge(...inputs);
    return JSON.stringify([
      merged.sources,
      merged.patients.map(({ resources }) => resources),
      merged.apart,
      await toTimeline(merged),
    ]);
  };
  const three = fc.tuple(input, input, input);
  const runs = { numRuns: 60 };

  it('does not depend on the order of the inputs', () =>
    fc.assert(
      fc.asyncProperty(three, async ([a, b, c]) => {
        const text = await textOf(a, b, c);
        expect(await textOf(c, a, b)).toBe(text);
        expect(await textOf(b, a, c)).toBe(text);
      }),
      runs,
    ));

  it('changes nothing when done twice, and adds up', () =>
    fc.assert(
      fc.asyncProperty(three, async ([a, b, c]) => {
        const text = await textOf(a, b, c);
        expect(await textOf(await merge(a, b, c))).toBe(text);
        expect(await textOf(a, b, c, a)).toBe(text);
        expect(await textOf(await merge(a, b), c)).toBe(text);
        expect(await textOf(a, await merge(c, b))).toBe(text);
      }),
      runs,
    ));

  it('can be undone, from the record and its report alone', () =>
    fc.assert(
      fc.asyncProperty(three, async ([a, b, c]) => {
        const merged = await merge(a, b, c);
        const alone = await Promise.all([a, b, c].map(async (each) => unmerge(await merge(each))[0]?.resources));
        for (const { resources } of unmerge(merged))
          expect(alone).toContainEqual(expect.arrayContaining([...resources]));
        const [patientRecord] = merged.patients;
        if (!patientRecord) throw new Error('no patient');
        const restored = await readMerged([...patientRecord.resources], JSON.parse(toReport(merged, patientRecord)));
        expect(restored?.map(({ resources }) => resources)).toEqual(unmerge(merged).map(({ resources }) => resources));
      }),
      runs,
    ));

  it('leaves FHIR that is valid', () =>
    fc.assert(
      fc.asyncProperty(three, async (inputs) => {
        for (const resource of (await merge(...inputs)).patients[0]?.resources ?? [])
          if (resource.resourceType !== 'Encounter')
            expect(
              (await checkResource(resource, { usCore: 'none' })).issues.filter(({ severity }) => severity === 'error'),
            ).toEqual([]);
      }),
      { numRuns: 20 },
    ));
});

describe('the International Patient Summary', () => {
  it('has the required sections, and says where nothing is known', async () => {
    const merged = await merge(
      source(
        '2015-01-01',
        condition('a', 'active'),
        condition('b', 'resolved', { code: snomed('1') }),
        condition('c', 'inactive', { code: snomed('2'), ...refuted }),
      ),
    );
    const [first] = merged.patients;
    if (!first) throw new Error('no patient');
    const bundle = await toIps(merged, first);
    const [composition] = bundle.entry?.map(({ resource }) => resource) ?? [];
    if (composition?.resourceType !== 'Composition') throw new Error('no Composition');
    expect((composition as Composition).section?.map(({ code }) => code?.coding?.[0]?.code)).toEqual([
      '10160-0',
      '48765-2',
      '11450-4',
      '11348-0',
    ]);
    expect(bundleToJson(bundle)).toMatch(/no-medication-info.*no-allergy-info|no-allergy-info.*no-medication-info/);
    expect(bundleToJson(bundle)).not.toContain('refuted');
    expect(bundle).toMatchObject({ type: 'document', timestamp: expect.stringMatching(/^2015-01-01T/) });
    for (const { resource } of bundle.entry ?? [])
      if (resource)
        expect(
          (await checkResource(resource as FhirResource, { level: 'full', usCore: 'none' })).issues.filter(
            ({ severity }) => severity === 'error',
          ),
        ).toEqual([]);
  });
});
