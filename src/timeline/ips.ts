/** The International Patient Summary of a merged record (https://hl7.org/fhir/uv/ips): a document Bundle of what counts now. */
import type { Bundle, Composition, CompositionSection, Device, FhirResource } from 'fhir/r4.js';
import { nameId } from '../fhir/ids.js';
import type { JsonObject } from '../fhir/json.js';
import { type BundleFormat, toBundle } from '../write/bundle.js';
import type { MergedPatient } from './gather.js';
import type { Merged } from './merge.js';
import type { TimelineLine } from './model.js';
import { visitReferences } from './references.js';
import { timelineOf } from './timeline.js';

const ABSENT = 'http://hl7.org/fhir/uv/ips/CodeSystem/absent-unknown-uv-ips';
const FORMAT: BundleFormat = 'document';

interface SectionRule {
  readonly code: string;
  readonly title: string;
  readonly kinds: readonly TimelineLine['kind'][];
  /** Which of those lines: what is over belongs to the history of past illness. */
  readonly takes: (line: TimelineLine) => boolean;
  /** A section IPS requires says so itself when nothing is known for it. */
  readonly unknown?: (subject: string) => FhirResource;
}

const isStated = ({ assertion, kind, negated, title }: TimelineLine): boolean =>
  assertion === 'fact' ||
  (assertion === 'uncertain' && kind === 'condition') ||
  (negated === true && /^no /i.test(title));

const concept = (code: string, display: string) => ({ coding: [{ system: ABSENT, code, display }], text: display });
const isOver = ({ status = '' }: TimelineLine): boolean =>
  ['inactive', 'remission', 'resolved', 'completed', 'stopped', 'cancelled'].includes(status);

const clinical = (kind: string) => ({
  coding: [{ system: `http://terminology.hl7.org/CodeSystem/${kind}-clinical`, code: 'active' }],
});

/** In the order of the guide; the first three are required. */
const SECTIONS: readonly SectionRule[] = [
  {
    code: '10160-0',
    title: 'Medication Summary',
    kinds: ['medication'],
    takes: (line) => !isOver(line),
    unknown: (subject) => ({
      resourceType: 'MedicationStatement',
      id: nameId(`ips no medication\n${subject}`),
      status: 'unknown',
      medicationCodeableConcept: concept('no-medication-info', 'No information about medications'),
      subject: { reference: subject },
    }),
  },
  {
    code: '48765-2',
    title: 'Allergies and Intolerances',
    kinds: ['allergy'],
    takes: () => true,
    unknown: (subject) => ({
      resourceType: 'AllergyIntolerance',
      id: nameId(`ips no allergy\n${subject}`),
      clinicalStatus: clinical('allergyintolerance'),
      code: concept('no-allergy-info', 'No information about allergies'),
      patient: { reference: subject },
    }),
  },
  {
    code: '11450-4',
    title: 'Problem List',
    kinds: ['condition'],
    takes: (line) => !isOver(line),
    unknown: (subject) => ({
      resourceType: 'Condition',
      id: nameId(`ips no problem\n${subject}`),
      clinicalStatus: clinical('condition'),
      code: concept('no-problem-info', 'No information about problems'),
      subject: { reference: subject },
    }),
  },
  { code: '11369-6', title: 'Immunizations', kinds: ['immunization'], takes: () => true },
  { code: '47519-4', title: 'History of Procedures', kinds: ['procedure'], takes: () => true },
  { code: '30954-2', title: 'Results', kinds: ['result'], takes: () => true },
  { code: '8716-3', title: 'Vital Signs', kinds: ['vital'], takes: () => true },
  { code: '11348-0', title: 'History of Past Illness', kinds: ['condition'], takes: isOver },
  { code: '29762-2', title: 'Social History', kinds: ['social'], takes: () => true },
];

/** Types the sections of the guide take; others stay in the full record. */
const TYPES: Readonly<Record<string, readonly string[]>> = {
  medication: ['MedicationStatement', 'MedicationRequest', 'MedicationAdministration', 'MedicationDispense'],
  result: ['Observation', 'DiagnosticReport'],
};

