/** Reads the facts of all sources, in canonical order. */
import type { JsonObject } from '../fhir/json.js';
import { allAt, assertionOf, codeKeys, dateAt, type Fact, kindOf, measureOf, wordsOf } from './fact.js';
import { isObject, isSo, listOf, type Resolve } from './path.js';
import { type People, systemOf } from './patients.js';
import { type ReconcileRules, rulesOf } from './rules.js';
import type { Source } from './source.js';

/** The patient of what belongs to nobody, or to everybody: practitioners, places, drugs. */
export const NOBODY = '';

/** Elements that say whose record it is, the likeliest first. */
const SUBJECTS = ['subject', 'patient', 'beneficiary', 'individual', 'for'];

/** @param sources in canonical order */
export function collectFacts(sources: readonly Source[], people: People, rules: ReconcileRules): Fact[] {
  const facts: Fact[] = [];
  for (const source of sources) collectSource(source, people, rules, facts);
  return facts;
}

function collectSource({ about, resources }: Source, people: People, rules: ReconcileRules, facts: Fact[]): void {
  const byKey = new Map(resources.map((resource) => [`${resource.resourceType}/${resource.id}`, resource]));
  const resolve: Resolve = (reference) => byKey.get(reference);
  const owners = new Set<string>();
  for (const key of byKey.keys()) if (key.startsWith('Patient/')) owners.add(people.keyOf(about.id, key) ?? NOBODY);
  const [only = `${about.id} `] = owners.size < 2 ? owners : [NOBODY];
  const planned = findPlanned(resources, rules);
  const dates = findPanelDates(resources, rules);

  for (const [reference, resource] of [...byKey].sort(([one], [other]) => (one < other ? -1 : 1))) {
    const type = String(resource.resourceType);
    const own = rulesOf(rules, type);
    const concepts = allAt(resource, own.about, resolve);
    facts.push({
      order: facts.length,
      source: about.id,
      stated: about.date ?? statedAt(resource),
      reference,
      type,
      resource,
      rules: own,
      kind: kindOf(resource, own),
      patient: ownerOf(resource, reference),
      assertion: assertionOf(resource, own, planned.has(reference)),
      activity: isSo(resource, own.active) ? 'active' : isSo(resource, own.ended) ? 'ended' : undefined,
      identifiers: allAt(resource, own.identifier, resolve).flatMap(identifierKey),
      about: concepts.flatMap(codeKeys),
      words: concepts.flatMap(wordsOf),
      date: dateAt(resource, own.date, resolve) ?? dates.get(reference),
      end: dateAt(resource, own.end, resolve),
      value: measureOf(resource, own, rules),
    });
  }

  function ownerOf(resource: JsonObject, reference: string): string {
    const type = String(resource.resourceType);
    if (type === 'Patient') return people.keyOf(about.id, reference) ?? NOBODY;
    if (rulesOf(rules, type).shared) return NOBODY;
    for (const name of SUBJECTS)
      for (const holder of listOf(resource[name])) {
        const target = isObject(holder) && typeof holder.reference === 'string' ? holder.reference : '';
        const key = target.startsWith('Patient/') ? people.keyOf(about.id, target) : undefined;
        if (key !== undefined) return key;
      }
    return only;
  }
}

/** When a record that is in no dated document was last written. */
function statedAt({ meta }: JsonObject): string | undefined {
  return isObject(meta) && typeof meta.lastUpdated === 'string' ? meta.lastUpdated : undefined;
}

function identifierKey(item: Parameters<typeof isObject>[0]): string[] {
  if (!isObject(item) || typeof item.value !== 'string') return [];
  const system = typeof item.system === 'string' ? systemOf(item.system) : '';
  // A bare OID is a namespace that several records may share.
  if (system === 'urn:ietf:rfc:3986' && item.value.startsWith('urn:oid:')) return [];
  return system === '' ? [] : [`${system}|${item.value}`];
}

/** Records that their document lists among what is planned. */
function findPlanned(resources: readonly JsonObject[], rules: ReconcileRules): Set<string> {
  const found = new Set<string>();
  const visit = (sections: readonly unknown[]): void => {
    for (const section of sections as readonly JsonObject[]) {
      if (!isObject(section)) continue;
      const codes = codeKeys(section.code ?? null).map((key) => key.slice(key.lastIndexOf('|') + 1));
      for (const entry of listOf(section.entry)) {
        const reference = isObject(entry) ? String(entry.reference) : '';
        const planned = rules.plannedSections.get(reference.split('/')[0] ?? '');
        if (planned && codes.some((code) => planned.has(code))) found.add(reference);
      }
      visit(listOf(section.section));
    }
  };
  for (const { resourceType, section } of resources) if (resourceType === 'Composition') visit(listOf(section));
  return found;
}

/** A member of a panel without a date of its own is of the panel's. */
function findPanelDates(resources: readonly JsonObject[], rules: ReconcileRules): Map<string, string> {
  const dates = new Map<string, string>();
  for (const resource of resources) {
    const own = rulesOf(rules, String(resource.resourceType));
    if (own.members.length === 0) continue;
    const date = dateAt(resource, own.date, () => undefined);
    if (date === undefined) continue;
    for (const member of allAt(resource, own.members, () => undefined))
      if (isObject(member) && typeof member.reference === 'string') dates.set(member.reference, date);
  }
  return dates;
}
