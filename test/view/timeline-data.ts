/** A made-up history, small enough to read and with one of everything the page has to show; and long ones. */
import type { Timeline, TimelineLine, TimelineSource } from '../../src/timeline/model.js';

const SOURCES: TimelineSource[] = [
  {
    id: 's1',
    title: 'Summary of care',
    kind: 'ccd',
    author: 'Riverside Hospital',
    date: '2016-05-02',
    resources: { Observation: 18, Condition: 4, AllergyIntolerance: 3 },
    loss: {
      leaves: { total: 2412, copied: 1630, implied: 210, tested: 120, frame: 260, narrative: 140, lost: 52 },
      statements: 96,
      converted: 91,
      complete: true,
      sections: [
        { title: 'Allergies', statements: 3, converted: 3 },
        { title: 'Plan of treatment', statements: 9, converted: 4 },
      ],
      lost: [
        { reason: 'unread', path: 'section[Plan of treatment]/entry/observation', count: 31 },
        { reason: 'declared', path: 'section[Allergies]/entry/act/id', count: 12 },
        { reason: 'no-code', path: 'section[Results]/entry/organizer/statusCode', count: 9 },
      ],
    },
    findings: [],
  },
  {
    id: 's2',
    title: 'Discharge summary',
    kind: 'ccd',
    author: 'Hillside Clinic',
    date: '2021-11-20',
    resources: { Observation: 10 },
    loss: {
      leaves: { total: 980, copied: 700, implied: 90, tested: 60, frame: 90, narrative: 30, lost: 10 },
      statements: 40,
      converted: 40,
      complete: false,
      sections: [],
      lost: [{ reason: 'superseded', path: 'section[Medications]/entry/substanceAdministration', count: 10 }],
    },
    findings: [{ code: 'xml-truncated', severity: 'error', message: 'The document ends early.' }],
  },
  {
    id: 's3',
    title: 'phone-export.json',
    kind: 'bundle',
    upgradedFrom: 'DSTU2',
    author: 'City Health Portal',
    date: '2024-02-11',
    resources: { Observation: 6, Immunization: 2 },
    findings: [],
  },
];

let last = 0;
type Draft = Partial<TimelineLine> & Pick<TimelineLine, 'kind' | 'title'>;

/** A line with what every line has. */
export function toLine(draft: Draft): TimelineLine {
  const { date } = draft;
  const precision = !date
    ? 'none'
    : date.length === 4
      ? 'year'
      : date.length === 7
        ? 'month'
        : date.length === 10
          ? 'day'
          : 'time';
  const id = draft.id ?? `l${++last}`;
  const base = {
    id,
    assertion: 'fact',
    precision,
    sources: ['s1'],
    resources: [`Observation/${id}`],
    details: [],
  } as const;
  return { ...base, ...draft };
}

const loinc = (code: string, display: string) => [{ system: 'http://loinc.org', code, display }];

function toResult(
  title: string,
  code: string,
  date: string,
  number: number,
  unit: string,
  low?: number,
  high?: number,
  more: Partial<TimelineLine> = {},
): TimelineLine {
  const out = (low !== undefined && number < low) || (high !== undefined && number > high);
  const interpretation = out ? (high !== undefined && number > high ? 'H' : 'L') : 'N';
  return toLine({
    kind: 'result',
    title,
    codes: loinc(code, title),
    date,
    status: 'final',
    value: {
      text: `${number} ${unit}`,
      number,
      unit,
      interpretation,
      ...(low !== undefined && { low }),
      ...(high !== undefined && { high }),
      ...(out && { outOfRange: true as const }),
    },
    ...more,
  });
}

function toVital(
  title: string,
  code: string,
  date: string,
  number: number,
  unit: string,
  more: Partial<TimelineLine> = {},
): TimelineLine {
  return { ...toResult(title, code, date, number, unit, undefined, undefined, more), kind: 'vital' };
}

function pressure(date: string, systolic: number, diastolic: number, more: Partial<TimelineLine>): TimelineLine {
  const toPart = (title: string, code: string, number: number) => ({
    title,
    codes: loinc(code, title),
    value: { text: `${number} mm[Hg]`, number, unit: 'mm[Hg]' },
  });
  return toLine({
    kind: 'vital',
    title: 'Blood pressure panel with all children optional',
    codes: loinc('85354-9', 'Blood pressure panel'),
    date,
    status: 'final',
    value: { text: `${systolic} / ${diastolic} mm[Hg]` },
    components: [
      toPart('Systolic blood pressure', '8480-6', systolic),
      toPart('Diastolic blood pressure', '8462-4', diastolic),
    ],
    ...more,
  });
}

