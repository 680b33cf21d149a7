/** Lines of the timeline: each fact of a patient's history as one line. */
import { nameId } from '../fhir/ids.js';
import type { JsonObject } from '../fhir/json.js';
import { toDetails } from './details.js';
import { allAt, dateAt, type Fact, firstAt, precisionOf } from './fact.js';
import type { Entry } from './gather.js';
import type { LineComponent, LineDetail, LineKind, Seen, TimelineLine, TimelineSource } from './model.js';
import { isObject, listOf, type Resolve, valuesAt } from './path.js';
import type { Part } from './places.js';
import type { ReconcileRules } from './rules.js';
import { sanitizeXhtml } from './sanitize.js';
import { nameOf as nameOfResource } from './source.js';
import { conceptText, toCodes, toLineValue, valueText } from './words.js';

/** What a line is made with. */
export interface LineContext {
  readonly rules: ReconcileRules;
  readonly sources: readonly TimelineSource[];
  readonly resources: ReadonlyMap<string, JsonObject>;
}

/** A line before lines are tied to each other. */
export type LooseLine = Omit<TimelineLine, 'conflict' | 'encounter' | 'group' | 'isNew'>;

export const lineId = (reference: string): string => nameId(`line\n${reference}`);

/** The line of one fact; undefined for what has none: people, places, Provenance. */
export function toLine(entry: Entry, context: LineContext): LooseLine | undefined {
  const parts = shownFirst(entry, context.resources);
  const [first] = parts;
  const newest = first?.newest;
  if (!newest || !first || newest.kind === 'none') return undefined;
  const { rules, kind } = newest;
  const resolve: Resolve = (reference) => context.resources.get(reference);
  const dates = parts.flatMap(({ resource }) => dateAt(resource, rules.date, resolve) ?? []);
  const date = mostPrecise(dates) ?? entry.facts.find((fact) => fact.date !== undefined)?.date;
  const end = dateAt(first.resource, rules.end, resolve);
  const concept = firstAt(first.resource, rules.about, resolve);
  const codes = parts.flatMap(({ resource }) => allAt(resource, rules.about, resolve).flatMap(toCodes));
  const value = lineValue(first.resource);
  const components = toComponents(first.resource);
  const isNoneKnown = codes.some(({ code }) => code !== undefined && rules.noneKnown.has(code));
  const assertion = newest.assertion === 'fact' && isNoneKnown ? 'negated' : newest.assertion;
  const title = titleOf(first.resource, newest, concept, resolve);
  const status = statusOf(first.resource, newest);
  const narrative = narrativeOf(first.resource);
  const isActive = assertion === 'fact' && newest.activity === 'active';
  const ids = new Set(entry.facts.map(({ source }) => source));
  const from = context.sources.filter(({ id }) => ids.has(id));
  return {
    id: lineId(first.reference),
    kind,
    title: isNoneKnown ? title : prefixed(title, kind, assertion, context.rules),
    assertion,
    ...(codes.length > 0 && { codes: distinct(codes) }),
    ...(date !== undefined && { date }),
    ...(end !== undefined && end !== date && { end }),
    precision: precisionOf(date),
    ...(value && { value }),
    ...(status !== undefined && { status }),
    ...(isActive && { active: true as const }),
    ...(assertion === 'negated' && { negated: true as const }),
    sources: from.map(({ id }) => id),
    ...seenIn(entry, kind, from.length),
    ...(narrative !== undefined && { narrative }),
    resources: parts.map(({ reference }) => reference),
    details: detailsOf(parts, context),
    ...(components.length > 0 && { components }),
  };
}

interface Shown {
  readonly reference: string;
  readonly newest: Fact | undefined;
  readonly resource: JsonObject;
}

/** The resource with the newest statement is the one shown first; of a document, the one with its contents. */
function shownFirst({ parts, facts }: Entry, resources: ReadonlyMap<string, JsonObject>): Shown[] {
  const newest = facts.at(-1);
  const rank = (part: Part): number =>
    part.reference.startsWith('Composition/') ? 2 : Number(part.facts.at(-1) === newest);
  const sorted = [...parts].sort((a, b) => rank(b) - rank(a));
  return sorted.flatMap(({ reference, facts: own }) => {
    const resource = resources.get(reference);
    return resource ? [{ reference, resource, newest: own.at(-1) }] : [];
  });
}

function mostPrecise(dates: readonly string[]): string | undefined {
  return [...dates].sort((one, other) => other.length - one.length || (one < other ? -1 : 1))[0];
}

function titleOf(
  resource: JsonObject,
  fact: Fact,
  concept: Parameters<typeof conceptText>[0],
  resolve: Resolve,
): string {
  if (fact.type === 'FamilyMemberHistory') return familyTitle(resource);
  const own = firstAt(resource, fact.rules.title, resolve) ?? resource.title;
  const named = typeof own === 'string' ? own : undefined;
  const isDocument = fact.kind === 'document' || fact.type === 'CarePlan' || fact.type === 'CareTeam';
  // "Assertion: nausea" says no more than "nausea".
  const isAssertion = toCodes(concept).some(({ code }) => code === 'ASSERTION');
  const subject = isAssertion ? toLineValue(resource)?.text : undefined;
  const words = subject ?? conceptText(concept) ?? (isDocument ? undefined : codeOfContents(resource));
  return (isDocument ? (named ?? words) : (words ?? named)) ?? typeWords(fact.type);
}

