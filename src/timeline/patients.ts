/** Which Patient resources are one person: by identifiers, through chains of them. Nothing else joins silently. */
import type { JsonObject } from '../fhir/json.js';
import { loadShipped } from '../map/shipped.js';
import { normalize } from './fact.js';
import type { PatientSuggestion } from './model.js';
import { addTo, isObject, listOf, type Path, valuesAt } from './path.js';
import type { ReconcileRules } from './rules.js';
import type { Source } from './source.js';
import { createUnion } from './union.js';

export interface People {
  /** Key of the person, by source id and `Patient/id`. */
  keyOf(source: string, reference: string): string | undefined;
  /** The persons, each with the Patient resources that are theirs, in canonical order. */
  readonly persons: ReadonlyMap<string, readonly Person[]>;
  readonly suggestions: readonly PatientSuggestion[];
}

interface Person {
  readonly source: string;
  readonly reference: string;
  readonly resource: JsonObject;
  readonly identifiers: readonly string[];
}

/**
 * @param sources in canonical order
 * @param same groups of identifier values or `Patient/id` the caller says are one person
 */
export function groupPatients(
  sources: readonly Source[],
  rules: ReconcileRules,
  same: readonly (readonly string[])[] = [],
): People {
  const all: Person[] = sources.flatMap(({ about, resources }) =>
    resources
      .filter(({ resourceType }) => resourceType === 'Patient')
      .map((resource) => ({
        source: about.id,
        reference: `Patient/${resource.id}`,
        resource,
        identifiers: identifiersOfPatient(resource, rules),
      })),
  );
  const union = createUnion(all.length);
  const suggestions = new Map<string, PatientSuggestion>();
  const names = all.map(({ source, reference }) => `${source} ${reference}`);
  const places = new Map(names.map((name, index) => [name, index]));

  joinBy((person) => person.identifiers, 'The identifiers agree, but birth date and name do not.', true);
  joinBy(
    ({ source, resource }) =>
      linksOf(resource)
        .map((to) => `${source} ${to}`)
        .concat(`${source} Patient/${resource.id}`),
    '',
    false,
  );
  for (const group of same) joinBy((person) => (isNamed(person, group) ? ['same'] : []), '', false);
  suggest();

  const persons = new Map<string, Person[]>();
  for (const [index, person] of all.entries()) {
    const key = names[union.find(index)] ?? '';
    addTo(persons, key, person);
  }
  return {
    persons,
    suggestions: [...suggestions.values()],
    keyOf(source, reference) {
      const place = places.get(`${source} ${reference}`);
      return place === undefined ? undefined : names[union.find(place)];
    },
  };

  /** Joins all that share a key; with `check`, not those whose birth date and name both differ. */
  function joinBy(keys: (person: Person) => readonly string[], why: string, check: boolean): void {
    const known = new Map<string, number[]>();
    for (const [index, person] of all.entries())
      for (const key of keys(person)) {
        const there = known.get(key) ?? [];
        const fit = there.find((other) => !check || agrees(person, all[other]));
        if (fit !== undefined) union.join(fit, index);
        else if (there.length > 0) note([all[there[0] ?? 0], person], why);
        addTo(known, key, index);
      }
  }

  function agrees(one: Person, other: Person | undefined): boolean {
    if (!other) return false;
    return !rules.patientAgree.every((path) => differAt(one.resource, other.resource, path));
  }

  /** Name, birth date and sex agree, and no identifier says whether it is the same person. */
  function suggest(): void {
    const alike = new Map<string, number[]>();
    for (const [index, { resource }] of all.entries()) {
      const { birthDate, gender } = resource;
      if (typeof birthDate !== 'string' || typeof gender !== 'string') continue;
      for (const name of listOf(resource.name).filter(isObject)) {
        const [given] = listOf(name.given);
        if (typeof name.family !== 'string' || typeof given !== 'string') continue;
        const key = `${normalize(name.family)} ${normalize(given)} ${birthDate} ${gender}`;
        addTo(alike, key, index);
      }
    }
    for (const group of alike.values()) {
      const roots = [...new Set(group.map((index) => union.find(index)))];
      if (roots.length > 1)
        note(
          roots.map((root) => all[root]),
          'Name, birth date and sex agree, and no identifier does.',
        );
    }
  }

  function note(people: readonly (Person | undefined)[], why: string): void {
    const patients = people.flatMap((person) => (person ? [`${person.source} ${person.reference}`] : []));
    if (why) suggestions.set(patients.join('\n'), { patients, why });
  }
}

/** True if both say it and not the same: a year does not differ from a day within it. */
export function differAt(one: JsonObject, other: JsonObject, path: Path): boolean {
  const [mine = [], theirs = []] = [one, other].map((resource) =>
    valuesAt(resource, path, () => undefined).map((value) => normalize(String(value))),
  );
  const isSaid = mine.length > 0 && theirs.length > 0;
  return isSaid && !mine.some((a) => theirs.some((b) => a.startsWith(b) || b.startsWith(a)));
}

/** `system|value` of those that tell people apart: with a system, and not one of the values that identify nobody. */
export function identifiersOfPatient(resource: JsonObject, rules: ReconcileRules): string[] {
  const found: string[] = [];
  for (const item of listOf(resource.identifier).filter(isObject)) {
    if (typeof item.system !== 'string' || typeof item.value !== 'string') continue;
    const system = systemOf(item.system);
    if (system === 'urn:ietf:rfc:3986' && item.value.startsWith('urn:oid:')) continue;
    const value = item.value.trim();
    if (value === '' || rules.nobody.some((pattern) => pattern.test(value))) continue;
    found.push(`${system}|${rules.digits.has(system) ? value.replace(/\D/g, '') : value}`);
  }
  return found;
}

/** A system by its URI, where it is known under an OID as well. */
export function systemOf(system: string): string {
  if (!system.startsWith('urn:oid:')) return system;
  const { identifierSystems, codeSystems } = loadShipped().systems;
  const oid = system.slice('urn:oid:'.length);
  return identifierSystems.get(oid) ?? codeSystems.get(oid) ?? system;
}

const linksOf = (resource: JsonObject): string[] =>
  listOf(resource.link)
    .filter(isObject)
    .flatMap(({ other }) => (isObject(other) && typeof other.reference === 'string' ? [other.reference] : []));

/** True if the caller means this person: by `Patient/id`, the id, an identifier's value or `system|value`. */
export function isNamed(
  { reference, resource }: Pick<Person, 'reference' | 'resource'>,
  names: readonly string[],
): boolean {
  return names.some((name) => {
    if (name === reference || `Patient/${name}` === reference) return true;
    return listOf(resource.identifier)
      .filter(isObject)
      .some(({ system, value }) => value === name || `${system}|${value}` === name);
  });
}
