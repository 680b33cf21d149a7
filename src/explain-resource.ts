/** Why a resource is as it is: the element it was made of, and for each of its elements the rule and the leaves. */
import type { FhirResource } from 'fhir/r4.js';
import type { ConvertOptions } from './convert.js';
import type { Event } from './event.js';
import type { Explanation } from './explain/explain.js';
import { findTargets, isNameOf, listSubjects, listWriters, type Target } from './explain/find.js';
import { loadRows, type Rows } from './explain/rows.js';
import { createDescriber, createNames } from './map/describe.js';
import { loadShipped } from './map/shipped.js';
import type { Mappings } from './map/table.js';
import { type Node, peek } from './read/node.js';
import { createCollection, type Traced } from './view/loss/collect.js';

/** Elements no rule writes, and where they come from. */
const OTHERS: Readonly<Record<string, string>> = {
  id: 'a name-based UUID of the patient scope and the entry’s own identifier, else of its content',
  meta: 'the profiles the check stage found satisfied',
  text: 'the narrative of the section',
  contained: 'resources made for this one',
};

export interface ResourceExplanation {
  /** Undefined if the document makes no such resource. */
  readonly explanation: Explanation | undefined;
  /** References the document does make, those of the wanted type first; at most ten. */
  readonly like: readonly string[];
}

interface Made {
  readonly node: Node;
  readonly table: string;
}

/**
 * Prepares the explanation of one resource: convert the document with `options`, give the events to `explain`.
 * @param reference `Type/id`, an id, or `urn:uuid:id`
 * @returns the explanation holds paths, lines, rules and rows; values only with `showValues`. Memory follows the document
 */
export function prepareExplanation(
  reference: string,
  base: ConvertOptions = {},
): {
  readonly options: ConvertOptions;
  explain(events: AsyncIterable<Event>): Promise<ResourceExplanation>;
} {
  const mappings = base.mappings ?? loadShipped();
  const collection = createCollection();
  const made: [Made, () => string | undefined][] = [];
  const wanted = reference.replace(/^urn:uuid:/, '');
  const isWanted = (name: string | undefined): boolean => name === wanted || name?.split('/')[1] === wanted;
  return {
    options: {
      ...base,
      onLeaf: collection.onLeaf,
      onMade(node, table, refer) {
        made.push([{ node, table }, refer]);
        collection.onMade(node, table, refer);
      },
    },
    async explain(events) {
      const resources = new Map<string, FhirResource>();
      let name = '';
      for await (const event of events) {
        if (event.kind === 'resource')
          resources.set(`${event.resource.resourceType}/${event.resource.id}`, event.resource);
        if (event.kind === 'end') name = event.loss.source.name;
      }
      const found = [...resources.keys()].find(isWanted);
      if (found === undefined) return { explanation: undefined, like: findLike(wanted, [...resources.keys()]) };
      const { rows } = await loadRows();
      const own = made.flatMap(([each, refer]) => (refer() === found ? [each] : []));
      const belongs = ({ leaf, rule }: Traced): boolean =>
        collection.referenceAt(leaf.owner, tableOf(rule, mappings)) === found;
      const traced = keepPointedAt(
        collection.leaves.filter((each) => each && belongs(each)),
        own,
      );
      const explained = { reference: found, resource: resources.get(found) ?? {}, name, made: own, traced };
      return { explanation: toExplanation(explained, mappings, rows, base.showValues ?? false), like: [] };
    },
  };
}

