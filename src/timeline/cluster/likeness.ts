/** What two facts have to share: what they are about, when, and how much. */
import { type Fact, isSameValue } from '../fact.js';
import { momentOf } from '../moments.js';
import type { ReconcileRules } from '../rules.js';

/** By codes; where one has none, by words; where one has neither, nothing speaks against it. */
export const sameAbout = (a: Fact, b: Fact): boolean =>
  a.about.length === 0 || b.about.length === 0
    ? a.words.length === 0 || b.words.length === 0 || a.words.some((word) => b.words.includes(word))
    : a.about.some((code) => b.about.includes(code));

/** A date known to the month fits to any day of it; to none fits any. */
export function sameDate(a: Fact, b: Fact): boolean {
  if (a.date === undefined || b.date === undefined || a.rules.match === 'any' || a.rules.match === 'episode')
    return true;
  const [x, y] = [momentOf(a), momentOf(b)];
  return x.startsWith(y) || y.startsWith(x) || a.date.startsWith(b.date) || b.date.startsWith(a.date);
}

export type SameValue = (a: Fact, b: Fact) => boolean;

/** Compares values in one unit, within the tolerance of the rules. */
export const compareValues =
  ({ tolerance }: Pick<ReconcileRules, 'tolerance'>): SameValue =>
  (a, b) =>
    isSameValue(a.value, b.value, tolerance);

/** Words are weak: with them both must be dated or neither, unless the type says that dates do not matter. */
export const isDated = (one: Fact | undefined, other: Fact): boolean =>
  other.rules.match === 'any' ||
  other.rules.undated === 'joins' ||
  (one?.date === undefined) === (other.date === undefined);
