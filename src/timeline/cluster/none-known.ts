/** "Nothing known" contradicts what is known, unless it was said before. */
import type { Fact } from '../fact.js';
import { listOf } from '../path.js';
import type { ReconcileRules, TypeRules } from '../rules.js';
import { bucket, type Groups } from './groups.js';

/** Notes each fact that a statement of none contradicts. */
export function noteNoneKnown(facts: readonly Fact[], groups: Groups, { noneScopes }: ReconcileRules): void {
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
      if (firstOf(fact) !== fact || !coversFact(none, fact, noneScopes)) continue;
      if (none.stated === undefined || fact.stated === undefined || none.stated >= fact.stated)
        groups.keepApart(firstOf(none), fact, 'none-known', 'negation');
    }
}

const codeOf = (key: string): string => key.slice(key.lastIndexOf('|') + 1);

const isNoneKnown = ({ noneKnown }: TypeRules, about: readonly string[]): boolean =>
  about.some((key) => noneKnown.has(codeOf(key)));

/** "No known drug allergy" says nothing about food. */
function coversFact(none: Fact, fact: Fact, scopes: ReconcileRules['noneScopes']): boolean {
  const named = none.about.flatMap((key) => scopes.get(codeOf(key)) ?? []);
  if (named.includes('all')) return true;
  const own = listOf(fact.resource.category).map(String);
  if (named.length > 0) return named.some((scope) => own.includes(scope));
  if (none.type !== 'AllergyIntolerance') return true;
  const said = listOf(none.resource.category).map(String);
  return said.length === 0 || own.length === 0 || said.some((each) => own.includes(each));
}
