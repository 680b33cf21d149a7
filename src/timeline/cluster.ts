/** Which facts are one: the rules of `mappings/reconcile.yaml` over facts in canonical order. */
import { contentOf } from '../assemble/identity.js';
import type { JsonObject } from '../fhir/json.js';
import { allAt, codeKeys, type Fact, isSameValue, precisionOf, wordsOf } from './fact.js';
import type { ConflictReason } from './model.js';
import { finest, LENGTH, momentOf, momentsOf, RANK } from './moments.js';
import { addTo, isObject, isSo, listOf } from './path.js';
import type { Part, ReconcileRules, TypeRules } from './rules.js';
import { redirect } from './source.js';
import { createUnion } from './union.js';

/** One fact of the history: the records that state it. */
export interface Cluster {
  /** In canonical order. */
  readonly facts: readonly Fact[];
  /** Names of the rules that joined them. */
  readonly rules: readonly string[];
}

/** Two facts a rule would have joined, and why it did not. */
export interface Apart {
  readonly facts: readonly [Fact, Fact];
  readonly rule: string;
  readonly why: ConflictReason | 'ambiguous';
}

export interface Clusters {
  readonly clusters: readonly Cluster[];
  readonly apart: readonly Apart[];
}

/** Dates not known to the day or better stand for any within them; from the finest to the coarsest. */
const COARSE = ['day', 'month', 'year', 'none'] as const;
/** How many members of a fact are asked before another joins: all of them, but for facts stated very often. */
const MOST_ASKED = 50;

/**
 * @param facts in canonical order, each with its place in it; the result does not depend on anything else
 */