/** Of the section's words only those the element points to: all entries of a section share its text. */
function keepPointedAt(traced: readonly Traced[], made: readonly Made[]): Traced[] {
  const nodes = new Set(made.map(({ node }) => node));
  const isWithin = (node: Node | undefined): boolean =>
    node !== undefined && (nodes.has(node) || isWithin(node.parent));
  const pointers = new Set(
    traced.flatMap(({ leaf }) =>
      leaf.owner.name === 'reference' && isWithin(leaf.owner) ? [leaf.value.trim().replace(/^#/, '')] : [],
    ),
  );
  const isPointedAt = (node: Node | undefined): boolean =>
    node !== undefined && (pointers.has(peek(node, 'ID') ?? '') || isPointedAt(node.parent));
  return traced.filter(({ leaf }) => !isNarrative(leaf.owner) || isPointedAt(leaf.owner));
}

const isNarrative = (node: Node | undefined): boolean =>
  node !== undefined && ((node.name === 'text' && node.parent?.name === 'section') || isNarrative(node.parent));

const MOST_LIKE = 10;

function findLike(wanted: string, all: readonly string[]): string[] {
  const [type = ''] = wanted.split('/');
  const rank = (name: string): number => (name.startsWith(`${type}/`) ? 0 : 1);
  return [...all].sort((one, other) => rank(one) - rank(other)).slice(0, MOST_LIKE);
}

const tableOf = (rule: string, mappings: Mappings): string => targetsOf(mappings).get(rule)?.table ?? '';

const known = new WeakMap<Mappings, Map<string, Target>>();
function targetsOf(mappings: Mappings): Map<string, Target> {
  const targets = known.get(mappings) ?? findTargets(mappings);
  known.set(mappings, targets);
  return targets;
}

interface Explained {
  readonly reference: string;
  readonly resource: object;
  readonly name: string;
  readonly made: readonly Made[];
  readonly traced: readonly Traced[];
}

function toExplanation(explained: Explained, mappings: Mappings, rows: Rows, showValues: boolean): Explanation {
  const { reference, resource, name, made, traced } = explained;
  const describe = createDescriber(createNames(mappings));
  const targets = targetsOf(mappings);
  const cited = new Set<string>();
  const byElement = new Map<string, Traced[]>();
  const beside: Traced[] = [];
  for (const each of traced) {
    const target = targets.get(each.rule);
    for (const row of target?.rows ?? []) cited.add(row);
    const element = each.state === 'copied' || each.state === 'implied' ? target?.element : '';
    if (element) byElement.set(element, [...(byElement.get(element) ?? []), each]);
    else beside.push(each);
  }
  const say = ({ leaf, state, rule }: Traced): string =>
    `  ${describe(leaf)}  line ${leaf.owner.line}  ${state} by ${rule}${showValues ? ` = ${JSON.stringify(leaf.value)}` : ''}`;
  const isWritten = (key: string): boolean => [...byElement.keys()].some((element) => isNameOf(element, key));
  const fields: [string, string[]][] = [
    [
      'Made of',
      made.map(({ node, table }) => `${describe(node) || 'ClinicalDocument'}  line ${node.line}  by table ${table}`),
    ],
    ...[...byElement].map(([element, leaves]): [string, string[]] => [element, leaves.map(say)]),
    ['Others', Object.keys(resource).flatMap((key) => (isWritten(key) ? [] : sayOther(key, made, mappings)))],
    ['Also read', beside.map(say)],
    ['Checklist', [...cited].sort().map((row) => `${row}  ${rows[row]?.block ?? ''}: ${rows[row]?.text ?? ''}`)],
  ];
  return {
    title: reference,
    place: `${name}:${made[0]?.node.line ?? 1}`,
    fields: fields.filter(([, lines]) => lines.length > 0),
  };
}

/** An element without a leaf of its own: a constant, a reference to another resource, or what no rule writes. */
function sayOther(key: string, made: readonly Made[], mappings: Mappings): string[] {
  if (key === 'resourceType') return [];
  if (OTHERS[key]) return [`${key}: ${OTHERS[key]}`];
  const tables = new Set(made.map(({ table }) => table));
  const builds = new Set(
    listSubjects(mappings).flatMap((each) =>
      each.kind === 'rule' && each.rule.build !== undefined ? [each.rule.id] : [],
    ),
  );
  const writers = listWriters(targetsOf(mappings), tables, key).map(
    (rule) => `${rule}${builds.has(rule) ? ' (refers to another resource)' : ''}`,
  );
  return [`${key}: ${writers.length > 0 ? `rule ${writers.join(', or ')}` : 'not by a rule of these tables'}`];
}