const A1C = 'Hemoglobin A1c/Hemoglobin.total in Blood';
const a1c = (date: string, number: number, more: Partial<TimelineLine> = {}): TimelineLine =>
  toResult(A1C, '4548-4', date, number, '%', 4, 5.6, more);

const PANEL = 'Basic metabolic panel';
const panelOf = (id: string, date: string, numbers: readonly [number, number, number, number]): TimelineLine[] => [
  toLine({ id, kind: 'result', title: PANEL, date, status: 'final', encounter: 'v1', codes: loinc('51990-0', PANEL) }),
  toResult('Sodium [Moles/volume] in Serum', '2951-2', date, numbers[0], 'mmol/L', 136, 145, { group: id }),
  toResult('Potassium [Moles/volume] in Serum', '2823-3', date, numbers[1], 'mmol/L', 3.5, 5.1, { group: id }),
  toResult('Creatinine [Mass/volume] in Serum', '2160-0', date, numbers[2], 'mg/dL', 0.6, 1.1, { group: id }),
  toResult('Glucose [Mass/volume] in Serum', '2345-7', date, numbers[3], 'mg/dL', 70, 99, { group: id }),
];

const NARRATIVE =
  '<div xmlns="http://www.w3.org/1999/xhtml"><table><thead><tr><th>Substance</th><th>Reaction</th><th>Status</th></tr></thead><tbody><tr><td>Penicillin G</td><td>Hives, shortness of breath</td><td>Active</td></tr></tbody></table></div>';

