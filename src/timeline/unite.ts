/** Records that are one fact become one resource, as far as it can hold all they say. */
import { mergeResources } from '../assemble/merge.js';
import { type Json, type JsonObject, stringify } from '../fhir/json.js';
import { choiceName, elementsOf } from '../fhir/shapes.js';
import type { Fact } from './fact.js';
import { isObject, listOf } from './path.js';
import type { TypeRules } from './rules.js';

/** A fact with its references as the merged records have them. */
export interface Restated {
  readonly fact: Fact;
  readonly resource: JsonObject;
}

/**
 * Parts the records of one fact so that each part can be one resource that says all they say.
 * @param facts in canonical order, oldest first
 */
export function partUnitable(facts: readonly Restated[]): Restated[][] {
  const parts: { readonly facts: Restated[]; resource: JsonObject }[] = [];
  for (const restated of facts) {
    const home = parts.find((part) => {
      if (part.facts[0]?.fact.type !== restated.fact.type) return false;
      if (part.facts.some(({ fact }) => areTwo(fact, restated.fact))) return false;
      const united = unite(part.resource, restated.resource, restated.fact.rules);
      if (united) part.resource = united;
      return united !== undefined;
    });
    if (home) home.facts.push(restated);
    else parts.push({ facts: [restated], resource: restated.resource });
  }
  return parts.map((part) => part.facts);
}

/** What one source calls by two identifiers it means as two: the line may be one, the records stay. */
function areTwo(one: Fact, other: Fact): boolean {
  if (one.source !== other.source || one.identifiers.length === 0 || other.identifiers.length === 0) return false;
  return !one.identifiers.some((key) => other.identifiers.includes(key));
}

/** The resource of one part; what cannot be said twice is said as the first says it. */
export function uniteAll(facts: readonly Restated[]): JsonObject {
  const [first, ...others] = facts;
  if (!first) return {};
  let resource = first.resource;
  for (const { resource: other, fact } of others)
    resource = unite(resource, other, fact.rules) ?? unite(resource, other, fact.rules, true) ?? resource;
  return withCommonProfiles(resource, facts);
}

/** One resource of two, the older first; undefined if they contradict each other. */
export function unite(older: JsonObject, newer: JsonObject, rules: TypeRules, lenient = false): JsonObject | undefined {
  const [one, other] = align(older, newer, rules);
  const united = mergeResources(one, other, lenient);
  return united && hasOneOfEach(united) ? united : undefined;
}

/** Takes out of the way what is no contradiction: the finer date, the newer status, two lists, two codings of one thing. */
function align(older: JsonObject, newer: JsonObject, rules: TypeRules): [JsonObject, JsonObject] {
  const [one, other] = [{ ...older }, { ...newer }];
  const concepts = new Set(rules.about.map(([head]) => head));
  for (const key in other) {
    const [mine, theirs] = [one[key], other[key]];
    if (mine === undefined || theirs === undefined) continue;
    if (rules.latest.has(key)) one[key] = theirs;
    else if (rules.first.has(key)) other[key] = mine;
    else if (rules.union.has(key)) {
      const both = addUp(listOf(mine), listOf(theirs));
      one[key] = both;
      other[key] = both;
    } else if (isCoarser(mine, theirs)) one[key] = theirs;
    else if (isCoarser(theirs, mine) || isSameInstant(mine, theirs)) other[key] = mine;
    else if (concepts.has(key) && isObject(mine) && isObject(theirs)) {
      const both = addUpConcepts(mine, theirs);
      one[key] = both;
      other[key] = both;
    }
  }
  return [one, other];
}

function addUp(one: readonly Json[], other: readonly Json[]): Json[] {
  const seen = new Set(one.map(stringify));
  return [...one, ...other.filter((item) => !seen.has(stringify(item)))];
}

/** Both name the same thing: the codings of both, and the words of the first. */
function addUpConcepts(one: JsonObject, other: JsonObject): JsonObject {
  const known = new Set(listOf(one.coding).map(codingKey));
  const more = listOf(other.coding).filter((coding) => !known.has(codingKey(coding)));
  const coding = [...listOf(one.coding), ...more];
  return { ...other, ...one, ...(coding.length > 0 && { coding }) };
}

const codingKey = (coding: Json): string => (isObject(coding) ? `${coding.system ?? ''}|${coding.code ?? ''}` : '');

const DATE = /^\d{4}(-\d\d(-\d\d(T.+)?)?)?$/;

/** `2014` beside `2014-03-05`. */
function isCoarser(one: Json, other: Json): boolean {
  if (typeof one !== 'string' || typeof other !== 'string' || one.length >= other.length) return false;
  return DATE.test(one) && DATE.test(other) && other.startsWith(one);
}

/** 09:00 in New York is 14:00 in London. */
function isSameInstant(one: Json, other: Json): boolean {
  if (typeof one !== 'string' || typeof other !== 'string' || one.length <= 10 || other.length <= 10) return false;
  return DATE.test(one) && DATE.test(other) && Date.parse(one) === Date.parse(other);
}

/** No choice twice: an onset is a date or an age. */
function hasOneOfEach(resource: JsonObject): boolean {
  for (const [name, { types }] of elementsOf(String(resource.resourceType)) ?? []) {
    if (!name.endsWith('[x]')) continue;
    if (types.filter((type) => resource[choiceName(name, type)] !== undefined).length > 1) return false;
  }
  return true;
}

/** A profile holds of the whole if it held of every part. */
function withCommonProfiles(resource: JsonObject, facts: readonly Restated[]): JsonObject {
  if (facts.length < 2 || !isObject(resource.meta) || resource.meta.profile === undefined) return resource;
  const claims = facts.map(({ resource: own }) => (isObject(own.meta) ? listOf(own.meta.profile) : []));
  const profile = listOf(resource.meta.profile).filter((each) => claims.every((claim) => claim.includes(each)));
  const { profile: _all, ...meta } = resource.meta;
  const kept: JsonObject = profile.length > 0 ? { ...meta, profile } : meta;
  const { meta: _meta, ...content } = resource;
  return Object.keys(kept).length > 0 ? { ...resource, meta: kept } : content;
}
