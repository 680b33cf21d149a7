/** Why two facts about one thing are not one. */
import { allAt, codeKeys, type Fact, wordsOf } from '../fact.js';
import type { ConflictReason } from '../model.js';
import { isObject, isSo } from '../path.js';
import type { TypeRules } from '../rules.js';

/** `differs`: they are two facts, and nobody needs to be told. */
export type Contradiction = ConflictReason | 'differs';

/** @param memberKeys what the members of a panel have become part of */
export function createContradiction(
  memberKeys: (fact: Fact) => readonly string[],
): (a: Fact, b: Fact) => Contradiction | undefined {
  const said = new Map<string, readonly string[]>();

  function sayings(fact: Fact, name: string, paths: TypeRules['about']): readonly string[] {
    const key = `${fact.order} ${name}`;
    const known = said.get(key);
    if (known) return known;
    const found = allAt(fact.resource, paths, () => undefined).flatMap(sayingsOf);
    said.set(key, found);
    return found;
  }

  return (a, b) => {
    if (a.assertion !== b.assertion) return ofAssertions(a, b);
    if (a.activity && b.activity && a.activity !== b.activity && !isCourse(a, b)) return 'status';
    if (isSo(a.resource, a.rules.brokenOff) !== isSo(b.resource, b.rules.brokenOff)) return 'status';
    for (const [name, paths] of a.rules.agree)
      if (disagree(sayings(a, name, paths), sayings(b, name, b.rules.agree.get(name) ?? []))) return 'differs';
    if (a.rules.members.length > 0 && disagree(memberKeys(a), memberKeys(b))) return 'differs';
    return undefined;
  };
}

/** A concept by its codes, a quantity by its number, all else by its words. */
function sayingsOf(value: Parameters<typeof wordsOf>[0]): string[] {
  if (!isObject(value)) return [String(value)];
  if (typeof value.value === 'number') return [String(value.value)];
  const codes = codeKeys(value);
  return codes.length > 0 ? codes : wordsOf(value);
}

const disagree = (one: readonly string[], other: readonly string[]): boolean =>
  one.length > 0 && other.length > 0 && !one.some((each) => other.includes(each));

function ofAssertions(a: Fact, b: Fact): Contradiction {
  const both = new Set([a.assertion, b.assertion]);
  if (both.has('family')) return a.identifiers.some((key) => b.identifiers.includes(key)) ? 'subject' : 'differs';
  if (both.has('planned')) return 'differs';
  // Suspected in one place and known in another is no contradiction, nor is it one fact.
  if (both.has('uncertain')) return both.has('fact') ? 'differs' : both.has('void') ? 'status' : 'negation';
  return both.has('void') ? 'status' : 'negation';
}

/** Active before, ended later: a course, not a contradiction. */
function isCourse(a: Fact, b: Fact): boolean {
  const [active, ended] = a.activity === 'active' ? [a, b] : [b, a];
  return active.stated !== undefined && ended.stated !== undefined && active.stated < ended.stated;
}
