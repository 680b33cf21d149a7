/**
 * The full check against an independent validator (@medplum/core with the R4 definitions): sound resources and ones
 * broken on purpose, by rules, in all the ways below. Every disagreement is listed with who is right.
 */
import type { FhirResource } from 'fhir/r4.js';
import { beforeAll, describe, expect, it } from 'vitest';
import { complain } from '../../scripts/oracle.js';
import { createChecker } from '../../src/check/check.js';
import { convert } from '../../src/index.js';
import { listDocuments } from '../property/documents.js';
import { checkData } from './data.js';
import { SAMPLES } from './samples.js';

type Json = Record<string, unknown>;
const check = await createChecker(checkData, { level: 'full', usCore: 'none' });

/** Ways to break a resource: each makes one that FHIR forbids, or nothing where it does not fit. */
const BREAKS: Readonly<Record<string, (resource: Json) => Json | undefined>> = {
  'without a required element': (resource) => drop(resource, REQUIRED[String(resource.resourceType)]),
  'with an element FHIR does not have': (resource) => ({ ...resource, zaphod: 'x' }),
  'a list where one value belongs': (resource) =>
    replace(resource, ['status', 'gender', 'subject', 'patient'], (value) => [value]),
  'one value where a list belongs': (resource) =>
    replaceList(resource, ['name', 'identifier', 'category', 'content', 'target'], ([value]) => value),
  'a number where text belongs': (resource) => replace(resource, ['status', 'gender', 'id'], () => 7),
  'text where an object belongs': (resource) => replace(resource, ['code', 'subject', 'patient', 'type'], () => 'x'),
  'a date no calendar has': (resource) => replace(resource, DATES, () => '2014-13-41'),
  'a time without offset': (resource) => replace(resource, ['recorded', 'issued'], () => '2014-05-01T10:00:00'),
  'an identifier of nothing': (resource) => replace(resource, ['identifier'], () => [{}]),
  'an extension that says nothing': (resource) => ({ ...resource, extension: [{ url: 'http://example.org/x' }] }),
  'an extension that says two things': (resource) => ({
    ...resource,
    extension: [{ url: 'http://example.org/x', valueCode: 'a', extension: [{ url: 'b', valueCode: 'c' }] }],
  }),
  'a period that ends before it starts': (resource) =>
    'period' in resource && !Array.isArray(resource.period)
      ? { ...resource, period: { start: '2015', end: '2014' } }
      : undefined,
  'an invariant violated': (resource) => VIOLATIONS[String(resource.resourceType)]?.(resource),
  'an id with a blank': (resource) => ({ ...resource, id: 'a b' }),
  'an empty list': (resource) => ({ ...resource, extension: [] }),
};

