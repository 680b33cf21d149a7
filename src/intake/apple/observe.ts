/** A sample as Observation. */
import { parseDecimal } from '../../fhir/datatypes/decimal.js';
import { isAfter } from '../../fhir/datatypes/timestamp.js';
import { nameId } from '../../fhir/ids.js';
import { type JsonObject, setDecimal } from '../../fhir/json.js';
import type { FindingCode } from '../../finding.js';
import type { AppleData, MetadataData } from './data.js';
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

/** Adds `valueQuantity`, or for a coded type the word HealthKit has for it. @returns false if the value is neither */
function addValue(observation: JsonObject, recipe: Recipe, value: string, data: AppleData): boolean {
  if (!recipe.coded) {
    const quantity = quantityOf(recipe, value);
    if (quantity !== undefined) observation.valueQuantity = quantity;
    return quantity !== undefined;
  }
  // An event without further word: that it happened is all it says.
  if (data.export.unset.includes(value)) observation.valueBoolean = true;
  else if (value === '' || /\s/.test(value)) return false;
  else observation.valueCodeableConcept = { coding: [{ system: HEALTHKIT, code: value }] };
  return true;
}

/** Everything about a sample but what was measured. */
export interface Frame {
  readonly when: When;
  /** When it was saved. */
  readonly issued: string | undefined;
  /** True if the patient typed the value in. */
  readonly entered: boolean;
  /** `Patient/id`. */
  readonly patient: string;
  /** `Device/id`. */
  readonly device: string | undefined;
}

/** Adds it to an Observation. */
export function addFrame(observation: JsonObject, { when, issued, entered, patient }: Frame): void {
  observation.subject = { reference: patient };
  if (when.end === undefined) observation.effectiveDateTime = when.start;
  else observation.effectivePeriod = { start: when.start, end: when.end };
  if (issued !== undefined && isInstant(issued)) observation.issued = issued;
  if (entered) observation.performer = [{ reference: patient }];
}

/**
 * The name an id is made from: whose, what, when, from which source, and the value. Nothing of it changes from one
 * export to the next, and export.xml and export_cda.xml say the same.
 */
export const sampleId = (patient: string, sample: Sample, when: When, value: string): string =>
  nameId(
    `Apple Health\nObservation\n${patient}\n${sample.type}\n${when.start}\n${when.end ?? ''}\n${sample.sourceName}\n${value}`,
  );

/** An Observation of a sample, or why there is none. Built member by member, as there are millions. */
export function observe(data: AppleData, sample: Sample, recipe: Recipe, frame: Frame): JsonObject | FindingCode {
  const observation: JsonObject = {
    resourceType: 'Observation',
    id: sampleId(frame.patient, sample, frame.when, sample.value),
    status: 'final',
    category: recipe.category(),
    code: recipe.code(),
  };
  addFrame(observation, frame);
  if (!addValue(observation, recipe, sample.value, data)) return recipe.coded ? 'type-unsupported' : 'number-malformed';
  if (frame.device !== undefined) observation.device = { reference: frame.device };
  const component = componentsOf(sample, data);
  if (component !== undefined) observation.component = component;
  return observation;
}

/** True if the patient typed the value in. */
export function isEntered({ metadata }: Sample, data: AppleData): boolean {
  for (let index = 0; index < metadata.length; index += 2) {
    const rule = metadataRule(data, metadata[index]);
    if (rule?.as === 'performer' && metadata[index + 1] === rule.value) return true;
  }
  return false;
}

/** What a metadata entry of that key says; undefined if no rule reads it. */
export const metadataRule = (data: AppleData, key = ''): MetadataData | undefined =>
  Object.hasOwn(data.export.metadata, key) ? data.export.metadata[key] : undefined;

/** Metadata that say something about the measurement. */
function componentsOf({ metadata }: Sample, data: AppleData): JsonObject[] | undefined {
  let components: JsonObject[] | undefined;
  for (let index = 0; index < metadata.length; index += 2) {
    const [key = '', value = ''] = [metadata[index], metadata[index + 1]];
    const rule = metadataRule(data, key);
    if (rule?.as !== 'component' || !rule.values || !Object.hasOwn(rule.values, value)) continue;
    const text = rule.values[value];
    components ??= [];
    components.push({
      code: { coding: [{ system: HEALTHKIT, code: key }], text: rule.name ?? key },
      valueCodeableConcept: { text },
    });
  }
  return components;
}
