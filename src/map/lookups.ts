/** The lookups data-type converters need, over the loaded tables. */
import { createUcum, type Units } from '../fhir/ucum.js';
import type { Lookups } from './run.js';
import type { Mappings } from './table.js';

export function createLookups(mappings: Mappings): Lookups {
  const { systems, codes } = mappings;
  const ucum = createUcum(mappings.units as Units);
  return {
    ucum,
    codeSystem: (oid) => systems.codeSystems.get(oid) ?? systems.valueSetSystems.get(oid),
    codeSystemByName: (name) => systems.names.get(normalizeName(name)),
    identifierSystem: (oid) => systems.identifierSystems.get(oid),
    isValueSet: (oid) =>
      !systems.valueSetSystems.has(oid) && systems.valueSets.some((prefix) => oid.startsWith(prefix)),
    code: (table, code) => codes.get(table)?.codes.get(code)?.code,
  };
}

/** As the keys of systems.yaml are written: upper case, without white space, hyphens and underscores. */
const normalizeName = (name: string): string => name.toUpperCase().replace(/[\s_-]+/g, '');
