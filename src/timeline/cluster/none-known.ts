/** "Nothing known" contradicts what is known, unless it was said before. */
import type { Fact } from '../fact.js';
import { listOf } from '../path.js';
import type { TypeRules } from '../rules.js';
import { bucket, type Groups } from './groups.js';

/** Notes each fact that a statement of none contradicts. */
export function noteNoneKnown(facts: readonly Fact[], groups: Groups): void {
  const negations = facts.filter(
    ({ rules, assertion, about }) => assertion === 'fact' && rules.noneKnown.size > 0 && isNoneKnown(rules, about),
  );
  if (negations.length === 0) return;
  const byPatient = bucket(facts, ({ patient, rules, assertion, activity, about }) =>
    assertion === 'fact' && activity !== 'ended' && !isNoneKnown(rules, about) ? [`${patient} ${rules.family}`] : [],
  );
  const firstOf = (fact: Fact): Fact | undefined => groups.membersOf(groups.rootOf(fact))[0];
  for (const none of negations)
    for (const fact of byPatient.get(`${none.patient} ${none.rules.family}`) ?? []) {
      if (firstOf(fact) !== fact || !coversFact(none, fact)) continue;
      if (none.stated === undefined || fact.stated === undefined || none.stated >= fact.stated)
        groups.keepApart(firstOf(none), fact, 'none-known', 'negation');
    }
}

const isNoneKnown = ({ noneKnown }: TypeRules, about: readonly string[]): boolean =>
  about.some((code) => noneKnown.has(code.slice(code.lastIndexOf('|') + 1)));

/** "No known drug allergy" says nothing about food. */
function coversFact(none: Fact, fact: Fact): boolean {
  const scopes = listOf(none.resource.category).map(String);
  const own = listOf(fact.resource.category).map(String);
  const drugOnly = none.about.some((code) => code.endsWith('|409137002'));
  if (drugOnly) return own.includes('medication');
  return (
    scopes.length === 0 ||
    own.length === 0 ||
    none.type !== 'AllergyIntolerance' ||
    scopes.some((each) => own.includes(each)) ||
    none.about.some((code) => code.endsWith('|716186003'))
  );
}
