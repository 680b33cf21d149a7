/** Table patterns: which nodes of the document a table is for, as XSLT matches templates. */
import { detach, type Node } from '../read/node.js';
import type { Path, Step } from './path.js';
import { compileCondition, conditionBits, type Scope, type TemplateOids } from './select.js';

/** True if the node, seen from its ancestors, is one the pattern describes. */
export type Match = (node: Node, scope: Scope) => boolean;

/** The element name the pattern ends in, `*` for any. */
export const lastName = (path: Path): readonly string[] =>
  path.alternatives.map((steps) => steps[steps.length - 1]?.name ?? '*');

/** Bits of the child elements of which one must be there for a node to match any of the patterns; -1: it may without. */
export function patternBits(paths: readonly Path[]): number {
  const bits = paths
    .flatMap(({ alternatives }) => alternatives)
    .map((steps) => conditionBits(steps[steps.length - 1]?.predicates[0]));
  return bits.length === 0 || bits.includes(-1) ? -1 : bits.reduce((all, each) => all | each);
}

/**
 * Compiles `entry/act[is X]` to a test read from right to left. The step `entry` also matches what wraps a statement
 * inside another one no table maps, so that a known statement in an unknown wrapper is still found (GE-05).
 */
export function compilePattern(path: Path, templates: TemplateOids): Match {
  const matches = path.alternatives.map((steps) => compileAlternative(steps, templates));
  const [only] = matches;
  if (only && matches.length === 1) return only;
  return (node, scope) => matches.some((match) => match(node, scope));
}

function compileAlternative(steps: readonly Step[], templates: TemplateOids): Match {
  const tests = [...steps].reverse().map((step) => ({
    axis: step.axis,
    name: detach(step.name),
    conditions: step.predicates.map((predicate) => compileCondition(predicate, templates)),
  }));
  return (node, scope) => {
    let at: Node | undefined = node;
    for (const { axis, name, conditions } of tests) {
      if (axis === 'ancestor') while (at && at.name !== name) at = at.parent;
      if (!at || !isNamed(at, name)) return false;
      for (const condition of conditions) if (!condition(at, scope, false)) return false;
      at = at.parent;
    }
    return true;
  };
}

const WRAPPERS = new Set(['entry', 'entryRelationship', 'component']);

function isNamed(node: Node, name: string): boolean {
  if (name === '*' || name === '.') return true;
  return node.name === name || (name === 'entry' && WRAPPERS.has(node.name));
}
