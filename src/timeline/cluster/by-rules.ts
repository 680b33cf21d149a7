/** Facts that are one by the rules of their type: by members, by codes, and then by words. */
import type { Fact } from '../fact.js';
import type { Part } from '../rules.js';
import { joinGroup } from './by-moment.js';
import { joinByWords } from './by-words.js';
import { bucket, type Groups } from './groups.js';
import { type SameValue, sameDate } from './likeness.js';

/** Applies the rules of `mappings/reconcile.yaml` that the types of these facts have. */
export function joinByRules(facts: readonly Fact[], groups: Groups, sameValue: SameValue): void {
  for (const [rule, parts] of rulesOf(facts)) {
    const own = facts.filter((fact) => fact.rules.rules.has(rule));
    if (parts.includes('members')) joinWholes(own, rule, groups);
    else {
      const byAbout = bucket(own, (fact) => fact.about.map((code) => `${fact.patient} ${fact.rules.family} ${code}`));
      for (const group of byAbout.values()) joinGroup(group, rule, parts, groups, sameValue);
      joinByWords(own, rule, parts, groups, sameValue);
    }
  }
}

function rulesOf(facts: readonly Fact[]): Map<string, readonly Part[]> {
  const names = new Map<string, readonly Part[]>();
  for (const { rules } of facts) for (const [name, parts] of rules.rules) names.set(name, parts);
  return names;
}

/** Panels of the same members. */
function joinWholes(facts: readonly Fact[], rule: string, groups: Groups): void {
  const wholes = bucket(facts, (fact) => {
    const keys = groups.memberKeys(fact);
    return keys.length > 0 ? [`${fact.patient} ${[...new Set(keys)].sort().join(' ')}`] : [];
  });
  for (const group of wholes.values()) groups.joinAll(group, rule, sameDate);
}
