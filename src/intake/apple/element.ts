/** An element of export.xml while it is open, and what a sample takes of it. */
import type { Tag } from '../../read/tokens.js';
import type { Sample } from './sample.js';

/** Attributes of an element by name. */
export type Attributes = Record<string, string>;

/** An element that is open: what is needed of it when it closes. */
export interface Open {
  readonly name: string;
  readonly attributes: Attributes;
  /** Of a Record: the values that have a place. */
  readonly values: readonly string[];
  readonly leaves: number;
  readonly line: number;
  readonly metadata: string[];
  /** Samples of a Correlation. */
  readonly members: Sample[];
  /** Leaves of the members. */
  memberLeaves: number;
  readonly statistics: Attributes[];
}

/** Attributes of a Record, in an array each has its place in: there are millions of them. */
const PLACES: ReadonlyMap<string, number> = new Map(
  ['type', 'value', 'unit', 'sourceName', 'sourceVersion', 'device', 'startDate', 'endDate', 'creationDate'].map(
    (name, place) => [name, place],
  ),
).set('source', 3);

/** Names of the format's own: others might have been made up from data. */
const NAMES = /^[A-Za-z]{1,60}$/;
export const nameOf = (name: string): string => (NAMES.test(name) ? name : 'other');

export const NONE: Attributes = Object.freeze({});

/** Attributes of a tag: those of a Record that have a place, and all others by name. */
export function sortAttributes({ name, names, values, count }: Tag): Pick<Open, 'attributes' | 'values'> {
  const isRecord = name.text === 'Record';
  const placed: string[] = [];
  let attributes = NONE;
  for (let index = 0; index < count; index++) {
    const key = names[index]?.text ?? '';
    const value = values[index] ?? '';
    const place = isRecord ? PLACES.get(key) : undefined;
    if (place !== undefined) placed[place] = value;
    else {
      if (attributes === NONE) attributes = Object.create(null) as Attributes;
      attributes[key] = value;
    }
  }
  return { attributes, values: placed };
}

/** A Record by the places of its attributes. */
export const toRecord = ({ values: v, metadata, line: at }: Open): Sample => ({
  type: v[0] ?? '',
  value: v[1] ?? '',
  unit: v[2] ?? '',
  sourceName: v[3] ?? '',
  sourceVersion: v[4] ?? '',
  device: v[5] ?? '',
  start: v[6] ?? '',
  end: v[7] ?? '',
  created: v[8] ?? '',
  metadata,
  line: at,
});

/** Any other element as a sample, by the names of its attributes. */
export const toSample = (open: Open): Sample => {
  const place: string[] = [];
  for (const [key, at] of PLACES) place[at] = open.attributes[key] ?? place[at] ?? '';
  return toRecord({ ...open, values: place });
};
