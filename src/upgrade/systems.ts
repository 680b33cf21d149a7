/** Code systems under today's names: HL7 moved its own from `http://hl7.org/fhir/` to `http://terminology.hl7.org/`. */
import type { Json, JsonObject } from '../fhir/json.js';
import { isObject } from './adapt.js';
import { shippedUpgrades } from './shipped.js';

/** Today's URI of a code system. */
export function systemOf(system: string): string {
  if (!system.startsWith('http://hl7.org/fhir/')) return system;
  const { systems, prefixes } = shippedUpgrades();
  const exact = systems.get(system);
  if (exact) return exact;
  const prefix = prefixes.find(([old]) => system.startsWith(old));
  return prefix ? prefix[1] + system.slice(prefix[0].length) : system;
}

/** A value whose codings carry today's names. What has nothing to rename comes back as it is. */
export function renameSystems(value: Json): Json {
  if (Array.isArray(value)) {
    let copy: Json[] | undefined;
    for (const [index, item] of value.entries()) {
      const renamed = renameSystems(item);
      if (renamed !== item) copy ??= value.slice(0, index);
      copy?.push(renamed);
    }
    return copy ?? value;
  }
  if (!isObject(value)) return value;
  let copy: JsonObject | undefined;
  for (const key in value) {
    const item = value[key];
    if (item === undefined) continue;
    const renamed = key === 'system' && typeof item === 'string' ? systemOf(item) : renameSystems(item);
    if (renamed === item) continue;
    copy ??= { ...value };
    copy[key] = renamed;
  }
  return copy ?? value;
}
