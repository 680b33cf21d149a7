/** The HL7 v2 data types ebXML metadata uses (ITI TF-3, table 4.2.3.1.7-2), as FHIR. */
import type { Address, HumanName, Identifier, Patient, Reference } from 'fhir/r4.js';

/** OID -> URI of those who assign identifiers; undefined if there is none but `urn:oid:`. */
export type SystemOf = (oid: string) => string | undefined;

const split = (text: string, mark: string): string[] => text.split(mark).map((part) => part.trim());

const OID = /^[0-2](\.(0|[1-9]\d*))+$/;

/** `1.2.3^7`, an OID or a UUID: as an identifier of CDA is written in FHIR (II-01, II-02). */
export function toIdentifier(text: string, systemOf: SystemOf): Identifier {
  const [root = '', extension = ''] = split(text, '^');
  if (extension !== '' && OID.test(root)) return { system: systemOf(root) ?? `urn:oid:${root}`, value: extension };
  if (OID.test(root)) return { system: 'urn:ietf:rfc:3986', value: `urn:oid:${root}` };
  return /^urn:/i.test(root) ? { system: 'urn:ietf:rfc:3986', value: root } : { value: text };
}

/** CX: `id^^^name&oid&ISO`; undefined without an id. */
export function toAssigned(text: string, systemOf: SystemOf): Identifier | undefined {
  const [value = '', , , authority = ''] = split(text, '^');
  return value === '' ? undefined : assigned(value, authority, systemOf);
}

function assigned(value: string, authority: string, systemOf: SystemOf): Identifier {
  const oid = split(authority, '&').find((part) => OID.test(part));
  return oid === undefined ? { value } : { system: systemOf(oid) ?? `urn:oid:${oid}`, value };
}

/** XPN, or the name in an XCN: `family^given^middle^suffix^prefix^degree`. */
export function toName(parts: readonly string[]): HumanName | undefined {
  const [family = '', given = '', middle = '', suffix = '', prefix = '', degree = ''] = parts;
  const filled = (...texts: string[]): string[] => texts.filter((text) => text !== '');
  const [givens, suffixes, prefixes] = [filled(given, middle), filled(suffix, degree), filled(prefix)];
  if (family === '' && givens.length === 0) return undefined;
  return {
    ...(family !== '' && { family }),
    ...(givens.length > 0 && { given: givens }),
    ...(prefixes.length > 0 && { prefix: prefixes }),
    ...(suffixes.length > 0 && { suffix: suffixes }),
  };
}

export const nameText = ({ prefix = [], given = [], family = '', suffix = [] }: HumanName): string =>
  [...prefix, ...given, family, ...suffix].filter((part) => part !== '').join(' ');

/** XCN: `id^family^given^...^^^authority`, to a person named and identified but not described. */
export function toPerson(text: string, systemOf: SystemOf): Reference | undefined {
  const [id = '', ...rest] = split(text, '^');
  const name = toName(rest.slice(0, 6));
  const identifier = id === '' ? undefined : assigned(id, rest[7] ?? '', systemOf);
  if (!name && !identifier) return undefined;
  return { type: 'Practitioner', ...(identifier && { identifier }), ...(name && { display: nameText(name) }) };
}

/** XON: `name^^^^^authority^^^^id`; the id alone may be an OID. */
export function toOrganization(text: string, systemOf: SystemOf): Reference | undefined {
  const parts = split(text, '^');
  const [name = ''] = parts;
  const id = parts[9] ?? '';
  const identifier =
    id === '' ? undefined : OID.test(id) ? toIdentifier(id, systemOf) : assigned(id, parts[5] ?? '', systemOf);
  if (name === '' && !identifier) return undefined;
  return { type: 'Organization', ...(identifier && { identifier }), ...(name !== '' && { display: name }) };
}

/** DTM, always UTC (ITI TF-3, 4.2.3.1.7): as exact as it is told; an hour without minutes is its day. */
export function toDateTime(text: string): string | undefined {
  const [, year, month, day, hour, minute, second = '00'] =
    /^(\d{4})(?:(\d\d)(?:(\d\d)(?:(\d\d)(?:(\d\d)(\d\d)?)?)?)?)?(?:\.\d+)?(?:Z|[+-]0000)?$/.exec(text) ?? [];
  if (year === undefined) return undefined;
  const date = [year, month, day].filter((part) => part !== undefined).join('-');
  return hour === undefined || minute === undefined ? date : `${date}T${hour}:${minute}:${second}Z`;
}

const GENDERS: Readonly<Record<string, Patient['gender']>> = {
  M: 'male',
  F: 'female',
  O: 'other',
  A: 'other',
  U: 'unknown',
};

/** sourcePatientInfo, `PID-5|Doe^Jane`: the patient as the source knew them; undefined if it says nothing. */
export function toPatient(lines: readonly string[], systemOf: SystemOf): Patient | undefined {
  const fields = lines.map((line) => /^PID-(\d+)\|(.*)$/s.exec(line)).filter((match) => match !== null);
  const of = (number: string): string[] =>
    fields.flatMap(([, field, value = '']) =>
      field === number ? split(value, '~').filter((text) => text !== '') : [],
    );
  const identifier = of('3').flatMap((text) => toAssigned(text, systemOf) ?? []);
  const name = of('5').flatMap((text) => toName(split(text, '^')) ?? []);
  const birthDate = of('7').map((text) => toDateTime(text.slice(0, 8)))[0];
  const gender = of('8').map((text) => GENDERS[text.toUpperCase()])[0];
  const address = of('11').flatMap((text) => toAddress(text) ?? []);
  if (identifier.length + name.length + address.length === 0 && !birthDate && !gender) return undefined;
  return {
    resourceType: 'Patient',
    ...(identifier.length > 0 && { identifier }),
    ...(name.length > 0 && { name }),
    ...(gender && { gender }),
    ...(birthDate && { birthDate }),
    ...(address.length > 0 && { address }),
  };
}

/** XAD: `street^other^city^state^zip^country`. */
function toAddress(text: string): Address | undefined {
  const [street = '', other = '', city, state, postalCode, country] = split(text, '^');
  const line = [street.replace(/&.*$/, ''), other].filter((part) => part !== '');
  const address = {
    ...(line.length > 0 && { line }),
    ...(city && { city }),
    ...(state && { state }),
    ...(postalCode && { postalCode }),
    ...(country && { country }),
  };
  return Object.keys(address).length === 0 ? undefined : address;
}

/** Hexadecimal to base64, as FHIR writes hashes; undefined if it is no SHA-1. */
export const toHash = (hex: string): string | undefined =>
  /^[0-9a-f]{40}$/i.test(hex) ? Buffer.from(hex, 'hex').toString('base64') : undefined;
