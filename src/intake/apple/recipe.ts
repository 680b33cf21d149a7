/** What a sample type and its unit become: code, category, unit and arithmetic, looked up once for each pair. */
import type { JsonObject } from '../../fhir/json.js';
import type { AppleData, CodeData, TypeData } from './data.js';
import { multiplyDecimal, shiftDecimal } from './decimal.js';
import { reportable, type Sample, shortType } from './sample.js';

export const LOINC = 'http://loinc.org';
export const UCUM = 'http://unitsofmeasure.org';
/** Code system of HealthKit's own words, as others name it too. */
export const HEALTHKIT = 'http://developer.apple.com/documentation/healthkit';
const CATEGORY = 'http://terminology.hl7.org/CodeSystem/observation-category';

export interface Recipe {
  /** LOINC code, for reports. */
  readonly loinc: string | undefined;
  /** Fresh objects each time: resources share nothing. */
  code(): JsonObject;
  category(): JsonObject[];
  /** A quantity without its value. */
  readonly unit: { readonly unit: string; readonly code: string | undefined };
  /** Value as text -> value in `unit`, exactly. */
  transform(value: string): string | undefined;
  readonly coded: boolean;
}

const same = (value: string): string => value;

/** `mmol<180.15588000005408>/L` names the molar mass: the unit is mmol/L. */
const plainUnit = (unit: string): string => unit.replace(/<[^>]*>/g, '');

/** UCUM code of a unit as HealthKit spells it. */
export const ucumOf = (data: AppleData, unit: string): string | undefined =>
  ownValue(data.types.units, plainUnit(unit));

function ownValue<T>(record: Readonly<Record<string, T>>, key: string): T | undefined {
  return Object.hasOwn(record, key) ? record[key] : undefined;
}

/** `category` of an Observation. */
export const categoryOf = (data: AppleData, code: string): JsonObject[] => [
  { coding: [{ system: CATEGORY, code, display: data.types.categories[code] ?? code }] },
];

export const loincCoding = ({ loinc, display }: CodeData): JsonObject[] =>
  loinc === undefined ? [] : [{ system: LOINC, code: loinc, ...(display !== undefined && { display }) }];

/** The recipe of a sample; undefined if its type has no mapping and the file gives no code for it. */
export function findRecipe(data: AppleData, sample: Sample): Recipe | undefined {
  const type = ownValue(data.types.types, shortType(sample.type));
  return type === undefined ? sample.code && foreignRecipe(data, sample, sample.code) : recipeOf(data, type, sample);
}

function recipeOf(data: AppleData, type: TypeData, { type: name, unit }: Sample): Recipe {
  const spelled = plainUnit(unit);
  const chosen: CodeData = ownValue(type.byUnit ?? {}, spelled) ?? type;
  const convert = ownValue(type.convert ?? {}, spelled);
  const target = convert?.to ?? spelled;
  const codings = [...loincCoding(chosen), ...loincCoding(type.also ?? {}), { system: HEALTHKIT, code: name }];
  const text = chosen.display ?? type.name ?? name;
  const display = data.types.categories[type.category] ?? type.category;
  return {
    loinc: chosen.loinc,
    code: () => ({ coding: codings.map((coding) => ({ ...coding })), text }),
    category: () => [{ coding: [{ system: CATEGORY, code: type.category, display }] }],
    unit: { unit: target, code: type.unit ?? ownValue(data.types.units, target) },
    transform: convert ? converter(convert) : type.fraction && spelled === '%' ? percentOf : same,
    coded: type.coded !== undefined,
  };
}

/** A type of the file that nobody mapped, with the code the file itself gives. */
function foreignRecipe(data: AppleData, { type, unit }: Sample, own: NonNullable<Sample['code']>): Recipe {
  const spelled = plainUnit(unit);
  const healthKit = reportable(type) === type ? [{ system: HEALTHKIT, code: type }] : [];
  return {
    loinc: own.system === LOINC ? own.code : undefined,
    code: () => ({
      coding: [
        { system: own.system, code: own.code, ...(own.display !== '' && { display: own.display }) },
        ...healthKit,
      ],
      ...(own.display !== '' && { text: own.display }),
    }),
    category: () => categoryOf(data, 'vital-signs'),
    unit: { unit: spelled, code: ownValue(data.types.units, spelled) },
    transform: same,
    coded: false,
  };
}

function converter({ shift, times }: { shift?: string; times?: string }): (value: string) => string | undefined {
  return shift === undefined
    ? (value) => multiplyDecimal(value, Number(times))
    : (value) => shiftDecimal(value, Number(shift));
}

/** HealthKit's percentages are fractions of 1; some apps write 97 all the same. */
const percentOf = (value: string): string | undefined => (Number(value) > 1 ? value : shiftDecimal(value, 2));
