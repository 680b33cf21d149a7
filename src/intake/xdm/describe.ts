/** One document of an XDM package: ebXML metadata as elements of a DocumentReference; the table is mappings/xdm.yaml. */
import type {
  Attachment,
  CodeableConcept,
  Coding,
  FhirResource,
  Identifier,
  PractitionerRole,
  Reference,
} from 'fhir/r4.js';
import { INTAKE } from '../../intake.gen.js';
import { loadShipped } from '../../map/shipped.js';
import type { Metadata } from '../entry.js';
import type { Association, Classification, Registry, RegistryObject } from './registry.js';
import { toAssigned, toDateTime, toHash, toIdentifier, toOrganization, toPatient, toPerson } from './values.js';

const { xdm } = INTAKE;

export interface Described {
  readonly metadata: Metadata;
  /** What has no place: names of slots and schemes. */
  readonly unread: readonly string[];
}

const systemOf = (oid: string): string | undefined => loadShipped().systems.identifierSystems.get(oid);

/** The metadata of a document, with its relations to others of the registry. */
export function describeDocument(object: RegistryObject, registry: Registry): Described {
  const contained: FhirResource[] = [];
  const unread = [
    ...[...object.slots.keys()].filter((name) => !Object.hasOwn(xdm.slots, name)).map((name) => `Slot[${name}]`),
    ...object.classifications
      .filter(({ scheme }) => !Object.hasOwn(xdm.classifications, scheme))
      .map(({ scheme }) => `Classification[${scheme}]`),
    ...object.identifiers
      .filter(({ scheme }) => !Object.hasOwn(xdm.identifiers, scheme))
      .map(({ scheme }) => `ExternalIdentifier[${scheme}]`),
  ];
  const slot = createSlots(object);
  const concepts = (element: string): CodeableConcept[] => classified(object, element).map(toConcept);
  const author = classified(object, 'author').flatMap((one, index) => readAuthor(one, index, contained) ?? []);
  const patient = toPatient(slot.all('patientInfo'), systemOf);
  const sourcePatient = slot.first('sourcePatient', (text) => toAssigned(text, systemOf));
  const subject = identified(object, 'subject').flatMap((text) => toAssigned(text, systemOf) ?? [])[0] ?? sourcePatient;
  const master = identified(object, 'masterIdentifier').map((text) => toIdentifier(text, systemOf))[0];
  if (patient) contained.push({ ...patient, id: 'source-patient' });
  const metadata: Metadata = {
    ...(contained.length > 0 && { contained }),
    ...(master && { masterIdentifier: master }),
    ...listed('identifier', entryIdentifier(object)),
    status: isReplaced(object, registry) ? 'superseded' : 'current',
    ...(concepts('type')[0] && { type: concepts('type')[0] }),
    ...listed('category', concepts('category')),
    ...(subject && { subject: { type: 'Patient', identifier: subject } }),
    ...listed('author', author),
    ...single(
      'authenticator',
      slot.first('authenticator', (text) => toPerson(text, systemOf)),
    ),
    ...listed('relatesTo', relationsOf(object, registry)),
    ...single('description', object.description),
    ...listed('securityLabel', concepts('securityLabel')),
    content: [
      { attachment: toAttachment(object, slot), ...single('format', classified(object, 'format').map(toCoding)[0]) },
    ],
  };
  const context = {
    ...listed('event', concepts('context.event')),
    ...single('period', periodOf(slot)),
    ...single('facilityType', concepts('context.facilityType')[0]),
    ...single('practiceSetting', concepts('context.practiceSetting')[0]),
    ...single('sourcePatientInfo', sourcePatientInfo(patient !== undefined, sourcePatient)),
    ...listed(
      'related',
      slot.all('related').flatMap((text) => related(text)),
    ),
  };
  return { metadata: Object.keys(context).length > 0 ? { ...metadata, context } : metadata, unread };
}

/** Withdrawn by its status, or replaced by another document of the package. */
export const isReplaced = (object: RegistryObject, { associations }: Registry): boolean =>
  xdm.statuses[object.status] === 'superseded' ||
  associations.some(({ type, target }) => target === object.id && xdm.replacing.includes(type));

interface SlotReader {
  all(meaning: string): readonly string[];
  first<T>(meaning: string, read: (text: string) => T | undefined): T | undefined;
}

function createSlots({ slots }: RegistryObject): SlotReader {
  const all = (meaning: string): readonly string[] =>
    [...slots].flatMap(([name, values]) => (xdm.slots[name] === meaning ? values : []));
  return {
    all,
    first: (meaning, read) =>
      all(meaning)
        .map(read)
        .find((value) => value !== undefined),
  };
}

const single = <K extends string, T>(key: K, value: T | undefined) =>
  (value === undefined ? {} : { [key]: value }) as { [P in K]?: T };

const listed = <K extends string, T>(key: K, values: T[]) => single(key, values.length > 0 ? values : undefined);

const classified = ({ classifications }: RegistryObject, element: string): Classification[] =>
  classifications.filter(({ scheme }) => xdm.classifications[scheme] === element);

