/** Everything a line does not show itself, in words with their labels. */
import type { Json, JsonObject } from '../fhir/json.js';
import { dosageText } from './dosage.js';
import type { LineDetail } from './model.js';
import { isObject, listOf } from './path.js';
import { valueText } from './words.js';

/** Elements that the line itself shows, or that say nothing to a reader. */
const NOT_DETAILS = new Set(
  `resourceType id meta text extension modifierExtension contained implicitRules language identifier code subject patient
  category component hasMember result section presentedForm content masterIdentifier vaccineCode medicationCodeableConcept
  target entity agent signature interpretation valueSet`.split(/\s+/),
);

/** Every other element in words, with its name as the label. */
export function toDetails(resource: JsonObject, nameOf: (reference: string) => string | undefined): LineDetail[] {
  const details: LineDetail[] = [];
  for (const key in resource) {
    if (NOT_DETAILS.has(key) || key.startsWith('_') || /^value[A-Z]/.test(key)) continue;
    const value = /^dosage(Instruction)?$/.test(key)
      ? listOf(resource[key])
          .flatMap((dosage) => dosageText(dosage) ?? [])
          .join('; ')
      : describe(resource[key] ?? null, nameOf);
    if (value) details.push({ label: labelOf(key), value });
  }
  return details;
}

/** `dosageInstruction` is read as "Dosage instruction". */
export function labelOf(key: string): string {
  const plain = key.replace(/(DateTime|CodeableConcept|Reference|Quantity|Period|String|Boolean|Instant)$/, '');
  const words = plain.replace(/([a-z])([A-Z])/g, '$1 $2').toLowerCase();
  return words.charAt(0).toUpperCase() + words.slice(1);
}

const HIDDEN = new Set(['extension', 'modifierExtension', 'id', 'system', 'url']);

function describe(value: Json, nameOf: (reference: string) => string | undefined): string | undefined {
  if (Array.isArray(value))
    return [...new Set(value.flatMap((item) => describe(item, nameOf) ?? []))].join('; ') || undefined;
  if (!isObject(value)) return value === null ? undefined : valueText(value);
  if (typeof value.reference === 'string')
    return typeof value.display === 'string' ? value.display : nameOf(value.reference);
  const plain = valueText(value);
  if (plain !== undefined) return plain;
  const parts = Object.entries(value).flatMap(([key, item]) => {
    if (HIDDEN.has(key) || key.startsWith('_') || item === undefined) return [];
    const text = describe(item, nameOf);
    return text ? [`${labelOf(key).toLowerCase()}: ${text}`] : [];
  });
  return parts.join(', ') || undefined;
}
