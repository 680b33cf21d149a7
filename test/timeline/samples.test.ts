/** Three hospitals' documents and the FHIR records of a fourth: the history a person would write down from them. */
import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { convert, type Merged, merge, type Timeline, type TimelineLine, toTimeline } from '../../src/index.js';

const read = (name: string) => readFileSync(`samples/timeline/${name}`);
const inputs = () => [
  ...['gannet-harbor.xml', 'kittiwake.xml', 'fulmar-point.xml'].map((name) => convert(read(name), { check: 'off' })),
  JSON.parse(read('petrel.json').toString()),
];

/** Date, title, value, sources; newest first. Each fact once. */
const EXPECTED = `
2021-05-03T08:00:00Z | Hemoglobin A1c | 6.8 % | 1
2020-01-20T08:30:00-05:00 | Fulmar Point Medical Center: Summary | | 1
2020-01-20 | Office visit | | 1
2020-01-20 | Not given: zoster recombinant | | 1
2019-07-04 | Colonoscopy | | 1
2019-01-01 | Planned: Colonoscopy | | 1
2018-06-11T15:00:00-04:00 | Kittiwake Clinic: Summary | | 1
2018-06-11T15:00:00-04:00 | Assessment | | 1
2018-06-11T15:00:00-04:00 | Planned: Plan of Treatment | | 1
2015-03-02T11:00:00-05:00 | Gannet Harbor Hospital: Summary | | 1
2015-03-02T09:30:00-05:00 | Body weight | 180.8 [lb_av] | 2
2015-03-02T09:30:00-05:00 | Vital signs, weight, height, head circumference, oxygen saturation and BMI panel | | 2
2015-03-02T09:00:00-05:00 | Office visit | | 1
2015-03-02T09:00:00-05:00 | Glucose | 151 mg/dL | 1
2015-03-02T09:00:00-05:00 | Hemoglobin A1c | 7.2 % | 3
2015-03-02T09:00:00-05:00 | Hemoglobin A1c panel | | 2
2015-02-20 | Pneumonia | | 2
2014-10-14T10:15:00-04:00 | influenza, injectable, quadrivalent | | 3
2010-05-01 | metformin hydrochloride 500 MG Oral Tablet | | 3
2009-03-15 | Type 2 diabetes mellitus | | 3
2001-07-15 | Appendectomy | | 2
1990-06-01 | Penicillin G | | 2
- | Codeine | | 1
- | Not allergic to: Codeine | | 1
- | Entered in error: Hypertensive disorder | | 1
- | Family history: Myocardial infarction (Father) | | 1
`;

const show = ({ date = '-', title, value, sources }: TimelineLine): string =>
  `${date} | ${title} | ${value ? `${value.text} ` : ''}| ${sources.length}`;

describe('the history of one person from four places', () => {
  let merged: Merged;
  let timeline: Timeline;
  const line = (title: string): TimelineLine => {
    const found = timeline.lines.find((each) => each.title === title);
    if (!found) throw new Error(`no line ${title}`);
    return found;
  };

  beforeAll(async () => {
    merged = await merge(...inputs());
    timeline = await toTimeline(merged, { since: '2020-01-01' });
  }, 60_000);

  it('is what a person would write down, each fact once', () => {
    expect(timeline.lines.map(show)).toEqual(EXPECTED.trim().split('\n'));
  });

  it('is about one patient, known by a chain of identifiers', () => {
    expect(merged.patients).toHaveLength(1);
    expect(timeline.patient.identifiers.map(({ value }) => value).sort()).toEqual([
      'A-10021',
      'B-20031',
      'C-30041',
      'M-70077',
    ]);
    expect(merged.suggestions).toEqual([]);
  });

  it('tells a problem of many documents once, with its course', () => {
    expect(line('Type 2 diabetes mellitus').seen).toEqual({
      documents: 3,
      first: '2015-03-02T11:00:00-05:00',
      last: '2020-01-20T08:30:00-05:00',
      lastActive: '2020-01-20T08:30:00-05:00',
    });
    expect(line('Pneumonia')).toMatchObject({ status: 'resolved', seen: { lastActive: '2015-03-02T11:00:00-05:00' } });
    expect(line('Pneumonia').active).toBeUndefined();
  });

  it('shows a contradiction as one', () => {
    const [allergic, not] = [line('Codeine'), line('Not allergic to: Codeine')];
    expect(allergic.conflict).toEqual({ with: [not.id], why: 'negation' });
    expect(not.conflict).toEqual({ with: [allergic.id], why: 'negation' });
    expect(timeline.conflicts).toHaveLength(1);
  });

  it('marks what is new, and what belongs together', () => {
    expect(timeline.lines.filter(({ isNew }) => isNew).map(({ title }) => title)).toContain('Codeine');
    expect(line('Pneumonia').isNew).toBeUndefined();
    expect(line('Glucose').group).toBe(line('Hemoglobin A1c panel').id);
  });

  it('leaves FHIR without dangling references or doubles, and says of each resource where it is from', () => {
    const [patient] = merged.patients;
    const resources = patient?.resources ?? [];
    const names = resources.map(({ resourceType, id }) => `${resourceType}/${id}`);
    expect(new Set(names).size).toBe(names.length);
    const references = JSON.stringify(resources).matchAll(/"reference":"([^"#]+)"/g);
    expect([...references].filter(([, to = '']) => !names.includes(to))).toEqual([]);
    const sourced = new Set(
      resources.flatMap((resource) =>
        resource.resourceType === 'Provenance' && resource.activity?.coding?.[0]?.code === 'merge'
          ? resource.target.map(({ reference }) => reference)
          : [],
      ),
    );
    for (const { resources: own } of timeline.lines) for (const name of own) expect(sourced).toContain(name);
  });
});