const identified = ({ identifiers }: RegistryObject, element: string): string[] =>
  identifiers.flatMap(({ scheme, value }) => (xdm.identifiers[scheme] === element ? [value] : []));

function toCoding({ code, name, slots }: Classification): Coding {
  const [scheme] = slots.get('codingScheme') ?? [];
  const system = scheme === undefined ? undefined : codeSystem(scheme);
  return { ...(system && { system }), code, ...(name !== undefined && { display: name }) };
}

const toConcept = (one: Classification): CodeableConcept => ({ coding: [toCoding(one)] });

function codeSystem(scheme: string): string | undefined {
  const { codeSystems, names } = loadShipped().systems;
  const oid = scheme.replace(/^urn:oid:/i, '');
  const known = xdm.systems[oid] ?? codeSystems.get(oid) ?? names.get(scheme.toUpperCase().replace(/[\s_-]+/g, ''));
  if (known !== undefined) return known;
  if (/^[0-2](\.\d+)+$/.test(oid)) return `urn:oid:${oid}`;
  return /^(https?|urn):/i.test(scheme) ? scheme : undefined;
}

/** A person in a role at an institution; role, specialty and telecom need a resource to stand in. */
function readAuthor({ slots }: Classification, index: number, contained: FhirResource[]): Reference | undefined {
  const all = (name: string): readonly string[] => slots.get(name) ?? [];
  const [practitioner] = all('authorPerson').flatMap((text) => toPerson(text, systemOf) ?? []);
  const [organization] = all('authorInstitution').flatMap((text) => toOrganization(text, systemOf) ?? []);
  const concept = (text: string): CodeableConcept => {
    const [code = '', , scheme = ''] = text.split('^');
    const system =
      scheme === '' ? undefined : codeSystem(scheme.split('&').find((part) => /^[\d.]+$/.test(part)) ?? scheme);
    return system === undefined ? { text: code } : { coding: [{ system, code }] };
  };
  const role: PractitionerRole = {
    resourceType: 'PractitionerRole',
    id: `author-${index + 1}`,
    ...single('practitioner', practitioner),
    ...single('organization', organization),
    ...listed('code', all('authorRole').map(concept)),
    ...listed('specialty', all('authorSpecialty').map(concept)),
    ...listed('telecom', all('authorTelecommunication').flatMap(toTelecom)),
  };
  const parts = Object.keys(role).length - 2;
  if (parts <= 1 && (practitioner ?? organization)) return practitioner ?? organization;
  if (parts === 0) return undefined;
  contained.push(role);
  const display = [practitioner?.display, organization?.display].filter((text) => text !== undefined).join(', ');
  return { reference: `#${role.id}`, type: 'PractitionerRole', ...(display !== '' && { display }) };
}

/** XTN: `^^Internet^address` or `^PRN^PH^...^area^number`. */
function toTelecom(text: string): NonNullable<PractitionerRole['telecom']> {
  const parts = text.split('^');
  if (parts[3]) return [{ system: 'email', value: parts[3] }];
  const number = parts[11] || parts.slice(4, 7).filter(Boolean).join(' ') || parts[0];
  return number ? [{ system: 'phone', value: number }] : [];
}

const entryIdentifier = ({ id }: RegistryObject): Identifier[] =>
  /^urn:uuid:/i.test(id) ? [{ system: 'urn:ietf:rfc:3986', value: id }] : [];

function toAttachment(object: RegistryObject, slot: SlotReader): Attachment {
  const size = slot.first('size', (text) => (/^\d{1,10}$/.test(text) ? Number(text) : undefined));
  return {
    ...single('contentType', object.mimeType),
    ...single(
      'language',
      slot.first('language', (text) => text),
    ),
    ...single('size', size),
    ...single('hash', slot.first('hash', toHash)),
    ...single('title', object.name),
    ...single('creation', slot.first('creation', toDateTime)),
  };
}

function periodOf(slot: SlotReader): object | undefined {
  const period = {
    ...single('start', slot.first('start', toDateTime)),
    ...single('end', slot.first('stop', toDateTime)),
  };
  return Object.keys(period).length > 0 ? period : undefined;
}

function sourcePatientInfo(described: boolean, identifier: Identifier | undefined): Reference | undefined {
  if (!described && !identifier) return undefined;
  return { ...(described && { reference: '#source-patient' }), type: 'Patient', ...(identifier && { identifier }) };
}

/** CXi: `id^^^authority^type`. */
function related(text: string): Reference[] {
  const identifier = toAssigned(text, systemOf);
  return identifier ? [{ identifier }] : [];
}

function relationsOf({ id }: RegistryObject, { documents, associations }: Registry) {
  return associations.flatMap(({ type, source, target }: Association) => {
    const code = xdm.associations[type];
    if (source !== id || code === undefined) return [];
    const other = documents.find((one) => one.id === target);
    const [known] = other ? identified(other, 'masterIdentifier').map((text) => toIdentifier(text, systemOf)) : [];
    return [{ code, target: { identifier: known ?? { system: 'urn:ietf:rfc:3986', value: target } } }];
  });
}
