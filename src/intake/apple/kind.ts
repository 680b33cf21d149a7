/** What samples of one type have in common, looked up once for millions of them. */
import type { AppleData } from './data.js';
import { type Side, sideOf } from './pressure.js';
import { findRecipe, type Recipe } from './recipe.js';
import { reportable, type Sample } from './sample.js';

/** Samples of one type, unit and code. */
export interface Kind {
  readonly type: string;
  readonly unit: string;
  readonly code: string | undefined;
  /** Name in reports. */
  readonly path: string;
  /** Which half of a blood pressure it is. */
  readonly side: Side | undefined;
  /** What it becomes by itself; undefined if no rule says so. */
  readonly recipe: Recipe | undefined;
  /** Names of the shapes of its Observations. */
  readonly shapes: Map<number, string>;
}

/** Kinds remembered: types and units come from the file, and nobody fills the memory with them. */
const MOST_KINDS = 2000;

/** Name of the samples of a type in reports. */
export const pathOf = (type: string): string => `Record[${reportable(type)}]`;

/** Finds the kind of a sample: most of the time that of the one before. */
export function createKinds(data: AppleData): (sample: Sample) => Kind {
  const known = new Map<string, Kind>();
  let last: Kind | undefined;
  return (sample) => {
    const { type, unit } = sample;
    const code = sample.code?.code;
    if (last !== undefined && last.type === type && last.unit === unit && last.code === code) return last;
    const key = `${type}\n${unit}\n${code ?? ''}`;
    last = known.get(key);
    if (last !== undefined) return last;
    const [path, side, recipe] = [pathOf(type), sideOf(data, type), findRecipe(data, sample)];
    last = { type, unit, code, path, side, recipe, shapes: new Map() };
    if (known.size < MOST_KINDS) known.set(key, last);
    return last;
  };
}