/** An Encounter without a type is called after its class, a Device after what it is. */
const codeOfContents = ({ class: visit, deviceName, description }: JsonObject): string | undefined =>
  conceptText(visit) ??
  listOf(deviceName).flatMap((name) => (isObject(name) ? (conceptText(name.name ?? undefined) ?? []) : []))[0] ??
  conceptText(description);

function familyTitle(resource: JsonObject): string {
  const relation = conceptText(resource.relationship) ?? 'relative';
  const conditions = listOf(resource.condition).flatMap((item) =>
    isObject(item) ? (conceptText(item.code) ?? []) : [],
  );
  return conditions.length > 0 ? `${conditions.join(', ')} (${relation})` : relation;
}

const typeWords = (type: string): string =>
  type.replace(/([a-z])([A-Z])/g, '$1 $2').replace(/ [A-Z]/g, (letter) => letter.toLowerCase());

function prefixed(
  title: string,
  kind: LineKind,
  assertion: TimelineLine['assertion'],
  { titles }: ReconcileRules,
): string {
  const words = titles.get(assertion);
  const prefix = words?.get(kind) ?? words?.get('other');
  return prefix === undefined ? title : `${prefix}: ${title}`;
}

/** Statuses in the order of the rules, in plain words. */
function statusOf(resource: JsonObject, { rules }: Fact): string | undefined {
  const words = rules.status
    .flatMap((path) => valuesAt(resource, path, () => undefined))
    .flatMap((value) => {
      const [code] = toCodes(value);
      return code?.code ?? conceptText(value) ?? [];
    });
  const [first] = words.filter((word) => word !== 'confirmed').sort((a, b) => Number(isDoubt(b)) - Number(isDoubt(a)));
  return (first ?? words[0])?.replaceAll('-', ' ');
}

/** That something is not so, or not sure, comes before how it goes. */
const isDoubt = (word: string): boolean =>
  ['refuted', 'entered-in-error', 'unconfirmed', 'provisional', 'differential'].includes(word);

/** An Observation's value; of several components all in one: `120 / 80 mm[Hg]`. */
function lineValue(resource: JsonObject): TimelineLine['value'] {
  if (resource.resourceType !== 'Observation') return undefined;
  const own = toLineValue(resource);
  if (own && (own.number !== undefined || resource.dataAbsentReason === undefined)) return own;
  const components = toComponents(resource);
  if (components.length === 0) return own;
  const units = new Set(components.map(({ value }) => value.unit));
  const isOut = components.some(({ value }) => value.outOfRange);
  const text =
    units.size === 1 && components.every(({ value }) => value.number !== undefined)
      ? `${components.map(({ value }) => value.number).join(' / ')} ${[...units][0] ?? ''}`.trim()
      : components.map(({ title, value }) => `${title}: ${value.text}`).join('; ');
  return { text, ...(isOut && { outOfRange: true as const }) };
}

function toComponents(resource: JsonObject): LineComponent[] {
  if (resource.resourceType !== 'Observation') return [];
  return listOf(resource.component)
    .filter(isObject)
    .flatMap((component) => {
      const value = toLineValue(component);
      const codes = toCodes(component.code);
      return value ? [{ title: conceptText(component.code) ?? '', ...(codes.length > 0 && { codes }), value }] : [];
    });
}

function narrativeOf({ text }: JsonObject): string | undefined {
  return isObject(text) && typeof text.div === 'string' ? sanitizeXhtml(text.div) : undefined;
}

function seenIn({ facts }: Entry, kind: LineKind, documents: number): { seen?: Seen } {
  if (documents < 2 && !['condition', 'allergy', 'medication'].includes(kind)) return {};
  const dates = facts.flatMap(({ stated }) => stated ?? []).sort();
  const active = facts.flatMap(({ stated, activity }) =>
    activity === 'active' && stated !== undefined ? [stated] : [],
  );
  const [first, last, lastActive] = [dates[0], dates.at(-1), active.sort().at(-1)];
  return {
    seen: {
      documents,
      ...(first !== undefined && { first }),
      ...(last !== undefined && { last }),
      ...(lastActive !== undefined && { lastActive }),
    },
  };
}

function distinct<T>(items: readonly T[]): T[] {
  return [...new Map(items.map((item) => [JSON.stringify(item), item])).values()];
}

function detailsOf(parts: readonly Shown[], { resources }: LineContext): LineDetail[] {
  const nameOf = (reference: string): string | undefined => {
    const target = resources.get(reference);
    return (
      nameOfResource(target, resources) ??
      conceptText(target?.code) ??
      conceptText(target?.type) ??
      valueText(target?.class)
    );
  };
  return distinct(parts.flatMap(({ resource }) => toDetails(resource, nameOf)));
}
