/** A sample as Observation. */
import { parseDecimal } from '../../fhir/datatypes/decimal.js';
import { isAfter } from '../../fhir/datatypes/timestamp.js';
import { nameId } from '../../fhir/ids.js';
import { type JsonObject, setDecimal } from '../../fhir/json.js';
import type { FindingCode } from '../../finding.js';
import type { AppleData } from './data.js';
import { HEALTHKIT, type Recipe, UCUM } from './recipe.js';
import type { Sample } from './sample.js';
import { isInstant } from './time.js';

export interface When {
  readonly start: string;
  /** Only if it differs from `start`. */
  readonly end: string | undefined;
  /** True if the sample has an end that could not be used. */
  readonly endLost: boolean;
}

/** When a sample was taken; undefined if that cannot be told. @param read reads a time of the file */
export function whenOf(sample: Sample, read: (text: string) => string | undefined): When | undefined {
  const start = read(sample.start);
  if (start === undefined) return undefined;
  if (sample.end === '' || sample.end === sample.start) return { start, end: undefined, endLost: false };
  const end = read(sample.end);
  const good = end !== undefined && !isAfter(start, end);
  return { start, end: good && end !== start ? end : undefined, endLost: !good };
}

/** `effectiveDateTime` of a moment, `effectivePeriod` of a span. */
export const effectiveOf = ({ start, end }: When): JsonObject =>
  end === undefined ? { effectiveDateTime: start } : { effectivePeriod: { start, end } };

/** A Quantity; undefined if the text is no number, or none that can be converted. */
export function quantityOf(recipe: Pick<Recipe, 'unit' | 'transform'>, value: string): JsonObject | undefined {
  const decimal = parseDecimal(value);
  const amount = decimal === undefined ? undefined : recipe.transform(decimal);
  if (amount === undefined) return undefined;
  const quantity: JsonObject = {};
  setDecimal(quantity, 'value', amount);
  const { unit, code } = recipe.unit;
  if (unit !== '') quantity.unit = unit;
  if (code !== undefined) {
    quantity.system = UCUM;
    quantity.code = code;
  }
  return quantity;
}

/** `valueQuantity`, or for a coded type the word HealthKit has for it. */
function valueElement(recipe: Recipe, value: string, data: AppleData): JsonObject | undefined {
  if (!recipe.coded) {
    const valueQuantity = quantityOf(recipe, value);
    return valueQuantity && { valueQuantity };
  }
  // An event without further word: that it happened is all it says.
  if (data.export.unset.includes(value)) return { valueBoolean: true };
  if (value === '' || /\s/.test(value)) return undefined;
  return { valueCodeableConcept: { coding: [{ system: HEALTHKIT, code: value }] } };
}

export interface Observed {
  readonly resource: JsonObject;
  /** Metadata entries that became part of it, by index of their key. */
  readonly used: ReadonlySet<number>;
}

export interface Surroundings {
  readonly data: AppleData;
  /** `Patient/id`. */
  readonly patient: string;
  /** `Device/id`. */
  readonly device: string | undefined;
}

/** The part of every Observation that does not depend on what was measured. */
export function frameOf(sample: Sample, when: When, issued: string | undefined, around: Surroundings): JsonObject {
  return {
    subject: { reference: around.patient },
    ...effectiveOf(when),
    ...(issued !== undefined && isInstant(issued) && { issued }),
    ...(isEntered(sample, around.data) && { performer: [{ reference: around.patient }] }),
  };
}

/**
 * The name an id is made from: whose, what, when, from which source, and the value. Nothing of it changes from one
 * export to the next, and export.xml and export_cda.xml say the same.
 */
export const sampleId = (patient: string, sample: Sample, when: When, value: string): string =>
  nameId(
    `Apple Health\nObservation\n${patient}\n${sample.type}\n${when.start}\n${when.end ?? ''}\n${sample.sourceName}\n${value}`,
  );

/** An Observation of a sample, or why there is none. */
export function observe(
  sample: Sample,
  recipe: Recipe,
  when: When,
  issued: string | undefined,
  around: Surroundings,
): Observed | FindingCode {
  const value = valueElement(recipe, sample.value, around.data);
  if (value === undefined) return recipe.coded ? 'type-unsupported' : 'number-malformed';
  const used = new Set<number>();
  const component = componentsOf(sample, around.data, used);
  const resource: JsonObject = {
    resourceType: 'Observation',
    id: sampleId(around.patient, sample, when, sample.value),
    status: 'final',
    category: recipe.category(),
    code: recipe.code(),
    ...frameOf(sample, when, issued, around),
    ...value,
    ...(around.device !== undefined && { device: { reference: around.device } }),
    ...(component.length > 0 && { component }),
  };
  return { resource, used };
}

/** True if the patient typed the value in. */
function isEntered({ metadata }: Sample, data: AppleData): boolean {
  for (let index = 0; index < metadata.length; index += 2) {
    const rule = data.export.metadata[metadata[index] ?? ''];
    if (rule?.as === 'performer' && metadata[index + 1] === rule.value) return true;
  }
  return false;
}

/** Metadata that say something about the measurement; indexes of all entries understood go into `used`. */
export function componentsOf({ metadata }: Sample, data: AppleData, used: Set<number>): JsonObject[] {
  const components: JsonObject[] = [];
  for (let index = 0; index < metadata.length; index += 2) {
    const [key = '', value = ''] = [metadata[index], metadata[index + 1]];
    if (!Object.hasOwn(data.export.metadata, key)) continue;
    const rule = data.export.metadata[key];
    const text = rule?.values && Object.hasOwn(rule.values, value) ? rule.values[value] : undefined;
    used.add(index);
    if (rule?.as === 'component' && text !== undefined)
      components.push({
        code: { coding: [{ system: HEALTHKIT, code: key }], text: rule.name ?? key },
        valueCodeableConcept: { text },
      });
  }
  return components;
}
