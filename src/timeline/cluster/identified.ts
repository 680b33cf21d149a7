/** The strong ways to be one: one person, one id, one identifier, one content. */
import { contentOf } from '../../assemble/identity.js';
import type { JsonObject } from '../../fhir/json.js';
import type { Fact } from '../fact.js';
import { redirect } from '../references.js';
import { bucket, type Groups, MOST_ASKED } from './groups.js';
import { type SameValue, sameAbout, sameDate } from './likeness.js';

/** Who is one person is decided already. */
export function joinPersons(facts: readonly Fact[], groups: Groups): void {
  const patients = facts.filter(({ type }) => type === 'Patient');
  for (const group of bucket(patients, ({ patient }) => [patient]).values()) groups.joinAll(group, 'same-person');
}

/** One id, or one identifier: unless what they are about, when or how much speaks against it. */
export function joinIdentified(facts: readonly Fact[], groups: Groups, sameValue: SameValue): void {
  const isLike = (a: Fact, b: Fact): boolean => sameAbout(a, b) && sameDate(a, b) && sameValue(a, b);
  for (const group of bucket(facts, (fact) => [`${fact.patient} ${fact.reference}`]).values())
    groups.joinAll(group, 'same-id', (a, b) => isUnique(a.reference) && isLike(a, b));
  const byIdentifier = bucket(facts, (fact) =>
    fact.identifiers.map((key) => `${fact.patient} ${fact.rules.family} ${key}`),
  );
  for (const group of byIdentifier.values()) {
    groups.joinAll(group, 'same-identifier', isLike);
    for (const [a, b] of pairsApart(group, groups))
      if (sameAbout(a, b) && sameDate(a, b) && a.assertion === b.assertion && !sameValue(a, b))
        groups.keepApart(a, b, 'same-identifier', 'value');
  }
}

/** Types without rules of their own: the same in every word. */
export function joinEqual(facts: readonly Fact[], groups: Groups): void {
  const plain = facts.filter(({ rules }) => rules.rules.size === 0);
  const keyOf = ({ patient, type, source, resource }: Fact): string[] => {
    const settled = redirect(resource, (reference) => groups.settle(source, reference)) as JsonObject;
    return [`${patient} ${type} ${contentOf(settled)}`];
  };
  for (const group of bucket(plain, keyOf).values()) groups.joinAll(group, 'same-content');
}

/** Ids that are unique the world over; `Observation/1` is so on its server only. */
export const isUnique = (reference: string): boolean =>
  /\/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i.test(reference);

function* pairsApart(group: readonly Fact[], { rootOf }: Groups): Generator<[Fact, Fact]> {
  const firsts = new Map<number, Fact>();
  for (const fact of group) if (!firsts.has(rootOf(fact))) firsts.set(rootOf(fact), fact);
  const list = [...firsts.values()].slice(0, MOST_ASKED);
  for (const [i, a] of list.entries()) for (const b of list.slice(i + 1)) yield [a, b];
}
