/** Facts without codes: one with what says the same in words. */
import type { Fact } from '../fact.js';
import type { Part } from '../rules.js';
import { joinGroup } from './by-moment.js';
import { bucket, type Groups } from './groups.js';
import { isDated, type SameValue, sameDate } from './likeness.js';

/** First those without codes among themselves, then each with the only coded one that says the same. */
export function joinByWords(
  facts: readonly Fact[],
  rule: string,
  parts: readonly Part[],
  groups: Groups,
  sameValue: SameValue,
): void {
  const wordless = facts.filter((fact) => isUncoded(fact) && fact.words.length > 0);
  if (wordless.length === 0) return;
  const keysOf = (fact: Fact): string[] => fact.words.map((word) => `${fact.patient} ${fact.rules.family} ${word}`);
  const wanted = new Set(wordless.flatMap(keysOf));
  for (const group of bucket(facts, (fact) => keysOf(fact).filter((key) => wanted.has(key))).values()) {
    const uncoded = group.filter(isUncoded);
    joinGroup(uncoded, rule, parts, groups, sameValue);
    const coded = [...new Set(group.filter((fact) => !isUncoded(fact)).map(groups.rootOf))];
    for (const root of new Set(uncoded.map(groups.rootOf))) joinToCoded(root, coded);
  }

  function joinToCoded(root: number, coded: readonly number[]): void {
    const members = groups.membersOf(root);
    const [fact] = members;
    if (!fact || !members.every(isUncoded)) return;
    const candidates = coded.map(groups.find).filter((other) => {
      const [there] = groups.membersOf(other);
      const isNear = there && sameDate(there, fact) && (!parts.includes('value') || sameValue(there, fact));
      return isNear && isDated(there, fact) && groups.canJoin(fact, other, rule);
    });
    const [only, second] = new Set(candidates);
    if (second !== undefined) groups.keepApart(fact, groups.membersOf(second)[0], rule, 'ambiguous');
    else if (only !== undefined) groups.tryJoin(only, root, rule);
  }
}

const isUncoded = ({ about }: Fact): boolean => about.length === 0;
