/** What must be there for an object to be written: an element FHIR requires, one of several an invariant asks for. */
import type { JsonObject } from '../fhir/json.js';
import { elementsOf } from '../fhir/shapes.js';

/** True if the object has all it needs. */
export type HasNeeded = (object: JsonObject) => boolean;

/** @param needs elements all of which must be there; `a|b` is there if one of the two is */
export function compileNeeds(needs: readonly string[]): HasNeeded {
  const tests = needs.map((need) => need.split('|').map(compilePresence));
  return (object) => {
    for (const anyOf of tests) if (!anyOf.some((isThere) => isThere(object))) return false;
    return true;
  };
}

/** Whether the element is there, as value or as extensions only; a choice in any of its types. */
function compilePresence(name: string): HasNeeded {
  if (!name.endsWith('[x]')) return (object) => object[name] !== undefined || object[`_${name}`] !== undefined;
  const pattern = new RegExp(`^_?${name.slice(0, -3)}[A-Z]`);
  return (object) => {
    for (const key in object) if (pattern.test(key)) return true;
    return false;
  };
}

/** Elements the assembly fills when the whole document is known. */
const FILLED_LATER = new Set(['Provenance.target']);

/** Elements FHIR requires in an object of the type (`Patient`, `Patient.communication`). */
export function requiredElements(type: string): string[] {
  const names: string[] = [];
  for (const [name, shape] of elementsOf(type) ?? []) if (shape.min > 0) names.push(name);
  return names.filter((name) => !FILLED_LATER.has(`${type}.${name}`));
}