/**
 * The summary of one patient. What was ruled out, refused, withdrawn, planned, or is about relatives is left to the
 * full record; only what was suspected stays among the problems, and says so.
 */
export async function toIps(merged: Merged, patient: MergedPatient): Promise<Bundle> {
  const { lines, sources } = timelineOf(merged, patient);
  const resources = new Map<string, FhirResource>(
    patient.resources.map((resource) => [`${resource.resourceType}/${resource.id}`, resource]),
  );
  const author: Device = {
    resourceType: 'Device',
    id: nameId('ips author'),
    deviceName: [{ name: 'ccd2fhir', type: 'model-name' }],
  };
  const made: FhirResource[] = [author];
  const section = SECTIONS.flatMap((rule): CompositionSection[] => {
    const own = lines.filter((line) => rule.kinds.includes(line.kind) && isStated(line) && rule.takes(line));
    const references = own.flatMap((line) => line.resources.filter((reference) => isOfType(reference, line)));
    if (references.length > 0) return [toSection(rule, own, references)];
    const unknown = rule.unknown?.(patient.reference);
    if (!unknown) return [];
    made.push(unknown);
    return [toSection(rule, [], [`${unknown.resourceType}/${unknown.id}`])];
  });
  const date = latest([...sources.flatMap((source) => source.date ?? []), ...lines.flatMap((line) => line.date ?? [])]);
  const composition: Composition = {
    resourceType: 'Composition',
    id: nameId(['ips', patient.reference, ...sources.map(({ id }) => id)].join('\n')),
    status: 'final',
    type: { coding: [{ system: 'http://loinc.org', code: '60591-5', display: 'Patient summary Document' }] },
    subject: { reference: patient.reference },
    date: date ?? '1970',
    author: [{ reference: `Device/${author.id}` }],
    title: 'International Patient Summary',
    section,
  };
  for (const resource of [composition, ...made]) resources.set(`${resource.resourceType}/${resource.id}`, resource);
  const included = closeOver(composition, resources);
  return toBundle(toEvents(included), { format: FORMAT });
}

const isOfType = (reference: string, { kind }: TimelineLine): boolean =>
  TYPES[kind]?.includes(reference.split('/')[0] ?? '') ?? true;

/** The latest of FHIR dates; it dates the summary, as there is no clock. */
function latest(dates: readonly string[]): string | undefined {
  return [...dates].sort().at(-1);
}

function toSection(
  { code, title }: SectionRule,
  lines: readonly TimelineLine[],
  references: readonly string[],
): CompositionSection {
  return {
    title,
    code: { coding: [{ system: 'http://loinc.org', code }] },
    text: { status: 'generated', div: toDiv(lines) },
    entry: [...new Set(references)].map((reference) => ({ reference })),
  };
}

function toDiv(lines: readonly TimelineLine[]): string {
  const items = lines.map(({ title, value, date, status }) =>
    [title, value?.text, date, status].filter((part) => part !== undefined).join(', '),
  );
  const list = items.map((item) => `<li>${escapeText(item)}</li>`).join('');
  const content = list ? `<ul>${list}</ul>` : '<p>No information.</p>';
  return `<div xmlns="http://www.w3.org/1999/xhtml">${content}</div>`;
}

const escapeText = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

/** A document holds what its Composition refers to, directly or not, and nothing else. */
function closeOver(composition: Composition, resources: ReadonlyMap<string, FhirResource>): FhirResource[] {
  const all = new Set([`Composition/${composition.id}`]);
  for (const reference of all)
    visitReferences(
      resources.get(reference) as unknown as JsonObject | undefined,
      (to) => resources.has(to) && all.add(to),
    );
  return [...all].flatMap((reference) => resources.get(reference) ?? []);
}

async function* toEvents(resources: readonly FhirResource[]) {
  for (const resource of resources) yield { kind: 'resource', resource } as const;
}