export function clusterFacts(facts: readonly Fact[], rules: ReconcileRules): Clusters {
  const union = createUnion(facts.length);
  const members = new Map<number, Fact[]>();
  const joinedBy = new Map<number, Set<string>>();
  const apart = new Map<string, Apart>();
  const places = new Map(facts.map((fact) => [`${fact.source} ${fact.reference}`, fact.order]));

  const rootOf = (fact: Fact): number => union.find(fact.order);
  const membersOf = (root: number): readonly Fact[] => members.get(root) ?? [facts[root] as Fact];

  /** What a reference refers to, as the fact it has become part of. */
  function settle(source: string, reference: string): string {
    const place = places.get(`${source} ${reference}`);
    return place === undefined ? reference : `fact/${union.find(place)}`;
  }

  function tryJoin(one: number, other: number, rule: string): boolean {
    const [a, b] = [union.find(one), union.find(other)];
    if (a === b) return true;
    const why = findContradiction(membersOf(a), membersOf(b));
    if (why === 'differs') return false;
    if (why) {
      keepApart(membersOf(a)[0], membersOf(b)[0], rule, why);
      return false;
    }
    const merged = [...membersOf(a), ...membersOf(b)].sort((x, y) => x.order - y.order);
    const root = union.join(a, b);
    const names = new Set([...(joinedBy.get(a) ?? []), ...(joinedBy.get(b) ?? []), rule]);
    for (const old of [a, b]) {
      members.delete(old);
      joinedBy.delete(old);
    }
    members.set(root, merged);
    joinedBy.set(root, names);
    return true;
  }

  function keepApart(one: Fact | undefined, other: Fact | undefined, rule: string, why: Apart['why']): void {
    if (!one || !other) return;
    const [a, b] = one.order < other.order ? [one, other] : [other, one];
    const key = `${a.order} ${b.order}`;
    if (!apart.has(key)) apart.set(key, { facts: [a, b], rule, why });
  }

  function findContradiction(one: readonly Fact[], other: readonly Fact[]): ConflictReason | 'differs' | undefined {
    for (const a of one.slice(0, MOST_ASKED))
      for (const b of other.slice(0, MOST_ASKED)) {
        const why = contradicts(a, b);
        if (why) return why;
      }
    return undefined;
  }

  function contradicts(a: Fact, b: Fact): ConflictReason | 'differs' | undefined {
    if (a.assertion !== b.assertion) return ofAssertions(a, b);
    if (a.activity && b.activity && a.activity !== b.activity && !isCourse(a, b)) return 'status';
    if (isSo(a.resource, a.rules.brokenOff) !== isSo(b.resource, b.rules.brokenOff)) return 'status';
    for (const [name, paths] of a.rules.agree)
      if (disagree(sayings(a, name, paths), sayings(b, name, b.rules.agree.get(name) ?? []))) return 'differs';
    if (a.rules.members.length > 0 && disagree(memberKeys(a), memberKeys(b))) return 'differs';
    return undefined;
  }

  const said = new Map<string, readonly string[]>();

  function sayings(fact: Fact, name: string, paths: TypeRules['about']): readonly string[] {
    const key = `${fact.order} ${name}`;
    const known = said.get(key);
    if (known) return known;
    const found = allAt(fact.resource, paths, () => undefined).flatMap((value) => {
      const codes = codeKeys(value);
      if (codes.length > 0 && isObject(value) && typeof value.value !== 'number') return codes;
      return isObject(value) && typeof value.value === 'number' ? [String(value.value)] : wordsOrText(value);
    });
    said.set(key, found);
    return found;
  }

  function memberKeys(fact: Fact): string[] {
    return allAt(fact.resource, fact.rules.members, () => undefined).flatMap((value) =>
      isObject(value) && typeof value.reference === 'string' ? [settle(fact.source, value.reference)] : [],
    );
  }

  /** Facts under each key, in canonical order. */
  function bucket(some: readonly Fact[], keysOf: (fact: Fact) => readonly string[]): Map<string, Fact[]> {
    const buckets = new Map<string, Fact[]>();
    for (const fact of some) for (const key of new Set(keysOf(fact))) addTo(buckets, key, fact);
    return buckets;
  }

  /** Joins each fact to the first it fits to; those that fit to none stay beside each other. */
  function joinAll(some: readonly Fact[], rule: string, fits: (one: Fact, other: Fact) => boolean = () => true): void {
    const roots: Fact[] = [];
    for (const fact of some)
      if (
        !roots.some(
          (root) => rootOf(root) === rootOf(fact) || (fits(root, fact) && tryJoin(root.order, fact.order, rule)),
        )
      )
        roots.push(fact);
  }

  const sameAbout = (a: Fact, b: Fact): boolean =>
    a.about.length === 0 || b.about.length === 0
      ? a.words.length === 0 || b.words.length === 0 || a.words.some((word) => b.words.includes(word))
      : a.about.some((code) => b.about.includes(code));

  const sameDate = (a: Fact, b: Fact): boolean => {
    if (a.date === undefined || b.date === undefined || a.rules.match === 'any' || a.rules.match === 'episode')
      return true;
    const [x, y] = [momentOf(a), momentOf(b)];
    return x.startsWith(y) || y.startsWith(x) || a.date.startsWith(b.date) || b.date.startsWith(a.date);
  };

  const sameValue = (a: Fact, b: Fact): boolean => isSameValue(a.value, b.value, rules.tolerance);

  /** Who is one person is decided already. */
  function joinPersons(): void {
    const patients = facts.filter(({ type }) => type === 'Patient');
    for (const group of bucket(patients, ({ patient }) => [patient]).values()) joinAll(group, 'same-person');
  }

  /** The strong ones: one id, one identifier. */
  function joinIdentified(some: readonly Fact[]): void {
    for (const group of bucket(some, (fact) => [`${fact.patient} ${fact.reference}`]).values())
      joinAll(
        group,
        'same-id',
        (a, b) => isUnique(a.reference) && sameAbout(a, b) && sameDate(a, b) && sameValue(a, b),
      );
    const byIdentifier = bucket(some, (fact) =>
      fact.identifiers.map((key) => `${fact.patient} ${fact.rules.family} ${key}`),
    );
    for (const group of byIdentifier.values()) {
      joinAll(group, 'same-identifier', (a, b) => sameAbout(a, b) && sameDate(a, b) && sameValue(a, b));
      for (const [a, b] of pairsApart(group, rootOf))
        if (sameAbout(a, b) && sameDate(a, b) && a.assertion === b.assertion && !sameValue(a, b))
          keepApart(a, b, 'same-identifier', 'value');
    }
  }

  /** Types without rules of their own: the same in every word. */
  function joinEqual(some: readonly Fact[]): void {
    const plain = some.filter(({ rules: own }) => own.rules.size === 0);
    const keyOf = ({ patient, type, source, resource }: Fact): string[] => {
      const settled = redirect(resource, (reference) => settle(source, reference)) as JsonObject;
      return [`${patient} ${type} ${contentOf(settled)}`];
    };
    for (const group of bucket(plain, keyOf).values()) joinAll(group, 'same-content');
  }

  function joinByRules(some: readonly Fact[]): void {
    for (const [name, parts] of ruleNames(some)) {
      const own = some.filter((fact) => fact.rules.rules.has(name));
      if (parts.includes('members')) {
        const whole = bucket(own, (fact) => {
          const keys = memberKeys(fact);
          return keys.length > 0 ? [`${fact.patient} ${[...new Set(keys)].sort().join(' ')}`] : [];
        });
        for (const group of whole.values()) joinAll(group, name, sameDate);
        continue;
      }
      const byAbout = bucket(own, (fact) => fact.about.map((code) => `${fact.patient} ${fact.rules.family} ${code}`));
      for (const group of byAbout.values()) if (group.length > 1) joinGroup(group, name, parts);
      joinByWords(own, name, parts);
    }
  }

  /** Facts about one thing: first those of one moment, then the vaguer ones that fit to only one. */
  function joinGroup(group: readonly Fact[], rule: string, parts: readonly Part[]): void {
    const fits = parts.includes('value') ? sameValue : () => true;
    for (const moment of momentsOf(group)) {
      if (parts.includes('value')) joinMeasured(moment, rule);
      else joinAll(moment, rule);
    }
    for (const precision of COARSE) joinVague(group, precision, rule, fits);
  }

  /** Of one moment; numbers in order, so that only neighbours need be compared. */
  function joinMeasured(moment: readonly Fact[], rule: string): void {
    if (moment.length < 2) return;
    const byText = bucket(moment, ({ value }) =>
      value && 'number' in value ? [] : [value ? `=${value.text}` : 'none'],
    );
    for (const same of byText.values()) joinAll(same, rule);
    const byUnit = bucket(moment, ({ value }) => (value && 'number' in value ? [value.unit] : []));
    for (const same of byUnit.values()) {
      const sorted = [...same].sort((a, b) => numberOf(a) - numberOf(b) || a.order - b.order);
      let near: Fact[] = [];
      for (const fact of sorted) {
        near = near.filter((other) => sameValue(other, fact));
        if (!near.some((other) => tryJoin(other.order, fact.order, rule))) near.push(fact);
      }
    }
    noteValueConflicts(moment, rule);
  }

  /** One test at one instant has one result: two sources that give two contradict each other. */
  function noteValueConflicts(moment: readonly Fact[], rule: string): void {
    if (precisionOf(moment[0]?.date) !== 'time') return;
    const asserted = moment.filter(({ assertion, value }) => assertion === 'fact' && value !== undefined);
    const roots = new Map(asserted.map((fact) => [rootOf(fact), fact]));
    if (roots.size < 2 || roots.size > MOST_ASKED) return;
    const list = [...roots.keys()].sort((a, b) => a - b);
    for (const [i, a] of list.entries())
      for (const b of list.slice(i + 1)) {
        const sources = new Set(membersOf(a).map(({ source }) => source));
        const isShared = membersOf(b).some(({ source }) => sources.has(source));
        const [x, y] = [membersOf(a)[0], membersOf(b)[0]];
        if (!isShared && x && y && !findContradiction(membersOf(a), membersOf(b)) && !sameValue(x, y))
          keepApart(x, y, rule, 'value');
      }
  }

  /** A fact of coarser date, or without, is the only finer one it fits to; where it fits to several it stays alone. */
  function joinVague(
    group: readonly Fact[],
    precision: (typeof COARSE)[number],
    rule: string,
    fits: (one: Fact, other: Fact) => boolean,
  ): void {
    const isVague = (root: number): boolean => finest(membersOf(root)) === precision;
    const roots = [...new Set(group.map(rootOf))];
    const vague = roots.filter(isVague);
    if (vague.length === 0 || vague.length === roots.length) return;
    const finer = roots.filter((root) => RANK[finest(membersOf(root))] > RANK[precision]);
    const byPrefix = new Map<string, number[]>();
    for (const root of finer)
      for (const prefix of new Set(membersOf(root).map(({ date = '' }) => date.slice(0, LENGTH[precision]))))
        addTo(byPrefix, prefix, root);
    for (const root of vague) {
      const [fact] = membersOf(root);
      if (!fact || (precision === 'none' && fact.rules.undated === 'apart')) continue;
      const near = byPrefix.get((fact.date ?? '').slice(0, LENGTH[precision])) ?? [];
      const candidates = near
        .filter((other) => union.find(other) === other && fits(fact, membersOf(other)[0] as Fact))
        .filter((other) => canJoin(fact, other, rule))
        .slice(0, 2);
      const [only, second] = candidates;
      if (second !== undefined) keepApart(fact, membersOf(second)[0], rule, 'ambiguous');
      else if (only !== undefined) tryJoin(only, root, rule);
    }
  }

  /** As `tryJoin`, but only asks; what contradicts is told. */
  function canJoin(fact: Fact, other: number, rule: string): boolean {
    const why = findContradiction(membersOf(rootOf(fact)), membersOf(other));
    if (why && why !== 'differs') keepApart(fact, membersOf(other)[0], rule, why);
    return why === undefined;
  }

  /** A fact without codes is the only one that says the same in words. */
  function joinByWords(own: readonly Fact[], rule: string, parts: readonly Part[]): void {
    const wordless = own.filter(({ about, words }) => about.length === 0 && words.length > 0);
    if (wordless.length === 0) return;
    const keysOf = (fact: Fact): string[] => fact.words.map((word) => `${fact.patient} ${fact.rules.family} ${word}`);
    const wanted = new Set(wordless.flatMap(keysOf));
    const groups = bucket(own, (fact) => keysOf(fact).filter((key) => wanted.has(key)));
    for (const group of groups.values()) {
      joinGroup(
        group.filter(({ about }) => about.length === 0),
        rule,
        parts,
      );
      const coded = [...new Set(group.filter(({ about }) => about.length > 0).map(rootOf))];
      for (const root of new Set(group.filter(({ about }) => about.length === 0).map(rootOf))) {
        const [fact] = membersOf(root);
        if (!fact || membersOf(root).some(({ about }) => about.length > 0)) continue;
        const candidates = coded.filter((other) => {
          const [there] = membersOf(union.find(other));
          const isNear = there && sameDate(there, fact) && (!parts.includes('value') || sameValue(there, fact));
          return isNear && isDated(there, fact) && canJoin(fact, union.find(other), rule);
        });
        const distinct = [...new Set(candidates.map((other) => union.find(other)))];
        const [only, second] = distinct;
        if (second !== undefined) keepApart(fact, membersOf(second)[0], rule, 'ambiguous');
        else if (only !== undefined) tryJoin(only, root, rule);
      }
    }
  }

  /** "Nothing known" contradicts what is known, unless it was said before. */
  function noteNoneKnown(): void {
    const negations = facts.filter(
      ({ rules: own, assertion, about }) => assertion === 'fact' && own.noneKnown.size > 0 && isNoneKnown(own, about),
    );
    if (negations.length === 0) return;
    const byPatient = bucket(facts, ({ patient, rules: own, assertion, activity, about }) =>
      assertion === 'fact' && activity !== 'ended' && !isNoneKnown(own, about) ? [`${patient} ${own.family}`] : [],
    );
    for (const none of negations)
      for (const fact of byPatient.get(`${none.patient} ${none.rules.family}`) ?? []) {
        const first = membersOf(rootOf(fact))[0];
        if (first !== fact || !coversFact(none, fact)) continue;
        if (none.stated === undefined || first.stated === undefined || none.stated >= first.stated)
          keepApart(membersOf(rootOf(none))[0], first, 'none-known', 'negation');
      }
  }

  joinPersons();
  joinLevels();
  noteNoneKnown();
  const groups = new Map<number, Fact[]>();
  for (const fact of facts) addTo(groups, rootOf(fact), fact);
  return {
    clusters: [...groups].map(([root, own]) => ({ facts: own, rules: [...(joinedBy.get(root) ?? [])].sort() })),
    apart: [...apart.values()].filter(({ facts: [a, b] }) => rootOf(a) !== rootOf(b)),
  };

  /** What others refer to comes first: a panel is known by its members, a role by its person. */
  function joinLevels(): void {
    const isShared = (fact: Fact): boolean => fact.rules.shared;
    const hasMembers = (fact: Fact): boolean => fact.rules.members.length > 0 && memberKeys(fact).length > 0;
    const shared = facts.filter(isShared);
    const roles = shared.filter(({ type }) => type === 'PractitionerRole');
    const own = facts.filter((fact) => !isShared(fact));
    const plain = own.filter(({ rules: rulesOfType }) => rulesOfType.rules.size > 0);
    const rest = own.filter(({ rules: rulesOfType }) => rulesOfType.rules.size === 0);
    const isDocument = (type: string): boolean => type === 'Composition' || type === 'DocumentReference';
    const levels = [
      shared.filter((fact) => !roles.includes(fact)),
      roles,
      plain.filter((fact) => !hasMembers(fact)),
      plain.filter((fact) => hasMembers(fact)),
      rest.filter(({ type }) => !isDocument(type) && type !== 'Provenance'),
      rest.filter(({ type }) => isDocument(type)),
      rest.filter(({ type }) => type === 'Provenance'),
    ];
    for (const level of levels) {
      joinIdentified(level);
      joinEqual(level);
      joinByRules(level);
    }
  }
}

