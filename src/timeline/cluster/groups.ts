/** Facts as they become one: who is with whom, by which rules, and which pairs were kept apart. */
import { allAt, type Fact } from '../fact.js';
import type { ConflictReason } from '../model.js';
import { addTo, isObject } from '../path.js';
import { createUnion } from '../union.js';
import { type Contradiction, createContradiction } from './contradiction.js';

/** Two facts a rule would have joined, and why it did not. */
export interface Apart {
  readonly facts: readonly [Fact, Fact];
  readonly rule: string;
  readonly why: ConflictReason | 'ambiguous';
}

/** A group is called by its root: the place of its first fact in the canonical order. */
export interface Groups {
  rootOf(fact: Fact): number;
  /** The root now of what was a root before. */
  find(root: number): number;
  /** In canonical order. */
  membersOf(root: number): readonly Fact[];
  rulesOf(root: number): readonly string[];
  /** What a reference of a source refers to, as the fact it has become part of. */
  settle(source: string, reference: string): string;
  /** What the members of a panel have become part of. */
  memberKeys(fact: Fact): readonly string[];
  /** Why two groups cannot be one; undefined if they can. */
  findContradiction(one: readonly Fact[], other: readonly Fact[]): Contradiction | undefined;
  /** Makes two groups one, unless they contradict each other. */
  tryJoin(one: number, other: number, rule: string): boolean;
  /** As `tryJoin`, but only asks; what contradicts is told. */
  canJoin(fact: Fact, other: number, rule: string): boolean;
  /** Joins each fact to the first it fits to; those that fit to none stay beside each other. */
  joinAll(facts: readonly Fact[], rule: string, fits?: (one: Fact, other: Fact) => boolean): void;
  /** Notes that two are not one, once. */
  keepApart(one: Fact | undefined, other: Fact | undefined, rule: string, why: Apart['why']): void;
  /** The pairs that did not become one by other ways since. */
  apart(): readonly Apart[];
}

/** How many members of a fact are asked before another joins: all of them, but for facts stated very often. */
export const MOST_ASKED = 50;

/** @param facts in canonical order: `order` is the place */
export function createGroups(facts: readonly Fact[]): Groups {
  const union = createUnion(facts.length);
  const members = new Map<number, Fact[]>();
  const joinedBy = new Map<number, Set<string>>();
  const apart = new Map<string, Apart>();
  const places = new Map(facts.map((fact) => [`${fact.source} ${fact.reference}`, fact.order]));

  const rootOf = (fact: Fact): number => union.find(fact.order);
  const membersOf = (root: number): readonly Fact[] => members.get(root) ?? [facts[root] as Fact];

  function settle(source: string, reference: string): string {
    const place = places.get(`${source} ${reference}`);
    return place === undefined ? reference : `fact/${union.find(place)}`;
  }

  const memberKeys = (fact: Fact): readonly string[] =>
    allAt(fact.resource, fact.rules.members, () => undefined).flatMap((value) =>
      isObject(value) && typeof value.reference === 'string' ? [settle(fact.source, value.reference)] : [],
    );

  const contradicts = createContradiction(memberKeys);

  function findContradiction(one: readonly Fact[], other: readonly Fact[]): Contradiction | undefined {
    for (const a of one.slice(0, MOST_ASKED))
      for (const b of other.slice(0, MOST_ASKED)) {
        const why = contradicts(a, b);
        if (why) return why;
      }
    return undefined;
  }

  function keepApart(one: Fact | undefined, other: Fact | undefined, rule: string, why: Apart['why']): void {
    if (!one || !other) return;
    const [a, b] = one.order < other.order ? [one, other] : [other, one];
    const key = `${a.order} ${b.order}`;
    if (!apart.has(key)) apart.set(key, { facts: [a, b], rule, why });
  }

  function canJoin(fact: Fact, other: number, rule: string): boolean {
    const why = findContradiction(membersOf(rootOf(fact)), membersOf(other));
    if (why && why !== 'differs') keepApart(fact, membersOf(other)[0], rule, why);
    return why === undefined;
  }

  function tryJoin(one: number, other: number, rule: string): boolean {
    const [a, b] = [union.find(one), union.find(other)];
    if (a === b) return true;
    const why = findContradiction(membersOf(a), membersOf(b));
    if (why) {
      if (why !== 'differs') keepApart(membersOf(a)[0], membersOf(b)[0], rule, why);
      return false;
    }
    join(a, b, rule);
    return true;
  }

  function join(a: number, b: number, rule: string): void {
    const merged = [...membersOf(a), ...membersOf(b)].sort((x, y) => x.order - y.order);
    const names = new Set([...(joinedBy.get(a) ?? []), ...(joinedBy.get(b) ?? []), rule]);
    for (const old of [a, b]) {
      members.delete(old);
      joinedBy.delete(old);
    }
    const root = union.join(a, b);
    members.set(root, merged);
    joinedBy.set(root, names);
  }

  function joinAll(some: readonly Fact[], rule: string, fits: (one: Fact, other: Fact) => boolean = () => true): void {
    const roots: Fact[] = [];
    const belongs = (root: Fact, fact: Fact): boolean =>
      rootOf(root) === rootOf(fact) || (fits(root, fact) && tryJoin(root.order, fact.order, rule));
    for (const fact of some) if (!roots.some((root) => belongs(root, fact))) roots.push(fact);
  }

  return {
    rootOf,
    find: union.find,
    membersOf,
    rulesOf: (root) => [...(joinedBy.get(root) ?? [])].sort(),
    settle,
    memberKeys,
    findContradiction,
    tryJoin,
    canJoin,
    joinAll,
    keepApart,
    apart: () => [...apart.values()].filter(({ facts: [a, b] }) => rootOf(a) !== rootOf(b)),
  };
}

/** Facts under each key, in canonical order. */
export function bucket(facts: readonly Fact[], keysOf: (fact: Fact) => readonly string[]): Map<string, Fact[]> {
  const buckets = new Map<string, Fact[]>();
  for (const fact of facts) for (const key of new Set(keysOf(fact))) addTo(buckets, key, fact);
  return buckets;
}
