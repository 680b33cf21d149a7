import type { FhirResource } from 'fhir/r4.js';
import { describe, expect, it } from 'vitest';
import { type CheckOptions, createChecker } from '../../src/check/check.js';
import { checkData } from './data.js';
import { SAMPLES } from './samples.js';

const options: CheckOptions = { level: 'fast', usCore: '6.1.0' };
const check = await createChecker(checkData, options);
const asResource = (value: unknown) => value as FhirResource;
const issuesOf = (resource: unknown): string[] =>
  check(asResource(resource)).issues.map(({ id, target }) => `${id} ${target}`);
const profilesOf = (resource: unknown): string[] =>
  check(asResource(resource)).profiles.map((url) => url.replace(/.*\//, ''));

const provenance = {
  resourceType: 'Provenance',
  target: [{ reference: 'Patient/1' }],
  recorded: '2014-05-01T10:00:00Z',
};
const { allergy, patient, vital, bundle, composition } = SAMPLES;

const XHTML = 'xmlns="http://www.w3.org/1999/xhtml"';
const ABSENT = 'http://hl7.org/fhir/StructureDefinition/data-absent-reason';
const narrative = (div: string) => ({ ...allergy, text: { status: 'generated', div } });
const identified = (identifier: object) => ({ ...patient, identifier: [{ value: '1', ...identifier }] });

describe('a valid resource', () => {
  it.each(Object.entries(SAMPLES))('has no issue: %s', (_, resource) => {
    expect(check(asResource(resource)).issues).toEqual([]);
  });

  it('is left as it was', () => {
    const before = JSON.stringify(SAMPLES);
    for (const resource of Object.values(SAMPLES)) check(asResource(resource));
    expect(JSON.stringify(SAMPLES)).toBe(before);
  });

  it('has no issue in a full check either', async () => {
    const full = await createChecker(checkData, { level: 'full', usCore: '7.0.0' });
    for (const resource of Object.values(SAMPLES))
      expect(full(asResource(resource)).issues.filter(({ id }) => id !== 'dom-6')).toEqual([]);
  });
});

describe('a defect', () => {
  it.each([
    ['structure-required AllergyIntolerance.patient', { ...allergy, patient: undefined }],
    ['structure-required AllergyIntolerance.reaction.manifestation', { ...allergy, reaction: [{ severity: 'mild' }] }],
    ['structure-cardinality AllergyIntolerance.code', { ...allergy, code: [allergy.code] }],
    ['structure-cardinality AllergyIntolerance.category', { ...allergy, category: 'food' }],
    ['structure-unknown AllergyIntolerance', { ...allergy, allergen: 'x' }],
    ['structure-unknown AllergyIntolerance.birthDate', { ...allergy, birthDate: '2020' }],
    ['structure-unknown AllergyIntolerance.code', { ...allergy, code: { codes: [] } }],
    ['structure-unknown AllergyIntolerance._code', { ...allergy, _code: {} }],
    ['structure-code AllergyIntolerance.criticality', { ...allergy, criticality: 'severe' }],
    [
      'structure-code AllergyIntolerance.clinicalStatus',
      { ...allergy, clinicalStatus: { coding: [{ code: 'active' }] } },
    ],
    ['structure-format AllergyIntolerance.id', { ...allergy, id: 'a b' }],
    ['structure-format AllergyIntolerance.recordedDate', { ...allergy, recordedDate: '2014-02-30' }],
    ['structure-format AllergyIntolerance.recordedDate', { ...allergy, recordedDate: '2014-05-01T10:00:00' }],
    ['structure-format AllergyIntolerance.onsetDateTime', { ...allergy, onsetDateTime: '201405' }],
    [
      'structure-format Observation.valueQuantity.value',
      { ...vital, valueQuantity: { ...vital.valueQuantity, value: '7' } },
    ],
    ['structure-empty AllergyIntolerance.note', { ...allergy, note: [] }],
    ['structure-empty AllergyIntolerance.code', { ...allergy, code: {} }],
    ['structure-empty AllergyIntolerance.code.text', { ...allergy, code: { text: '' } }],
    ['structure-type AllergyIntolerance.code', { ...allergy, code: 'x' }],
    ['structure-type AllergyIntolerance.code', { ...allergy, code: null }],
    ['structure-reference AllergyIntolerance.patient', { ...allergy, patient: { reference: 'Practitioner/1' } }],
    [
      'structure-reference AllergyIntolerance.patient',
      { ...allergy, patient: { reference: 'urn:uuid:1', type: 'Group' } },
    ],
    ['ref-1 AllergyIntolerance.patient', { ...allergy, patient: { reference: '#p' } }],
    [
      'txt-1 AllergyIntolerance.text.div',
      { ...allergy, text: { status: 'generated', div: '<div onclick="x">y</div>' } },
    ],
    ['txt-1 AllergyIntolerance.text.div', narrative('<div>no namespace</div>')],
    ['txt-1 AllergyIntolerance.text.div', narrative(`<div ${XHTML}><b>not closed</div>`)],
    ['txt-1 AllergyIntolerance.text.div', narrative(`<div ${XHTML}>an&nbsp;entity</div>`)],
    ['txt-1 AllergyIntolerance.text.div', narrative(`<div ${XHTML}><form>x</form></div>`)],
    ['txt-1 AllergyIntolerance.text.div', narrative(`<div ${XHTML}><a href=" javascript:x">x</a></div>`)],
    ['txt-1 AllergyIntolerance.text.div', narrative(`<div ${XHTML}>one</div><div ${XHTML}>two</div>`)],
    ['txt-2 AllergyIntolerance.text.div', narrative(`<div ${XHTML}> <p> </p></div>`)],
    ['txt-2 AllergyIntolerance.text.div', narrative(`<div ${XHTML}/>`)],
    ['structure-blank AllergyIntolerance.code.text', { ...allergy, code: { text: ' ' } }],
    ['structure-choice AllergyIntolerance.onset[x]', { ...allergy, onsetDateTime: '2014', onsetString: 'as a child' }],
    ['structure-format AllergyIntolerance.onsetDateTime', { ...allergy, onsetDateTime: '0000-01-01' }],
    ['structure-format Patient.identifier.system', identified({ system: 'urn:oid:2.16.x' })],
    ['structure-format Patient.identifier.system', identified({ system: 'urn:uuid:1' })],
    ['identifier-system Patient.identifier', identified({ system: '2.16.840.1.113883.19.5' })],
    ['identifier-uri Patient.identifier', identified({ system: 'urn:ietf:rfc:3986' })],
    [
      'coding-system AllergyIntolerance.code.coding',
      { ...allergy, code: { coding: [{ system: 'loinc', code: 'x' }] } },
    ],
    [
      'quantity-system Observation.valueQuantity',
      { ...vital, valueQuantity: { value: 1, system: 'ucum', code: 'kg' } },
    ],
    ['data-absent-reason Patient.extension', { ...patient, extension: [{ url: ABSENT, valueCode: 'lost' }] }],
    ['data-absent-reason Patient.extension', { ...patient, extension: [{ url: ABSENT, valueBoolean: true }] }],
    ['structure-unknown Patient.extension._url', { ...patient, extension: [{ _url: { id: 'a' }, valueCode: 'x' }] }],
    ['structure-required Patient.contained.id', { ...patient, contained: [{ resourceType: 'Patient' }] }],
    ['ait-1 AllergyIntolerance', { ...allergy, clinicalStatus: undefined }],
    ['per-1 Patient.name.period', { ...patient, name: [{ family: 'x', period: { start: '2015', end: '2014' } }] }],
    ['obs-6 Observation', { ...vital, dataAbsentReason: { text: 'x' } }],
    ['qty-3 Observation.valueQuantity', { ...vital, valueQuantity: { value: 1, code: 'kg' } }],
    ['obs-3 Observation.referenceRange', { ...vital, referenceRange: [{ type: { text: 'normal' } }] }],
    ['ext-1 Patient.extension', { ...patient, extension: [{ url: 'http://x.org/y' }] }],
    [
      'org-2 Organization.address',
      { resourceType: 'Organization', name: 'x', active: true, address: [{ use: 'home' }] },
    ],
    ['cmp-1 Composition.section.section', { ...composition, section: [{ title: 'x', section: [{ title: 'y' }] }] }],
    [
      'structure-required Bundle.entry.resource.status',
      { ...bundle, entry: [{ resource: { ...vital, status: undefined } }] },
    ],
    ['structure-type Bundle.entry.resource', { ...bundle, entry: [{ resource: { resourceType: 'Nothing' } }] }],
    ['structure-type Resource', { resourceType: 'Nothing' }],
    ['structure-type Resource', { resourceType: 'constructor' }],
    ['structure-type Claim', { resourceType: 'Claim' }],
  ])('%s', (issue, resource) => {
    expect(issuesOf(resource)).toContain(issue);
  });

  it('is told once, without any value, and with its source', () => {
    const [issue, ...more] = check(asResource({ ...allergy, clinicalStatus: undefined })).issues;
    expect(more).toEqual([]);
    expect(issue).toEqual({
      id: 'ait-1',
      severity: 'error',
      target: 'AllergyIntolerance',
      source: 'https://hl7.org/fhir/R4/allergyintolerance.html#invs',
    });
  });

  it('is not seen where an extension stands for a value', () => {
    const absent = {
      extension: [{ url: 'http://hl7.org/fhir/StructureDefinition/data-absent-reason', valueCode: 'unknown' }],
    };
    expect(issuesOf({ ...vital, status: undefined, _status: absent })).toEqual([]);
    const name = [{ family: 'x', given: ['a', null], _given: [null, absent] }];
    expect(issuesOf({ ...patient, name })).toEqual([]);
    expect(issuesOf({ ...patient, name: [{ family: 'x', given: ['a', null] }] })).toEqual([
      'structure-format Patient.name.given',
    ]);
  });

  it('is not seen in a narrative of all that is allowed', () => {
    const div = `<div ${XHTML} class="a"><!-- said --><p id="b">5 &lt; 6 &#233;<br/></p><a href="#b" title='c'>d</a><img src="#e" alt="f"/></div>`;
    expect(issuesOf(narrative(div))).toEqual([]);
    expect(issuesOf(identified({ system: 'urn:ietf:rfc:3986', value: 'urn:oid:1.2.3' }))).toEqual([]);
  });

  it('is not seen where dates are too coarse to tell', () => {
    expect(issuesOf({ ...patient, name: [{ family: 'x', period: { start: '2014-05-01', end: '2014' } }] })).toEqual([]);
  });

  it('of a rule for the whole engine is seen in a full check only', async () => {
    const full = await createChecker(checkData, { level: 'full', usCore: 'none' });
    const document = {
      ...bundle,
      type: 'document',
      timestamp: '2014-05-01T10:00:00Z',
      identifier: { system: 'urn:x', value: '1' },
    };
    expect(issuesOf(document)).not.toContain('bdl-11 Bundle');
    expect(full(asResource(document)).issues.map((issue) => issue.id)).toContain('bdl-11');
  });
});

describe('US Core', () => {
  it('claims the profiles a resource is meant for and satisfies', () => {
    expect(profilesOf(patient)).toEqual(['us-core-patient']);
    expect(profilesOf(allergy)).toEqual(['us-core-allergyintolerance']);
    expect(profilesOf(vital)).toEqual(['us-core-vital-signs', 'us-core-body-weight']);
    expect(profilesOf(SAMPLES.medicationStatement)).toEqual([]);
  });

  it('does not claim a profile when R4 itself is broken', () => {
    expect(profilesOf({ ...patient, birthDate: 'x' })).toEqual([]);
  });

  it.each([
    ['us-core-patient:required Patient.identifier', { ...patient, identifier: undefined }],
    ['us-core-patient:required Patient.identifier.system', { ...patient, identifier: [{ value: '1' }] }],
    ['us-core-patient:us-core-6 Patient.name', { ...patient, name: [{ text: 'x' }] }],
    ['us-core-body-weight:unit Observation.valueQuantity', { ...vital, valueQuantity: { value: 7, unit: 'stone' } }],
    ['us-core-body-weight:required Observation.effective', { ...vital, effectiveDateTime: undefined }],
    ['us-core-body-weight:vs-1 Observation.effectiveDateTime', { ...vital, effectiveDateTime: '2014' }],
  ])('warns: %s', (issue, resource) => {
    expect(issuesOf(resource)).toContain(issue);
    expect(check(asResource(resource)).issues.every(({ severity }) => severity === 'warning')).toBe(true);
    expect(profilesOf(resource)).not.toContain(issue.split(':')[0]);
  });

  it('asks whom a practitioner acted for, where the reference tells it is one', () => {
    const agents = (who: object) => ({ ...provenance, agent: [{ who }] });
    expect(issuesOf(agents({ reference: 'Practitioner/1' }))).toEqual([
      'us-core-provenance:provenance-1 Provenance.agent',
    ]);
    expect(issuesOf(agents({ reference: 'urn:uuid:1', type: 'Practitioner' }))).toHaveLength(1);
    expect(profilesOf(agents({ reference: 'urn:uuid:1' }))).toEqual(['us-core-provenance']);
    expect(profilesOf(agents({ reference: 'Organization/1' }))).toEqual(['us-core-provenance']);
  });

  it('knows what a version has', async () => {
    const preference = {
      ...vital,
      category: [{ text: 'x' }],
      code: { coding: [{ system: 'http://loinc.org', code: '75773-2' }] },
    };
    const later = await createChecker(checkData, { ...options, usCore: '7.0.0' });
    expect(profilesOf(preference)).toEqual([]);
    expect(later(asResource(preference)).profiles).toEqual([
      'http://hl7.org/fhir/us/core/StructureDefinition/us-core-treatment-intervention-preference',
    ]);
    const none = await createChecker(checkData, { ...options, usCore: 'none' });
    expect(none(asResource({ ...patient, identifier: undefined }))).toEqual({
      issues: [],
      profiles: [],
    });
  });
});

describe('contained resources', () => {
  const medication = { resourceType: 'Medication', id: 'm', code: { text: 'x' } };
  const statement = {
    resourceType: 'MedicationStatement',
    status: 'active',
    subject: { display: 'x' },
    contained: [medication],
  };
  const plain = createChecker(checkData, { level: 'fast', usCore: 'none' });
  const idsOf = async (resource: object) => (await plain)(resource as never).issues.map(({ id }) => id);

  it('are referred to (dom-3)', async () => {
    expect(await idsOf({ ...statement, medicationReference: { reference: '#m' } })).toEqual([]);
    expect(await idsOf({ ...statement, medicationCodeableConcept: { text: 'x' } })).toEqual(['dom-3']);
  });
});