const DATES = [
  'birthDate',
  'onsetDateTime',
  'recordedDate',
  'effectiveDateTime',
  'date',
  'authoredOn',
  'occurrenceDateTime',
  'performedDateTime',
  'recorded',
];
const REQUIRED: Readonly<Record<string, string>> = {
  AllergyIntolerance: 'patient',
  CarePlan: 'intent',
  Composition: 'title',
  Condition: 'subject',
  Coverage: 'payor',
  DiagnosticReport: 'code',
  DocumentReference: 'content',
  Encounter: 'class',
  Goal: 'description',
  Immunization: 'vaccineCode',
  MedicationRequest: 'intent',
  MedicationStatement: 'status',
  Observation: 'code',
  Procedure: 'subject',
  Provenance: 'agent',
  ServiceRequest: 'subject',
  FamilyMemberHistory: 'relationship',
  RelatedPerson: 'patient',
  DeviceRequest: 'intent',
};
const VIOLATIONS: Readonly<Record<string, (resource: Json) => Json | undefined>> = {
  AllergyIntolerance: ({ clinicalStatus: _, verificationStatus: __, ...rest }) => rest, // ait-1
  Condition: ({ clinicalStatus: _, ...rest }) => ({ ...rest, abatementDateTime: '2015', clinicalStatus: ACTIVE }), // con-4
  Observation: (resource) => ({
    ...resource,
    valueString: 'x',
    valueQuantity: undefined,
    valueCodeableConcept: undefined,
    dataAbsentReason: { text: 'x' },
  }), // obs-6
  Patient: (resource) => ({ ...resource, contact: [{ gender: 'male' }] }), // pat-1
  Organization: ({ name: _, identifier: __, ...rest }) => rest, // org-1
};
const ACTIVE = { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/condition-clinical', code: 'active' }] };

function drop(resource: Json, key: string | undefined): Json | undefined {
  if (key === undefined || !(key in resource)) return undefined;
  const { [key]: _, ...rest } = resource;
  return rest;
}

/** Replaces the first of the elements the resource has. */
function replace(resource: Json, keys: readonly string[], make: (value: never) => unknown): Json | undefined {
  const key = keys.find((name) => name in resource);
  return key === undefined ? undefined : { ...resource, [key]: make(resource[key] as never) };
}

/** The same, of those that are lists. */
function replaceList(resource: Json, keys: readonly string[], make: (list: unknown[]) => unknown): Json | undefined {
  const lists = keys.filter((name) => Array.isArray(resource[name]));
  return replace(resource, lists, make);
}

/** What one finds and the other does not, and who is right by the specification. */
const DISAGREEMENTS: readonly { readonly when: RegExp; readonly right: 'we' | 'they'; readonly why: string }[] = [
  {
    when: /^ours only: \w+, an empty list: structure-empty$/,
    right: 'we',
    why: 'json.html: an array is never empty; they take it for an absent element',
  },
  {
    when: /^ours only: \w+, an id with a blank: structure-format$/,
    right: 'we',
    why: 'datatypes.html#id: letters, digits, - and . only; they do not test the form of ids',
  },
  {
    when: /^ours only: \w+, a period that ends before it starts: per-1$/,
    right: 'we',
    why: 'datatypes.html#Period: per-1; they do not evaluate the constraints of data types',
  },
  {
    when: /^ours only: Organization, an invariant violated: org-1$/,
    right: 'we',
    why: 'organization.html#invs: an Organization has a name or an identifier; they skip org-1',
  },
  {
    when: /^ours only: Bundle, text where an object belongs: structure-code$/,
    right: 'we',
    why: 'bundle.html: Bundle.type has a required binding; they look up no value sets',
  },
];

async function listResources(): Promise<FhirResource[]> {
  const all: FhirResource[] = Object.values(SAMPLES) as unknown as FhirResource[];
  const each = new Map<string, number>();
  for (const { name, bytes } of listDocuments(['samples'])) {
    for await (const event of convert(bytes, { name, check: 'off' })) {
      if (event.kind !== 'resource') continue;
      const type = event.resource.resourceType;
      each.set(type, (each.get(type) ?? 0) + 1);
      if ((each.get(type) ?? 0) <= 5) all.push(event.resource);
    }
  }
  // As the validator has it: without what JSON does not write.
  return all.map((resource) => JSON.parse(JSON.stringify(resource)));
}

describe('a full check and an independent validator', () => {
  beforeAll(() => void complain({ resourceType: 'Basic', code: {} }), 30_000);

  it('agree on at least 200 resources, half of them broken on purpose', { timeout: 120_000 }, async () => {
    const sound = await listResources();
    const kinds = Object.entries(BREAKS);
    const broken = sound.flatMap((resource, index) =>
      // Each kind of break in turn, two for each resource.
      [0, 1].flatMap((shift): [string, FhirResource][] => {
        const [what, make] = kinds[(index * 2 + shift) % kinds.length] ?? ['', () => undefined];
        const made = make(resource as unknown as Json);
        return made ? [[what, JSON.parse(JSON.stringify(made))]] : [];
      }),
    );
    const cases: [string, FhirResource][] = [
      ...sound.map((each): [string, FhirResource] => ['as it is', each]),
      ...broken,
    ];
    expect(cases.length).toBeGreaterThanOrEqual(200);
    expect(broken.length).toBeGreaterThanOrEqual(100);

    const differing = cases.flatMap(([what, resource]) => {
      const ours = check(resource).issues.filter(({ severity }) => severity === 'error');
      const theirs = (complain(resource) ?? []).filter(({ severity }) => severity === 'error');
      if (ours.length > 0 === theirs.length > 0) return [];
      const said = ours.length > 0 ? ours.map(({ id }) => id) : theirs.map(({ message }) => message);
      return [
        `${ours.length > 0 ? 'ours' : 'theirs'} only: ${resource.resourceType}, ${what}: ${[...new Set(said)].join(' ')}`,
      ];
    });
    const unlisted = differing.filter((text) => !DISAGREEMENTS.some(({ when }) => when.test(text)));
    expect(unlisted).toEqual([]);
    // What was broken was found out, and most of what was made is sound.
    expect(broken.filter(([, resource]) => check(resource).issues.length === 0).map(([what]) => what)).toEqual([]);
  });
});