const numberOf = ({ value }: Fact): number => (value && 'number' in value ? value.number : 0);

const wordsOrText = (value: Parameters<typeof wordsOf>[0]): string[] =>
  isObject(value) ? wordsOf(value) : [String(value)];

const disagree = (one: readonly string[], other: readonly string[]): boolean =>
  one.length > 0 && other.length > 0 && !one.some((each) => other.includes(each));

function ofAssertions(a: Fact, b: Fact): ConflictReason | 'differs' {
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

/** Ids that are unique the world over; `Observation/1` is so on its server only. */
export const isUnique = (reference: string): boolean =>
  /\/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i.test(reference);

function ruleNames(facts: readonly Fact[]): Map<string, readonly Part[]> {
  const names = new Map<string, readonly Part[]>();
  for (const { rules } of facts) for (const [name, parts] of rules.rules) names.set(name, parts);
  return names;
}

/** Words are weak: with them both must be dated or neither, unless the type says that dates do not matter. */
const isDated = (one: Fact | undefined, other: Fact): boolean =>
  other.rules.match === 'any' ||
  other.rules.undated === 'joins' ||
  (one?.date === undefined) === (other.date === undefined);

function* pairsApart(group: readonly Fact[], rootOf: (fact: Fact) => number): Generator<[Fact, Fact]> {
  const firsts = new Map<number, Fact>();
  for (const fact of group) if (!firsts.has(rootOf(fact))) firsts.set(rootOf(fact), fact);
  const list = [...firsts.values()].slice(0, MOST_ASKED);
  for (const [i, a] of list.entries()) for (const b of list.slice(i + 1)) yield [a, b];
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
