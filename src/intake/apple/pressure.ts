/** Blood pressure: HealthKit keeps two samples of one reading, FHIR one Observation with two components. */
import { nameId } from '../../fhir/ids.js';
import type { JsonObject } from '../../fhir/json.js';
import type { AppleData, PressureData } from './data.js';
import { addFrame, type Frame, quantityOf } from './observe.js';
import { categoryOf, HEALTHKIT, loincCoding, ucumOf } from './recipe.js';
import { shortType } from './sample.js';

/** A sample that waits for the other half of its reading. */
export interface Half extends Frame {
  readonly type: string;
  readonly unit: string;
  readonly value: string;
  readonly sourceName: string;
}

/** Readings held at most: at five a day those of ten years. Beyond it the oldest are written, some at a time. */
const MOST_WAITING = 20_000;
const WRITTEN_AT_ONCE = 1000;

export type Side = 'systolic' | 'diastolic';

/** Samples of one moment and source. */
interface Moment {
  readonly systolic: Half[];
  readonly diastolic: Half[];
}

export interface Pressures {
  /** Takes a sample. @returns false if the same one waits already, or was paired */
  put(side: Side, half: Half): boolean;
  /** Takes the two samples a Correlation says are one reading. */
  pair(systolic: Half, diastolic: Half): void;
  /** Writes what waits: a reading has one sample of each kind at its moment; several cannot be told apart and stay single. Yields after each. */
  flush(): Iterable<void>;
}

/** `systolic`, `diastolic`, or undefined if the type is neither. */
export function sideOf({ types: { pressure } }: AppleData, type: string): Side | undefined {
  const short = shortType(type);
  return short === pressure.systolic.type ? 'systolic' : short === pressure.diastolic.type ? 'diastolic' : undefined;
}

/** @param emit takes one blood pressure */
export function createPressures(data: AppleData, emit: (observation: JsonObject, shape: string) => void): Pressures {
  const waiting = new Map<string, Moment>();
  /** Samples that were written as part of a pair. */
  const paired = new Map<string, Set<string>>();

  const keyOf = ({ when: { start, end = '' }, sourceName }: Half): string => `${start}\n${end}\n${sourceName}`;

  function write(systolic: Half | undefined, diastolic: Half | undefined): void {
    const resource = toReading(data, systolic, diastolic);
    if (resource) emit(resource, `pressure ${systolic?.unit} ${diastolic?.unit}`);
  }

  function flushMoment(key: string, { systolic, diastolic }: Moment): void {
    const done = paired.get(key);
    const rest = (halves: Half[], side: Side) => halves.filter(({ value }) => !done?.has(`${side} ${value}`));
    const [upper, lower] = [rest(systolic, 'systolic'), rest(diastolic, 'diastolic')];
    if (upper.length === 1 && lower.length === 1) write(upper[0], lower[0]);
    else {
      for (const half of upper) write(half, undefined);
      for (const half of lower) write(undefined, half);
    }
  }

  function trim(): void {
    if (waiting.size <= MOST_WAITING) return;
    let excess = WRITTEN_AT_ONCE;
    for (const [key, moment] of waiting) {
      if (excess-- <= 0) return;
      flushMoment(key, moment);
      waiting.delete(key);
      paired.delete(key);
    }
  }

  return {
    put(side, half) {
      const key = keyOf(half);
      const moment = waiting.get(key) ?? { systolic: [], diastolic: [] };
      if (moment[side].some(({ value }) => value === half.value)) return false;
      moment[side].push(half);
      waiting.set(key, moment);
      trim();
      return !paired.get(key)?.has(`${side} ${half.value}`);
    },
    pair(systolic, diastolic) {
      const key = keyOf(systolic);
      const done = paired.get(key) ?? new Set();
      done.add(`systolic ${systolic.value}`).add(`diastolic ${diastolic.value}`);
      paired.set(key, done);
      // The samples may stand on their own as well, before or after.
      if (!waiting.has(key)) waiting.set(key, { systolic: [], diastolic: [] });
      write(systolic, diastolic);
      trim();
    },
    *flush() {
      for (const [key, moment] of waiting) {
        flushMoment(key, moment);
        yield;
      }
      waiting.clear();
      paired.clear();
    },
  };
}

function toReading(data: AppleData, systolic: Half | undefined, diastolic: Half | undefined): JsonObject | undefined {
  const half = systolic ?? diastolic;
  if (half === undefined) return undefined;
  const { panel, ...sides } = data.types.pressure;
  const { when, patient, device, sourceName } = half;
  const value = (one: Half | undefined) => (one === undefined ? '' : `${one.value} ${one.unit}`);
  const words = [patient, when.start, when.end ?? '', sourceName, value(systolic), value(diastolic)];
  const observation: JsonObject = {
    resourceType: 'Observation',
    id: nameId(`Apple Health\nBlood pressure\n${words.join('\n')}`),
    status: 'final',
    category: categoryOf(data, panel.category),
    code: { coding: loincCoding(panel), text: 'Blood pressure' },
  };
  addFrame(observation, half);
  if (device !== undefined) observation.device = { reference: device };
  observation.component = [toComponent(data, sides.systolic, systolic), toComponent(data, sides.diastolic, diastolic)];
  return observation;
}

const UNKNOWN = {
  system: 'http://terminology.hl7.org/CodeSystem/data-absent-reason',
  code: 'unknown',
  display: 'Unknown',
};

function toComponent(data: AppleData, side: PressureData, half: Half | undefined): JsonObject {
  const coding = loincCoding(side);
  if (half === undefined) return { code: { coding }, dataAbsentReason: { coding: [{ ...UNKNOWN }] } };
  const { unit, value, type } = half;
  const valueQuantity = quantityOf({ unit: { unit, code: ucumOf(data, unit) }, transform: (text) => text }, value);
  return {
    code: { coding: [...coding, { system: HEALTHKIT, code: type }] },
    ...(valueQuantity && { valueQuantity }),
  };
}