const LINES: TimelineLine[] = [
  toLine({
    id: 'allergy',
    kind: 'allergy',
    title: 'Penicillin G',
    date: '1987',
    status: 'active',
    active: true,
    sources: ['s1', 's2', 's3'],
    seen: { documents: 3, first: '2016-05-02', last: '2024-02-11', lastActive: '2024-02-11' },
    narrative: NARRATIVE,
    codes: [{ system: 'http://www.nlm.nih.gov/research/umls/rxnorm', code: '7980', display: 'penicillin G' }],
    details: [
      { label: 'Reaction', value: 'Hives' },
      { label: 'Severity', value: 'severe' },
      { label: 'Criticality', value: 'high' },
    ],
  }),
  toLine({
    id: 'sulfa',
    kind: 'allergy',
    title: 'Sulfonamide antibiotic',
    status: 'active',
    active: true,
    sources: ['s1'],
    conflict: { with: ['sulfa-no'], why: 'negation' },
  }),
  toLine({
    id: 'sulfa-no',
    kind: 'allergy',
    title: 'Sulfonamide antibiotic',
    assertion: 'negated',
    negated: true,
    status: 'refuted',
    sources: ['s2'],
    date: '2021-11-20',
    conflict: { with: ['sulfa'], why: 'negation' },
  }),
  toLine({
    kind: 'allergy',
    title: 'No known food allergies',
    assertion: 'negated',
    negated: true,
    date: '2021-11-20',
    sources: ['s2'],
  }),
  toLine({
    kind: 'condition',
    title: 'Type 2 diabetes mellitus',
    date: '2014',
    status: 'active',
    active: true,
    sources: ['s1', 's2', 's3'],
    seen: { documents: 3, first: '2016-05-02', last: '2024-02-11', lastActive: '2024-02-11' },
  }),
  toLine({
    kind: 'condition',
    title: 'Essential hypertension',
    date: '2009-03',
    status: 'active',
    active: true,
    sources: ['s1', 's2'],
  }),
  toLine({
    kind: 'condition',
    title: 'Community acquired pneumonia',
    date: '2021-11-14',
    end: '2021-12-01',
    status: 'resolved',
    sources: ['s2'],
    encounter: 'v2',
  }),
  toLine({
    kind: 'condition',
    title: 'Pulmonary embolism',
    assertion: 'negated',
    negated: true,
    date: '2021-11-14',
    sources: ['s2'],
    encounter: 'v2',
  }),
  toLine({
    kind: 'condition',
    title: 'Myocardial infarction',
    assertion: 'family',
    sources: ['s1'],
    details: [{ label: 'Relative', value: 'Father' }],
  }),
  toLine({
    id: 'metformin',
    kind: 'medication',
    title: 'Metformin hydrochloride 500 MG Oral Tablet',
    date: '2014-06-03',
    status: 'active',
    active: true,
    sources: ['s1', 's3'],
    seen: { documents: 2, first: '2016-05-02', last: '2024-02-11', lastActive: '2024-02-11' },
    details: [
      { label: 'Dosage', value: '1 tablet twice a day with meals' },
      { label: 'Route', value: 'oral' },
    ],
  }),
  toLine({
    kind: 'medication',
    title: 'Lisinopril 10 MG Oral Tablet',
    date: '2010',
    status: 'active',
    active: true,
    sources: ['s1'],
    details: [{ label: 'Dosage', value: '1 tablet in the morning' }],
  }),
  toLine({
    kind: 'medication',
    title: 'Amoxicillin 500 MG Oral Capsule',
    assertion: 'void',
    status: 'entered in error',
    date: '2021-11-15',
    sources: ['s2'],
  }),
  toLine({
    kind: 'medication',
    title: 'Azithromycin 250 MG Oral Tablet',
    date: '2021-11-15',
    end: '2021-11-20',
    status: 'completed',
    sources: ['s2'],
    encounter: 'v2',
  }),
  toLine({
    kind: 'medication',
    title: 'Warfarin',
    assertion: 'negated',
    negated: true,
    date: '2021-11-20',
    sources: ['s2'],
  }),
  toLine({
    kind: 'immunization',
    title: 'Influenza, seasonal, injectable',
    date: '2023-10-12',
    status: 'completed',
    sources: ['s3'],
  }),
  toLine({
    kind: 'immunization',
    title: 'Influenza, seasonal, injectable',
    date: '2021-10-02',
    status: 'completed',
    sources: ['s3'],
  }),
  toLine({
    kind: 'immunization',
    title: 'Not given: Pneumococcal polysaccharide PPV23',
    assertion: 'negated',
    negated: true,
    status: 'refused',
    date: '2021-11-20',
    sources: ['s2'],
  }),
  toLine({ kind: 'procedure', title: 'Appendectomy', date: '1976', status: 'completed', sources: ['s1'] }),
  toLine({
    kind: 'procedure',
    title: 'Planned: Colonoscopy',
    assertion: 'planned',
    status: 'active',
    date: '2024-06',
    sources: ['s3'],
  }),
  toLine({
    kind: 'encounter',
    title: 'Planned: Eye clinic',
    assertion: 'planned',
    status: 'planned',
    date: '2024-09-01',
    sources: ['s3'],
  }),
  toLine({
    id: 'v1',
    kind: 'encounter',
    title: 'Office visit',
    date: '2016-05-02T09:30:00-05:00',
    end: '2016-05-02T10:00:00-05:00',
    status: 'finished',
    sources: ['s1'],
    details: [{ label: 'Place', value: 'Riverside Hospital' }],
  }),
  toLine({
    id: 'v2',
    kind: 'encounter',
    title: 'Inpatient stay',
    date: '2021-11-14',
    end: '2021-11-20',
    status: 'finished',
    sources: ['s2'],
    details: [{ label: 'Place', value: 'Hillside Clinic' }],
  }),
  ...panelOf('p1', '2016-05-02T09:50:00-05:00', [139, 4.2, 0.9, 128]),
  ...panelOf('p2', '2021-11-14T18:05:00-05:00', [133, 4.9, 1.3, 212]),
  a1c('2015', 7.9),
  a1c('2016-05-02T09:50:00-05:00', 7.4, { encounter: 'v1' }),
  a1c('2018-02-11', 6.9, { sources: ['s2'] }),
  a1c('2019-08', 6.4, { sources: ['s2'] }),
  a1c('2021-11-14', 8.3, { sources: ['s2'], encounter: 'v2' }),
  a1c('2024-02-01', 5.4, { sources: ['s3'], isNew: true }),
  toLine({
    kind: 'result',
    title: 'SARS coronavirus 2 RNA in Respiratory specimen',
    codes: loinc('94500-6', 'SARS-CoV-2 RNA'),
    date: '2021-11-14',
    status: 'final',
    value: { text: 'Not detected', interpretation: 'N' },
    sources: ['s2'],
    encounter: 'v2',
  }),
  toVital('Body weight', '29463-7', '2016-05-02', 92, 'kg', { encounter: 'v1' }),
  toVital('Body weight', '29463-7', '2021-11-14', 86.5, 'kg', { sources: ['s2'], encounter: 'v2' }),
  toVital('Body weight', '29463-7', '2024-02-01', 84, 'kg', { sources: ['s3'], isNew: true }),
  pressure('2016-05-02', 138, 84, { encounter: 'v1' }),
  pressure('2021-11-14', 151, 96, { sources: ['s2'], encounter: 'v2' }),
  toLine({
    kind: 'note',
    title: 'Hospital course',
    date: '2021-11-20',
    sources: ['s2'],
    encounter: 'v2',
    narrative:
      '<div xmlns="http://www.w3.org/1999/xhtml"><p>Admitted with fever and cough. <b>Improved</b> on azithromycin; discharged home on day 6.</p><ul><li>Follow up in two weeks</li><li>Repeat chest film in six weeks</li></ul></div>',
  }),
  toLine({ kind: 'document', title: 'Discharge summary', date: '2021-11-20', sources: ['s2'], status: 'current' }),
  toLine({
    kind: 'social',
    title: 'Tobacco smoking status',
    date: '2016-05-02',
    value: { text: 'Former smoker' },
    status: 'final',
    sources: ['s1'],
  }),
  toLine({ kind: 'other', title: 'Lives alone; daughter helps with shopping', sources: ['s1'] }),
];

