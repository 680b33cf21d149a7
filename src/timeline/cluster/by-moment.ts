/** Facts about one thing, by when they were and, where the rule says so, by how much was measured. */
import { type Fact, precisionOf } from '../fact.js';
import { finest, LENGTH, momentsOf, RANK } from '../moments.js';
import { addTo } from '../path.js';
import type { Part } from '../rules.js';
import { bucket, type Groups, MOST_ASKED } from './groups.js';
import type { SameValue } from './likeness.js';

/** Dates not known to the day or better stand for any within them; from the finest to the coarsest. */
const COARSE = ['day', 'month', 'year', 'none'] as const;

/** First those of one moment, then the vaguer ones that fit to only one. */
export function joinGroup(
  group: readonly Fact[],
  rule: string,
  parts: readonly Part[],
  groups: Groups,
  sameValue: SameValue,
): void {
  if (group.length < 2) return;
  const isMeasured = parts.includes('value');
  for (const moment of momentsOf(group)) {
    if (isMeasured) joinMeasured(moment, rule, groups, sameValue);
    else groups.joinAll(moment, rule);
  }
  for (const precision of COARSE) joinVague(group, precision, rule, groups, isMeasured ? sameValue : () => true);
}

/** Of one moment; numbers in order, so that only neighbours need be compared. */
function joinMeasured(moment: readonly Fact[], rule: string, groups: Groups, sameValue: SameValue): void {
  if (moment.length < 2) return;
  const byText = bucket(moment, ({ value }) => (value && 'number' in value ? [] : [value ? `=${value.text}` : 'none']));
  for (const same of byText.values()) groups.joinAll(same, rule);
  const byUnit = bucket(moment, ({ value }) => (value && 'number' in value ? [value.unit] : []));
  for (const same of byUnit.values()) {
    const sorted = [...same].sort((a, b) => numberOf(a) - numberOf(b) || a.order - b.order);
    let near: Fact[] = [];
    for (const fact of sorted) {
      near = near.filter((other) => sameValue(other, fact));
      if (!near.some((other) => groups.tryJoin(other.order, fact.order, rule))) near.push(fact);
    }
  }
  noteValueConflicts(moment, rule, groups, sameValue);
}

const numberOf = ({ value }: Fact): number => (value && 'number' in value ? value.number : 0);

/** One test at one instant has one result: two sources that give two contradict each other. */
function noteValueConflicts(moment: readonly Fact[], rule: string, groups: Groups, sameValue: SameValue): void {
  if (precisionOf(moment[0]?.date) !== 'time') return;
  const asserted = moment.filter(({ assertion, value }) => assertion === 'fact' && value !== undefined);
  const roots = [...new Set(asserted.map(groups.rootOf))].sort((a, b) => a - b);
  if (roots.length < 2 || roots.length > MOST_ASKED) return;
  for (const [i, root] of roots.entries()) {
    const one = groups.membersOf(root);
    const sources = new Set(one.map(({ source }) => source));
    for (const further of roots.slice(i + 1)) {
      const other = groups.membersOf(further);
      const [x, y] = [one[0], other[0]];
      const isShared = other.some(({ source }) => sources.has(source));
      if (!isShared && x && y && !groups.findContradiction(one, other) && !sameValue(x, y))
        groups.keepApart(x, y, rule, 'value');
    }
  }
}

/** A fact of coarser date, or without, is the only finer one it fits to; where it fits to several it stays alone. */
function joinVague(
  group: readonly Fact[],
  precision: (typeof COARSE)[number],
  rule: string,
  groups: Groups,
  fits: SameValue,
): void {
  const { membersOf } = groups;
  const roots = [...new Set(group.map(groups.rootOf))];
  const vague = roots.filter((root) => finest(membersOf(root)) === precision);
  if (vague.length === 0 || vague.length === roots.length) return;
  const byPrefix = new Map<string, number[]>();
  for (const root of roots.filter((each) => RANK[finest(membersOf(each))] > RANK[precision]))
    for (const prefix of new Set(membersOf(root).map(({ date = '' }) => date.slice(0, LENGTH[precision]))))
      addTo(byPrefix, prefix, root);
  for (const root of vague) {
    const [fact] = membersOf(root);
    if (!fact || (precision === 'none' && fact.rules.undated === 'apart')) continue;
    const near = byPrefix.get((fact.date ?? '').slice(0, LENGTH[precision])) ?? [];
    const [only, second] = near
      .filter((other) => groups.find(other) === other && fits(fact, membersOf(other)[0] as Fact))
      .filter((other) => groups.canJoin(fact, other, rule));
    if (second !== undefined) groups.keepApart(fact, membersOf(second)[0], rule, 'ambiguous');
    else if (only !== undefined) groups.tryJoin(only, root, rule);
  }
}
