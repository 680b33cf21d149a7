/** Small valid resources. */
const coding = (system: string, code: string) => ({ coding: [{ system, code }] });
const TERMINOLOGY = 'http://terminology.hl7.org/CodeSystem';
const subject = { reference: 'Patient/1' };

export const SAMPLES = {
  patient: {
    resourceType: 'Patient',
    id: '1',
    identifier: [{ system: 'urn:oid:2.16.840.1.113883.19.5', value: '42' }],
    name: [{ family: 'Miller', given: ['Ann'], period: { start: '2001', end: '2014-05' } }],
    gender: 'female',
    birthDate: '1980-02-29',
    telecom: [{ system: 'phone', value: '+1-555' }],
    extension: [
      {
        url: 'http://hl7.org/fhir/us/core/StructureDefinition/us-core-race',
        extension: [{ url: 'text', valueString: 'unknown' }],
      },
    ],
  },
  allergy: {
    resourceType: 'AllergyIntolerance',
    id: 'a',
    clinicalStatus: coding(`${TERMINOLOGY}/allergyintolerance-clinical`, 'active'),
    verificationStatus: coding(`${TERMINOLOGY}/allergyintolerance-verification`, 'confirmed'),
    category: ['food'],
    code: { text: 'peanut' },
    patient: subject,
    onsetDateTime: '2014',
    recordedDate: '2014-05-01T10:00:00-05:00',
    reaction: [{ manifestation: [{ text: 'hives' }], severity: 'mild' }],
    text: { status: 'generated', div: '<div xmlns="http://www.w3.org/1999/xhtml">on penicillin = no</div>' },
  },
  vital: {
    resourceType: 'Observation',
    id: 'v',
    status: 'final',
    category: [coding(`${TERMINOLOGY}/observation-category`, 'vital-signs')],
    code: coding('http://loinc.org', '29463-7'),
    subject,
    effectiveDateTime: '2014-05-01',
    valueQuantity: { value: 70.5, unit: 'kg', system: 'http://unitsofmeasure.org', code: 'kg' },
    referenceRange: [{ low: { value: 50 }, high: { value: 90 } }],
  },
  bloodPressure: {
    resourceType: 'Observation',
    status: 'final',
    category: [coding(`${TERMINOLOGY}/observation-category`, 'vital-signs')],
    code: coding('http://loinc.org', '85354-9'),
    subject,
    effectiveDateTime: '2014-05-01',
    component: ['8480-6', '8462-4'].map((code, i) => ({
      code: coding('http://loinc.org', code),
      valueQuantity: { value: 120 - 40 * i, unit: 'mmHg', system: 'http://unitsofmeasure.org', code: 'mm[Hg]' },
    })),
  },
  smokingStatus: {
    resourceType: 'Observation',
    status: 'final',
    category: [coding(`${TERMINOLOGY}/observation-category`, 'social-history')],
    code: coding('http://loinc.org', '72166-2'),
    subject,
    effectiveDateTime: '2014-05-01',
    valueCodeableConcept: coding('http://snomed.info/sct', '266919005'),
  },
  device: {
    resourceType: 'Device',
    type: coding('http://snomed.info/sct', '2282003'),
    udiCarrier: [{ deviceIdentifier: '1', carrierHRF: '(01)1' }],
    patient: subject,
  },
  condition: {
    resourceType: 'Condition',
    clinicalStatus: coding(`${TERMINOLOGY}/condition-clinical`, 'resolved'),
    category: [coding(`${TERMINOLOGY}/condition-category`, 'problem-list-item')],
    code: { text: 'asthma' },
    subject,
    onsetAge: { value: 7, unit: 'a', system: 'http://unitsofmeasure.org', code: 'a' },
    abatementDateTime: '2015',
  },
  medicationRequest: {
    resourceType: 'MedicationRequest',
    status: 'active',
    intent: 'order',
    medicationCodeableConcept: { text: 'aspirin' },
    subject,
    requester: { reference: 'Practitioner/2' },
    dosageInstruction: [
      {
        timing: { repeat: { boundsPeriod: { start: '2014-05-01' }, period: 8, periodUnit: 'h' } },
        doseAndRate: [{ doseQuantity: { value: 1 } }],
      },
    ],
  },
  medicationStatement: {
    resourceType: 'MedicationStatement',
    status: 'active',
    medicationReference: { reference: '#m' },
    subject,
    contained: [{ resourceType: 'Medication', id: 'm', code: { text: 'aspirin' } }],
  },
  composition: {
    resourceType: 'Composition',
    status: 'final',
    type: coding('http://loinc.org', '34133-9'),
    subject,
    date: '2014-05-01T10:00:00Z',
    author: [{ display: 'x' }],
    title: 'Summary',
    section: [{ title: 'x', section: [{ title: 'y', entry: [subject] }], entry: [subject] }],
  },
  bundle: {
    resourceType: 'Bundle',
    type: 'collection',
    entry: [
      { fullUrl: 'urn:uuid:0190d3e4-7d0c-7000-8000-000000000001', resource: { resourceType: 'Patient', id: '1' } },
    ],
  },
} as const;