const newestFirst = (lines: readonly TimelineLine[]): TimelineLine[] =>
  [...lines].sort((one, other) =>
    (one.date ?? '') < (other.date ?? '') ? 1 : (one.date ?? '') > (other.date ?? '') ? -1 : 0,
  );

/** The history, changed where a test needs it. */
export function toTimeline(changes: Partial<Timeline> = {}): Timeline {
  return {
    patient: {
      reference: 'Patient/p',
      name: 'Rosa Example-Marlow',
      birthDate: '1958-07-04',
      gender: 'female',
      identifiers: [{ value: 'MRN-0042' }],
    },
    sources: SOURCES,
    lines: newestFirst(LINES),
    conflicts: [{ id: 'c1', why: 'negation', lines: ['sulfa', 'sulfa-no'], resources: [] }],
    reconcile: {
      counts: { read: 61, kept: 49, merged: 9, conflicts: 1, suggestions: 0 },
      merged: [],
      apart: [],
      suggestions: [],
    },
    since: '2024-01-01',
    ...changes,
  };
}

const TESTS = [
  [A1C, '4548-4', 6, '%', 4, 5.6],
  ['Sodium [Moles/volume] in Serum', '2951-2', 140, 'mmol/L', 136, 145],
  ['Potassium [Moles/volume] in Serum', '2823-3', 4.3, 'mmol/L', 3.5, 5.1],
  ['Cholesterol [Mass/volume] in Serum', '2093-3', 190, 'mg/dL', 0, 200],
] as const;

/** A history of any length: mostly results, over thirty years. */
export function toLongTimeline(count: number): Timeline {
  const lines = Array.from({ length: count }, (_, index): TimelineLine => {
    const date = new Date(Date.UTC(1994, 0, 1) + ((index * 997) % 11_000) * 86_400_000).toISOString().slice(0, 10);
    const test = TESTS[index % TESTS.length] ?? TESTS[0];
    if (index % 5 === 4)
      return toLine({
        kind: index % 2 ? 'medication' : 'condition',
        title: `Entry number ${index}`,
        date,
        status: index % 3 ? 'completed' : 'active',
        sources: [`s${(index % 3) + 1}`],
        details: [{ label: 'Note', value: `Told at visit ${index % 211}, follow-up as needed` }],
      });
    const number = Math.round(test[2] * (0.8 + ((index * 31) % 40) / 100) * 10) / 10;
    return toResult(test[0], test[1], date, number, test[3], test[4], test[5], { sources: [`s${(index % 3) + 1}`] });
  });
  return toTimeline({ lines: newestFirst(lines), conflicts: [] });
}
