/** Blood pressure: HealthKit keeps two samples of one reading, FHIR one Observation with two components. */
import { nameId } from '../../fhir/ids.js';
import type { JsonObject } from '../../fhir/json.js';
import type { AppleData, PressureData } from './data.js';
import { frameOf, quantityOf, type Surroundings, type When } from './observe.js';
import { categoryOf, HEALTHKIT, loincCoding, ucumOf } from './recipe.js';
import { type Sample, shortType } from './sample.js';

/** A sample that waits for the other half of its reading. */
export interface Half {
  readonly sample: Sample;
  readonly when: When;
  readonly issued: string | undefined;
  readonly around: Surroundings;
}

/** Readings held at most: at ten a day those of half a century. Beyond it the oldest half is written. */
const MOST_WAITING = 200_000;

type Side = 'systolic' | 'diastolic';

/** Samples of one moment and source. */
interface Moment {
  readonly systolic: Half[];
  readonly diastolic: Half[];
}

export interface Pressures {
  /** `systolic`, `diastolic`, or undefined if the type is neither. */
  sideOf(type: string): Side | undefined;
  /** Takes a sample. @returns false if the same one waits already, or was paired */
  put(side: Side, half: Half): boolean;
  /** Takes the two samples a Correlation says are one reading. */
  pair(systolic: Half, diastolic: Half): void;
  /** Writes what waits: a reading has one sample of each kind at its moment; several cannot be told apart and stay single. */
  flush(): void;
}

/** @param emit takes one blood pressure */
export function createPressures(data: AppleData, emit: (observation: JsonObject, shape: string) => void): Pressures {
  const waiting = new Map<string, Moment>();
  /** Samples that were written as part of a pair. */
  const paired = new Map<string, Set<string>>();

  const keyOf = ({ sample, when, around }: Half): string =>
    `${around.patient}\n${when.start}\n${when.end ?? ''}\n${sample.sourceName}`;

  function write(systolic: Half | undefined, diastolic: Half | undefined): void {
    const resource = toReading(data, systolic, diastolic);
    if (resource) emit(resource, `pressure ${systolic?.sample.unit} ${diastolic?.sample.unit}`);
  }

  function flushMoment(key: string, { systolic, diastolic }: Moment): void {
    const done = paired.get(key);
    const rest = (halves: Half[], side: Side) => halves.filter(({ sample }) => !done?.has(`${side} ${sample.value}`));
    const [upper, lower] = [rest(systolic, 'systolic'), rest(diastolic, 'diastolic')];
    if (upper.length === 1 && lower.length === 1) write(upper[0], lower[0]);
    else {
      for (const half of upper) write(half, undefined);
      for (const half of lower) write(undefined, half);
    }
  }

  function trim(): void {
    if (waiting.size <= MOST_WAITING) return;
    let excess = MOST_WAITING / 2;
    for (const [key, moment] of waiting) {
      if (excess-- <= 0) return;
      flushMoment(key, moment);
      waiting.delete(key);
      paired.delete(key);
    }
  }

  return {
    sideOf(type) {
      const short = shortType(type);
      const { systolic, diastolic } = data.types.pressure;
      return short === systolic.type ? 'systolic' : short === diastolic.type ? 'diastolic' : undefined;
    },
    put(side, half) {
      const key = keyOf(half);
      const moment = waiting.get(key) ?? { systolic: [], diastolic: [] };
      if (moment[side].some(({ sample }) => sample.value === half.sample.value)) return false;
      moment[side].push(half);
      waiting.set(key, moment);
      trim();
      return !paired.get(key)?.has(`${side} ${half.sample.value}`);
    },
    pair(systolic, diastolic) {
      const key = keyOf(systolic);
      const done = paired.get(key) ?? new Set();
      done.add(`systolic ${systolic.sample.value}`).add(`diastolic ${diastolic.sample.value}`);
      paired.set(key, done);
      // The samples may stand on their own as well, before or after.
      if (!waiting.has(key)) waiting.set(key, { systolic: [], diastolic: [] });
      write(systolic, diastolic);
      trim();
    },
    flush() {
      for (const [key, moment] of waiting) flushMoment(key, moment);
      waiting.clear();
      paired.clear();
    },
  };
}

function toReading(data: AppleData, systolic: Half | undefined, diastolic: Half | undefined): JsonObject | undefined {
  const half = systolic ?? diastolic;
  if (half === undefined) return undefined;
  const { panel, ...sides } = data.types.pressure;
  const { sample, when, issued, around } = half;
  const value = (one: Half | undefined) => (one === undefined ? '' : `${one.sample.value} ${one.sample.unit}`);
  return {
    resourceType: 'Observation',
    id: nameId(
      `Apple Health\nBlood pressure\n${around.patient}\n${when.start}\n${when.end ?? ''}\n${sample.sourceName}\n${value(systolic)}\n${value(diastolic)}`,
    ),
    status: 'final',
    category: categoryOf(data, panel.category),
    code: { coding: loincCoding(panel), text: 'Blood pressure' },
    ...frameOf(sample, when, issued, around),
    ...(around.device !== undefined && { device: { reference: around.device } }),
    component: [toComponent(data, sides.systolic, systolic), toComponent(data, sides.diastolic, diastolic)],
  };
}

const UNKNOWN = {
  system: 'http://terminology.hl7.org/CodeSystem/data-absent-reason',
  code: 'unknown',
  display: 'Unknown',
};

function toComponent(data: AppleData, side: PressureData, half: Half | undefined): JsonObject {
  const coding = loincCoding(side);
  if (half === undefined) return { code: { coding }, dataAbsentReason: { coding: [{ ...UNKNOWN }] } };
  const { unit, value, type } = half.sample;
  const valueQuantity = quantityOf({ unit: { unit, code: ucumOf(data, unit) }, transform: (text) => text }, value);
  return {
    code: { coding: [...coding, { system: HEALTHKIT, code: type }] },
    ...(valueQuantity && { valueQuantity }),
  };
}
