/** Compiles parsed paths and conditions to closures over the source tree. */
import { parseTimestamp } from '../fhir/datatypes/timestamp.js';
import { attributeName, isLeaf, type Leaf, mayHave, type Node, nameBit } from '../read/node.js';
import { compileMention } from './mention.js';
import { compileCompareNear, nearAttribute, textOf } from './near.js';
import type { Condition, Path, Step } from './path.js';
import { compileGuard } from './statements.js';
import { collect, type End, type Item, stop, type Walk, walkAttribute, walkAxis, walkNth } from './walk.js';

export type { Item } from './walk.js';

/** What selecting needs of the run: where guards are noted, and the node the rule stands on. */
export interface Scope {
  /** Notes a leaf that decided something. */
  test(leaf: Leaf | undefined): void;
  current: Node;
  /** The narrative element with that `ID`. */
  narrative(id: string): Node | undefined;
}

/** Items in document order; an empty list when nothing matches. */
export type Select = (node: Node, scope: Scope) => readonly Item[];

/** True if the condition holds at the item. `sure`: note the leaves looked at even when it does not (guards). */
export type Test = (node: Node, scope: Scope, sure: boolean) => boolean;

export type TemplateOids = (name: string) => ReadonlySet<string>;

const NOTHING: readonly Item[] = [];

/**
 * Compiles a path. A statement that is negated, nullified, without content (`nullFlavor`) or in another mood than
 * "happened" is invisible to a child step, unless a predicate of the step speaks of it; with `open` the last step
 * sees all, because who uses the path (`build`, a table's `each`) guards for itself.
 */
export function compilePath(path: Path, templates: TemplateOids, open = false): Select {
  const known = compiledPaths(templates, open);
  const there = known.get(path);
  if (there) return there;
  const walk = compileWalk(path, templates, collect, open);
  const select: Select = (node, scope) => walk(node, scope, undefined) ?? NOTHING;
  known.set(path, select);
  return select;
}

const compiled = new WeakMap<TemplateOids, readonly [Map<Path, Select>, Map<Path, Select>]>();

/** What was compiled with these templates: many rules share a path. */
function compiledPaths(templates: TemplateOids, open: boolean): Map<Path, Select> {
  const known = compiled.get(templates) ?? [new Map<Path, Select>(), new Map<Path, Select>()];
  compiled.set(templates, known);
  return known[open ? 1 : 0];
}

/** Bits of the child elements of which one must be there for the paths to select anything; -1: they may without. */
export function firstBits(paths: readonly Path[]): number {
  const steps = paths.flatMap((path) => path.alternatives.map(([first]) => first));
  if (steps.length === 0 || steps.some((step) => step?.axis !== 'child' || step.name === '*')) return -1;
  return steps.reduce((bits, step) => bits | nameBit(step?.name ?? ''), 0);
}

/** The same for a condition: -1 if it may hold without them. */
export function conditionBits(condition: Condition | undefined): number {
  if (condition?.kind === 'exists' || condition?.kind === 'mention') return firstBits([condition.path]);
  return condition?.kind === 'compare' && !condition.negated ? firstBits([condition.path]) : -1;
}

/** Compiles alternatives: the first path that yields anything is the result. */
export function compileFirst(paths: readonly Path[], templates: TemplateOids, open = false): Select {
  const selects = paths.map((path) => compilePath(path, templates, open));
  const [only] = selects;
  if (only && selects.length === 1) return only;
  return (node, scope) => {
    for (const select of selects) {
      const found = select(node, scope);
      if (found.length > 0) return found;
    }
    return NOTHING;
  };
}

/** A walk over the path's union: what it selects is given to `end`, in the order of the alternatives. */
function compileWalk(path: Path, templates: TemplateOids, end: End, open = false): Walk {
  const walks = path.alternatives.map((steps) => compileSteps(steps, templates, end, open));
  const [only] = walks;
  if (only && walks.length === 1) return only;
  const bits = firstBits([path]);
  return (node, scope, found) => {
    if (!mayHave(node, bits)) return found;
    let all = found;
    for (const walk of walks) all = walk(node, scope, all);
    return all;
  };
}

function compileSteps(steps: readonly Step[], templates: TemplateOids, end: End, open: boolean): Walk {
  let walk: Walk = end;
  for (let index = steps.length - 1; index >= 0; index--) {
    const step = steps[index];
    const last = index === steps.length - 1;
    if (step?.axis === 'attribute') walk = walkAttribute(step.name, last ? end : stop);
    else if (step) walk = compileStep(step, templates, walk, open && last, steps[index + 1]);
  }
  return walk;
}

function compileStep(step: Step, templates: TemplateOids, next: Walk, open: boolean, then: Step | undefined): Walk {
  const isDown = step.axis === 'child' || step.axis === 'descendant';
  const guard = open || !isDown ? undefined : compileGuard(step);
  const [first, ...rest] = step.predicates;
  const isNth = first?.kind === 'position' && step.axis === 'child' && step.name !== '*' && !guard;
  const tested = isNth ? rest : step.predicates;
  if (tested.some(({ kind }) => kind === 'position')) return compileCounted(step, templates, next, guard);
  const tests: Test[] = tested.map((predicate) => compileCondition(predicate, templates));
  if (isNth) return walkNth(step.name, first.position, tests.length === 0 ? next : filterBy(tests, next));
  // The templates first: of many statements most are of others, and those need no further thought.
  if (guard) tests.unshift(...step.predicates.flatMap((each) => compileHint(each, templates)), guard);
  // What a predicate looks at is noted whether the path goes on or not, so it has to be asked.
  return tests.length === 0 ? walkAxis(step, next, then) : walkAxis(step, filterBy(tests, next));
}

