/** What makes a resource the same resource again: in the next run, in another chunking, in another document. */
import { type Json, type JsonObject, LEXICAL, stringify } from '../fhir/json.js';

/** Agents and places are the same in every patient's documents; everything else is scoped by patient. */
const SHARED = new Set(['Practitioner', 'Organization', 'Location', 'Patient']);
/** Types that happen: their date is part of what they are (GE-08). */
const EVENTS = new Set([
  'DiagnosticReport',
  'Immunization',
  'MedicationAdministration',
  'MedicationDispense',
  'Observation',
  'Procedure',
]);
const NPI = 'http://hl7.org/fhir/sid/us-npi';
const SSN = 'http://hl7.org/fhir/sid/us-ssn';

const isObject = (value: Json | undefined): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** `system|value` of the identifiers that identify: a bare OID may be a namespace several entries share (GE-07). */
export function identifiersOf(resource: JsonObject): string[] {
  const list = Array.isArray(resource.identifier) ? resource.identifier : [resource.identifier];
  const keys: string[] = [];
  for (const item of list) {
    if (!isObject(item) || typeof item.value !== 'string') continue;
    if (item.system === 'urn:ietf:rfc:3986' && item.value.startsWith('urn:oid:')) continue;
    keys.push(`${item.system ?? ''}|${item.value}`);
  }
  return keys;
}

/** The name an id is made from. Identifier plus what the statement is about, else the whole content. */
export function identityName(resource: JsonObject, scope: string): string {
  const type = String(resource.resourceType);
  const identifiers = identifiersOf(resource);
  if (identifiers.length === 0) return [scope, type, contentOf(resource)].join('\n');
  if (SHARED.has(type)) return [type, preferred(identifiers)].join('\n');
  // EN-01: the encounter of the header and the one of the body have one id and day, but seldom one type and precision.
  if (type === 'Encounter') return [scope, type, ...identifiers.sort(), dateOf(resource).slice(0, 10)].join('\n');
  const date = EVENTS.has(type) ? dateOf(resource) : '';
  return [scope, type, ...identifiers.sort(), subjectMatter(resource), date].join('\n');
}

const preferred = (identifiers: readonly string[]): string =>
  identifiers.find((key) => key.startsWith(NPI)) ??
  identifiers.find((key) => !key.startsWith(SSN)) ??
  identifiers[0] ??
  '';

/** The content that counts: without id, meta and narrative. */
export function contentOf(resource: JsonObject): string {
  if (resource.id === undefined && resource.meta === undefined && resource.text === undefined)
    return stringify(resource);
  const content: JsonObject = {};
  for (const key in resource) if (key !== 'id' && key !== 'meta' && key !== 'text') content[key] = resource[key];
  if (resource[LEXICAL]) content[LEXICAL] = resource[LEXICAL];
  return stringify(content);
}

/** First coding, or text, of what the resource is about. */
function subjectMatter(resource: JsonObject): string {
  for (const name of ['code', 'vaccineCode', 'medicationCodeableConcept', 'medicationReference', 'type']) {
    const first = Array.isArray(resource[name]) ? resource[name][0] : resource[name];
    if (!isObject(first)) continue;
    const coding = Array.isArray(first.coding) ? first.coding[0] : first;
    if (isObject(coding) && coding.code !== undefined) return `${coding.system ?? ''}|${coding.code}`;
    return String(first.text ?? first.reference ?? '');
  }
  return '';
}

function dateOf(resource: JsonObject): string {
  for (const name in resource) {
    if (!/^(effective|performed|occurrence)[A-Z]|^period$|^whenHandedOver$/.test(name)) continue;
    const value = resource[name];
    if (typeof value === 'string') return value;
    if (isObject(value)) return `${value.start ?? ''}/${value.end ?? ''}`;
  }
  return '';
}

/** Keys under which the same agent may have been described before: identifiers, then the name; for a role who and where. */
export function agentKeys(resource: JsonObject): string[] {
  const type = resource.resourceType;
  if (type === 'PractitionerRole') {
    return [`${type} ${referenceOf(resource.practitioner)} ${referenceOf(resource.organization)}`];
  }
  const keys = identifiersOf(resource).map((key) => `${type} ${key}`);
  const name = agentName(resource);
  return name ? [...keys, `${type} name ${name}`] : keys;
}

const referenceOf = (value: Json | undefined): string => (isObject(value) ? String(value.reference ?? '') : '');

/** A person's or organization's name, comparable; empty if there is none. */
export function agentName(resource: JsonObject): string {
  const name = Array.isArray(resource.name) ? resource.name[0] : resource.name;
  if (typeof name === 'string') return normalize(name);
  if (!isObject(name)) return '';
  const [given] = Array.isArray(name.given) ? name.given : [];
  return name.family ? normalize(`${name.family} ${given ?? ''}`) : normalize(String(name.text ?? ''));
}

const normalize = (text: string): string =>
  text
    .toLowerCase()
    .replace(/[\s.,]+/g, ' ')
    .trim();

/** PA-15: one may stand for the other: no identifier of one system with two values, no two different names. */
export function isSameAgent(one: JsonObject, other: JsonObject): boolean {
  const [name, otherName] = [agentName(one), agentName(other)];
  if (name && otherName && name !== otherName) return false;
  const bySystem = groupBySystem(identifiersOf(one));
  for (const [system, values] of groupBySystem(identifiersOf(other))) {
    const mine = bySystem.get(system);
    if (mine && ![...values].some((value) => mine.has(value))) return false;
  }
  return true;
}

function groupBySystem(keys: readonly string[]): Map<string, Set<string>> {
  const groups = new Map<string, Set<string>>();
  for (const key of keys) {
    const [system = '', value = ''] = key.split('|');
    groups.set(system, (groups.get(system) ?? new Set()).add(value));
  }
  return groups;
}
