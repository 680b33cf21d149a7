/** Compiles parsed paths and conditions to closures over the source tree. */
import { attribute, attributeName, isLeaf, type Leaf, mayHave, type Node, nameBit } from '../read/node.js';
import { compileMention } from './mention.js';
import { compileCompareNear, nearAttribute, textOf } from './near.js';
import type { Condition, Path, Step } from './path.js';
import { compileGuard } from './statements.js';

export type Item = Node | Leaf;

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

const NO_NODES: readonly Node[] = Object.freeze([]);
const NOTHING: readonly Item[] = NO_NODES;

/**
 * Compiles a path. A statement that is negated, nullified, without content (`nullFlavor`) or in another mood than
 * "happened" is invisible to a child step, unless a predicate of the step speaks of it; with `open` the last step
 * sees all, because who uses the path (`build`, a table's `each`) guards for itself.
 */
export function compilePath(path: Path, templates: TemplateOids, open = false): Select {
  const known = compiledPaths(templates, open);
  const select = known.get(path) ?? compileAlternatives(path, templates, open);
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

function compileAlternatives(path: Path, templates: TemplateOids, open: boolean): Select {
  const selects = path.alternatives.map((steps) => compileSteps(steps, templates, open));
  const [only] = selects;
  if (only && selects.length === 1) return only;
  return (node, scope) => selects.flatMap((select) => select(node, scope));
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

function compileSteps(steps: readonly Step[], templates: TemplateOids, open: boolean): Select {
  const compiled = steps.map((step, index) => compileStep(step, templates, open && index === steps.length - 1));
  const [first, ...others] = compiled;
  if (!first || others.length === 0) return first ?? (() => NOTHING);
  return (node, scope) => {
    let items = first(node, scope);
    for (let index = 0; index < others.length; index++) {
      const step = others[index];
      const only = items[0];
      if (only === undefined || step === undefined) return NOTHING;
      if (items.length > 1) items = stepFromAll(items, step, scope);
      else items = isLeaf(only) ? NOTHING : step(only, scope);
    }
    return items;
  };
}

function stepFromAll(items: readonly Item[], step: Select, scope: Scope): readonly Item[] {
  const found: Item[] = [];
  for (const item of items) {
    if (isLeaf(item)) continue;
    for (const next of step(item, scope)) found.push(next);
  }
  return found;
}

function compileStep(step: Step, templates: TemplateOids, open: boolean): Select {
  const { axis, name } = step;
  if (axis === 'attribute') {
    const wanted = attributeName(name);
    return (node) => {
      for (const leaf of node.attributes) if (leaf.name === wanted) return [leaf];
      return NOTHING;
    };
  }
  const filter = compilePredicates(step.predicates, templates);
  if (axis === 'self') return (node, scope) => filter([node], scope);
  if (axis === 'parent') return (node, scope) => (node.parent ? filter([node.parent], scope) : NOTHING);
  if (axis === 'ancestor') {
    return (node, scope) => {
      for (let at: Node | undefined = node; at; at = at.parent) if (at.name === name) return filter([at], scope);
      return NOTHING;
    };
  }
  const guard = open ? undefined : compileGuard(step);
  const bit = axis === 'child' && name !== '*' ? nameBit(name) : -1;
  const collect = axis === 'child' ? (node: Node) => collectChildren(node, name, bit) : collectDescendants(name);
  if (!guard && step.predicates.length === 0) return collect;
  return (node, scope) => {
    const found = collect(node);
    if (found.length === 0) return found;
    return filter(guard ? keep(found, guard, scope) : found, scope);
  };
}

function collectChildren(node: Node, name: string, bit: number): readonly Node[] {
  if (!mayHave(node, bit)) return NO_NODES;
  const { content } = node;
  let found: Node[] | undefined;
  for (let index = 0; index < content.length; index++) {
    const item = content[index];
    if (item === undefined || (item.name !== name && name !== '*') || isLeaf(item)) continue;
    if (found) found.push(item);
    else found = [item];
  }
  return found ?? NO_NODES;
}

function collectDescendants(name: string): (node: Node) => readonly Node[] {
  const visit = (node: Node, found: Node[]): void => {
    for (const item of node.content) {
      if (isLeaf(item)) continue;
      if (item.name === name || name === '*') found.push(item);
      if (item.names !== 0) visit(item, found);
    }
  };
  return (node) => {
    const found: Node[] = [];
    visit(node, found);
    return found;
  };
}

const TEMPLATE = nameBit('templateId');

type Filter = (items: readonly Node[], scope: Scope) => readonly Node[];

function compilePredicates(predicates: readonly Condition[], templates: TemplateOids): Filter {
  if (predicates.length === 0) return (items) => items;
  const filters = predicates.map((predicate): Filter => {
    if (predicate.kind === 'position') return (items) => items.slice(predicate.position - 1, predicate.position);
    const test = compileCondition(predicate, templates);
    return (items, scope) => keep(items, test, scope);
  });
  const [only] = filters;
  if (only && filters.length === 1) return only;
  return (items, scope) => {
    let left = items;
    for (const filter of filters) left = left.length > 0 ? filter(left, scope) : left;
    return left;
  };
}

function keep(items: readonly Node[], test: Test, scope: Scope): readonly Node[] {
  const [only] = items;
  if (only !== undefined && items.length === 1) return test(only, scope, false) ? items : NO_NODES;
  let kept: Node[] | undefined;
  for (const item of items) {
    if (!test(item, scope, false)) continue;
    if (kept) kept.push(item);
    else kept = [item];
  }
  return kept ?? NO_NODES;
}

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
      const select = compilePath(condition.path, templates);
      return (node, scope) => {
        const found = select(node, scope);
        for (const item of found) if (isLeaf(item)) scope.test(item);
        return found.length > 0;
      };
    }
    case 'mention':
      return compileMention(compilePath(condition.path, templates), condition.values);
    case 'compare':
      return compileCompare(condition, templates);
  }
}

function compileIs(names: readonly string[], templates: TemplateOids): Test {
  const oids = new Set(names.flatMap((name) => [...templates(name)]));
  return (node, scope) => {
    if (!mayHave(node, TEMPLATE)) return false;
    for (const item of node.content) {
      const root = item.name === 'templateId' && !isLeaf(item) ? attribute(item, 'root') : undefined;
      if (!root || !oids.has(root.value.trim())) continue;
      scope.test(root);
      return true;
    }
    return false;
  };
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
