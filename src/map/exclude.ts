/** Whether two conditions on the same node can hold at once: the part of logic the loader needs. */
import type { Condition } from './path.js';

/** A condition and whether it is asked for or excluded (`unless`). */
export interface Literal {
  readonly condition: Condition;
  readonly holds: boolean;
}

/** Conditions that all must hold; `when` as they are, `unless` turned round. */
export const literals = (when: readonly Condition[], unless: readonly Condition[]): Literal[] => [
  ...when.map((condition) => simplify({ condition, holds: true })),
  ...unless.map((condition) => simplify({ condition, holds: false })),
];

/** True if no node can satisfy both. False also when that is not obvious from how they are written. */
export const contradict = (one: readonly Literal[], other: readonly Literal[]): boolean =>
  one.some((a) => other.some((b) => isContradiction(a, b) || isContradiction(b, a)));

function simplify({ condition, holds }: Literal): Literal {
  if (condition.kind === 'not') return simplify({ condition: condition.condition, holds: !holds });
  if (condition.kind === 'compare' && condition.negated)
    return { condition: { ...condition, negated: false }, holds: !holds };
  return { condition, holds };
}

function isContradiction(a: Literal, b: Literal): boolean {
  const [one, other] = [a.condition, b.condition];
  if (one.kind === 'is' && other.kind === 'is') return a.holds && !b.holds && isPart(one.templates, other.templates);
  if (!('path' in one) || !('path' in other) || one.path.text !== other.path.text) return false;
  if (other.kind === 'exists') return a.holds && !b.holds;
  if (one.kind === 'exists' || one.kind === 'order' || other.kind === 'order') return false;
  if (one.values === undefined || other.values === undefined) return false;
  if (a.holds && b.holds && one.kind === 'compare' && other.kind === 'compare')
    return one.path.alternatives.length === 1 && one.values.every((value) => !other.values?.includes(value));
  return a.holds && !b.holds && isPart(one.values, other.values);
}

const isPart = (part: readonly string[], whole: readonly string[]): boolean =>
  part.every((item) => whole.includes(item));
