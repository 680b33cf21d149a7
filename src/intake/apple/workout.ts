/** A workout as Observation: what was done, from when to when, how long, how far, with what effort. */
import { nameId } from '../../fhir/ids.js';
import type { JsonObject } from '../../fhir/json.js';
import type { AppleData } from './data.js';
import { effectiveOf, quantityOf, whenOf } from './observe.js';
import type { Owner } from './patient.js';
import { categoryOf, HEALTHKIT, loincCoding, ucumOf } from './recipe.js';
import { type Sample, shortType } from './sample.js';
import { createTimes } from './time.js';

export interface Workout {
  readonly attributes: Readonly<Record<string, string>>;
  /** Sums of a kind of sample over the workout, as newer exports state them: type, sum, unit. */
  readonly statistics: readonly Readonly<Record<string, string>>[];
  /** Times and source, as those of a sample. */
  readonly sample: Sample;
}

/** @returns the Observation and how many attributes of the workout it holds; undefined if its time cannot be told */
export function toWorkout(
  data: AppleData,
  { attributes, statistics, sample }: Workout,
  owner: Owner,
): { readonly resource: JsonObject; readonly shape: string; readonly copied: number } | undefined {
  const when = whenOf(sample, createTimes());
  const activity = attributes.workoutActivityType ?? '';
  if (when === undefined || !/^HK\w+$/.test(activity)) return undefined;
  const { code, parts } = data.types.workout;
  const component: JsonObject[] = [];
  let copied = ['workoutActivityType', 'startDate', 'endDate'].filter((name) => attributes[name] !== undefined).length;
  const add = (part: { loinc?: string; display?: string }, value: string, unit: string): boolean => {
    const recipe = { unit: { unit, code: ucumOf(data, unit) }, transform: (text: string) => text };
    const valueQuantity = quantityOf(recipe, value);
    if (valueQuantity) component.push({ code: { coding: loincCoding(part) }, valueQuantity });
    return valueQuantity !== undefined;
  };
  for (const [name, part] of Object.entries(parts)) {
    const value = attributes[name];
    if (value !== undefined && add(part, value, attributes[part.unit] ?? ''))
      copied += attributes[part.unit] === undefined ? 1 : 2;
  }
  for (const { type = '', sum, unit = '' } of statistics) {
    const kind = data.types.types[shortType(type)];
    if (sum !== undefined && kind?.loinc !== undefined && !component.some((one) => holds(one, kind.loinc)))
      add(kind, sum, unit);
  }
  const patient = owner.refer(sample);
  const words = [patient, activity, when.start, when.end ?? '', sample.sourceName];
  const resource: JsonObject = {
    resourceType: 'Observation',
    id: nameId(`Apple Health\nWorkout\n${words.join('\n')}`),
    status: 'final',
    category: categoryOf(data, code.category),
    code: { coding: loincCoding(code), ...(code.display && { text: code.display }) },
    subject: { reference: patient },
    ...effectiveOf(when),
    valueCodeableConcept: { coding: [{ system: HEALTHKIT, code: activity }] },
    ...(component.length > 0 && { component }),
  };
  return { resource, shape: `workout ${component.length} ${when.end !== undefined}`, copied };
}

const holds = (component: JsonObject, loinc: string | undefined): boolean =>
  JSON.stringify(component.code).includes(`"${loinc}"`);