function filterBy(tests: readonly Test[], next: Walk): Walk {
  const [only] = tests;
  if (only && tests.length === 1)
    return (node, scope, found) => (only(node, scope, false) ? next(node, scope, found) : found);
  return (node, scope, found) => {
    for (const test of tests) if (!test(node, scope, false)) return found;
    return next(node, scope, found);
  };
}

type Filter = (items: readonly Item[], scope: Scope) => readonly Item[];

/** A step with a position after other predicates: the elements that satisfy these have to be counted, so they are listed first. */
function compileCounted(step: Step, templates: TemplateOids, next: Walk, guard: Test | undefined): Walk {
  const keep =
    (test: Test): Filter =>
    (items, scope) =>
      items.filter((item) => !isLeaf(item) && test(item, scope, false));
  const filters = step.predicates.map((predicate): Filter => {
    if (predicate.kind === 'position') return (items) => items.slice(predicate.position - 1, predicate.position);
    return keep(compileCondition(predicate, templates));
  });
  if (guard) filters.unshift(keep(guard));
  const list = walkAxis(step, collect);
  return (node, scope, found) => {
    let items: readonly Item[] = list(node, scope, undefined) ?? NOTHING;
    for (const filter of filters) items = filter(items, scope);
    let all = found;
    for (const item of items) if (!isLeaf(item)) all = next(item, scope, all);
    return all;
  };
}

const TEMPLATE = nameBit('templateId');
const ROOT = attributeName('root');
const isRoot = ({ name }: Leaf): boolean => name === ROOT;

/** Compiles a condition. Leaves it depends on are noted as tested: when it holds, or always with `sure`. */
export function compileCondition(condition: Condition, templates: TemplateOids): Test {
  switch (condition.kind) {
    case 'position':
      throw new Error('a position can only stand in a predicate');
    case 'is':
      return compileIs(condition.templates, templates);
    case 'not': {
      const test = compileCondition(condition.condition, templates);
      return (node, scope) => !test(node, scope, true);
    }
    case 'exists': {
      const walk = compileWalk(condition.path, templates, note);
      return (node, scope) => walk(node, scope, undefined) !== undefined;
    }
    case 'mention':
      return compileMention(compilePath(condition.path, templates), condition.values);
    case 'compare':
      return compileCompare(condition, templates);
    case 'order':
      return compileOrder(condition, templates);
  }
}

/** That there is something is all that is asked: nothing is put into the list. */
const SOMETHING: Item[] = [];

/** Notes the attributes that are there. */
const note: End = (item, scope) => {
  if (isLeaf(item)) scope.test(item);
  return SOMETHING;
};

function compileIs(names: readonly string[], templates: TemplateOids): Test {
  const oids = oidsOf(names, templates);
  return (node, scope) => {
    const root = templateAmong(oids, node);
    scope.test(root);
    return root !== undefined;
  };
}

/** Times are compared as far as both are precise, to the day. */
function compileOrder({ path, earlier, current }: Condition & { kind: 'order' }, templates: TemplateOids): Test {
  const [select, selectOther] = [compilePath(path, templates), compilePath(current, templates)];
  const dateOf = (item: Item): string => parseTimestamp(textOf(item))?.date ?? '';
  return (node, scope) => {
    const others = selectOther(scope.current, scope);
    const hits = select(node, scope).filter((item) =>
      others.some((other) => {
        const [one, two] = [dateOf(item), dateOf(other)];
        const length = Math.min(one.length, two.length);
        const [mine, theirs] = [one.slice(0, length), two.slice(0, length)];
        return earlier ? mine < theirs : mine > theirs;
      }),
    );
    for (const item of hits) if (isLeaf(item)) scope.test(item);
    return hits.length > 0;
  };
}

/** The same without noting anything. */
function compileHint(condition: Condition, templates: TemplateOids): Test[] {
  if (condition.kind !== 'is') return [];
  const oids = oidsOf(condition.templates, templates);
  return [(node) => templateAmong(oids, node) !== undefined];
}

const oidsOf = (names: readonly string[], templates: TemplateOids): ReadonlySet<string> =>
  new Set(names.flatMap((name) => [...templates(name)]));

function templateAmong(oids: ReadonlySet<string>, node: Node): Leaf | undefined {
  if (!mayHave(node, TEMPLATE)) return undefined;
  for (const item of node.content) {
    if (item.name !== 'templateId' || isLeaf(item)) continue;
    const root = item.attributes.find(isRoot);
    if (root && oids.has(root.value.trim())) return root;
  }
  return undefined;
}

function compileCompare(condition: Condition & { kind: 'compare' }, templates: TemplateOids): Test {
  const select = compilePath(condition.path, templates);
  const { negated } = condition;
  const current = condition.current && compilePath(condition.current, templates);
  const fixed = new Set(condition.values);
  const near = current ? undefined : nearAttribute(condition.path);
  if (near) return compileCompareNear(near, fixed, negated);
  return (node, scope, sure) => {
    const found = select(node, scope);
    if (found.length === 0) return negated;
    const values = current ? new Set(current(scope.current, scope).map(textOf)) : fixed;
    let hit = false;
    for (const item of found) {
      const equal = values.has(textOf(item));
      hit ||= equal;
      if ((equal || sure || negated) && isLeaf(item)) scope.test(item);
    }
    return hit !== negated;
  };
}
