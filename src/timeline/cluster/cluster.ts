/** Which facts are one: the rules of `mappings/reconcile.yaml` over facts in canonical order. */
import type { Fact } from '../fact.js';
import { addTo } from '../path.js';
import type { ReconcileRules } from '../rules.js';
import { joinByRules } from './by-rules.js';
import { type Apart, createGroups, type Groups } from './groups.js';
import { joinEqual, joinIdentified, joinPersons } from './identified.js';
import { compareValues } from './likeness.js';
import { noteNoneKnown } from './none-known.js';

/** One fact of the history: the records that state it. */
export interface Cluster {
  /** In canonical order. */
  readonly facts: readonly Fact[];
  /** Names of the rules that joined them. */
  readonly rules: readonly string[];
}

export interface Clusters {
  readonly clusters: readonly Cluster[];
  readonly apart: readonly Apart[];
}

/**
 * @param facts in canonical order, each with its place in it; the result does not depend on anything else
 */
export function clusterFacts(facts: readonly Fact[], rules: ReconcileRules): Clusters {
  const groups = createGroups(facts);
  const sameValue = compareValues(rules);
  joinPersons(facts, groups);
  for (const level of levelsOf(facts, groups)) {
    joinIdentified(level, groups, sameValue);
    joinEqual(level, groups);
    joinByRules(level, groups, sameValue);
  }
  noteNoneKnown(facts, groups, rules);
  const byRoot = new Map<number, Fact[]>();
  for (const fact of facts) addTo(byRoot, groups.rootOf(fact), fact);
  return {
    clusters: [...byRoot].map(([root, own]) => ({ facts: own, rules: groups.rulesOf(root) })),
    apart: groups.apart(),
  };
}

/** What others refer to comes first: a panel is known by its members, a role by its person. */
function levelsOf(facts: readonly Fact[], groups: Groups): readonly (readonly Fact[])[] {
  const hasMembers = (fact: Fact): boolean => fact.rules.members.length > 0 && groups.memberKeys(fact).length > 0;
  const shared = facts.filter(({ rules }) => rules.shared);
  const isRole = ({ type }: Fact): boolean => type === 'PractitionerRole';
  const own = facts.filter(({ rules }) => !rules.shared);
  const ruled = own.filter(({ rules }) => rules.rules.size > 0);
  const rest = own.filter(({ rules }) => rules.rules.size === 0);
  const isDocument = ({ type }: Fact): boolean => type === 'Composition' || type === 'DocumentReference';
  const isProvenance = ({ type }: Fact): boolean => type === 'Provenance';
  return [
    shared.filter((fact) => !isRole(fact)),
    shared.filter(isRole),
    ruled.filter((fact) => !hasMembers(fact)),
    ruled.filter(hasMembers),
    rest.filter((fact) => !isDocument(fact) && !isProvenance(fact)),
    rest.filter(isDocument),
    rest.filter(isProvenance),
  ];
}
