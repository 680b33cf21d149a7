/** Whose export it is: what the files say about the person, under an id that stays the same from export to export. */
import { nameId } from '../../fhir/ids.js';
import type { JsonObject } from '../../fhir/json.js';
import type { AppleData } from './data.js';
import { categoryOf, loincCoding } from './recipe.js';
import type { Sample } from './sample.js';

export interface Owner {
  /** Adds what a file says: `birthDate`, `gender`, `bloodType`, `name`, `given`, `family`. @returns false if it was not used */
  tell(fact: string, value: string): boolean;
  /** `Patient/id`; the first sample asked for settles the id. */
  refer(sample: Sample | undefined): string;
  /** The resources about the person; none if nothing is known and nobody was referred to. */
  finish(): JsonObject[];
}

export function createOwner(data: AppleData): Owner {
  const facts = new Map<string, string>();
  const given: string[] = [];
  let reference: string | undefined;

  function tellGender(value: string): boolean {
    const gender = Object.hasOwn(data.export.gender, value) ? data.export.gender[value] : undefined;
    if (gender === undefined) return false;
    facts.set('gender', gender);
    return true;
  }

  function tellBirth(value: string): boolean {
    const date = value.replace(/^(\d{4})(\d\d)(\d\d).*$/, '$1-$2-$3');
    if (!/^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$/.test(date)) return false;
    facts.set('birthDate', date);
    return true;
  }

  /**
   * A birth date and a sex are shared by many, and nothing else in an export identifies a person: the oldest sample is
   * part of the name, so that two people's data never meet in one Patient.
   */
  function refer(sample: Sample | undefined): string {
    if (reference === undefined) {
      const known = [...facts].filter(([fact]) => fact !== 'bloodType').sort();
      const first = sample === undefined ? [] : [sample.type, sample.start, sample.sourceName];
      reference = `Patient/${nameId(`Apple Health\nPatient\n${JSON.stringify([known, first])}`)}`;
    }
    return reference;
  }

  return {
    refer,
    tell(fact, value) {
      const text = value.trim();
      if (text === '') return true;
      if (fact === 'gender') return tellGender(text);
      if (fact === 'birthDate') return tellBirth(text);
      if (fact === 'bloodType' && !Object.hasOwn(data.export.bloodType.values, text)) return false;
      if (fact === 'given') given.push(text);
      facts.set(fact, text);
      return true;
    },
    finish() {
      if (reference === undefined && facts.size === 0) return [];
      const id = refer(undefined).slice('Patient/'.length);
      const bloodType = facts.get('bloodType');
      return [toPatient(id, facts, given), ...(bloodType ? [toBloodType(data, bloodType, id)] : [])];
    },
  };
}

function toPatient(id: string, facts: ReadonlyMap<string, string>, given: readonly string[]): JsonObject {
  const [text, family] = [facts.get('name'), facts.get('family')];
  const name = { ...(text && { text }), ...(family && { family }), ...(given.length > 0 && { given: [...given] }) };
  const [gender, birthDate] = [facts.get('gender'), facts.get('birthDate')];
  return {
    resourceType: 'Patient',
    id,
    ...(Object.keys(name).length > 0 && { name: [name] }),
    ...(gender && { gender }),
    ...(birthDate && { birthDate }),
  };
}

/** What the person entered as their blood group; when is not said. */
function toBloodType(data: AppleData, value: string, patient: string): JsonObject {
  const { code, values } = data.export.bloodType;
  const { snomed, display } = (Object.hasOwn(values, value) ? values[value] : undefined) ?? { snomed: '', display: '' };
  const reference = `Patient/${patient}`;
  return {
    resourceType: 'Observation',
    id: nameId(`Apple Health\nBlood type\n${patient}\n${value}`),
    status: 'final',
    category: categoryOf(data, code.category),
    code: { coding: loincCoding(code), ...(code.display && { text: code.display }) },
    subject: { reference },
    _effectiveDateTime: {
      extension: [{ url: 'http://hl7.org/fhir/StructureDefinition/data-absent-reason', valueCode: 'unknown' }],
    },
    performer: [{ reference }],
    valueCodeableConcept: { coding: [{ system: 'http://snomed.info/sct', code: snomed, display }] },
  };
}
