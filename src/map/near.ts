/** Comparisons with an attribute of the node or of a child of it: most conditions are such, and they need no lists. */
import { attribute, detach, isLeaf, mayHave, type Node, nameBit } from '../read/node.js';
import type { Path } from './path.js';
import type { Item, Scope, Test } from './select.js';
import { isTrue, STATEMENTS, statusWord } from './statements.js';

/** An attribute one step away at most. */
export interface Near {
  /** Child elements the attribute is of; undefined: it is the node's own. */
  readonly child: string | undefined;
  readonly attribute: string;
}

/** What `@name`, `./@name` and `child/@name` ask for: most conditions do, and they need no lists. */
export function nearAttribute({ alternatives }: Path): Near | undefined {
  const [[first, second, ...further] = []] = alternatives;
  if (!first || alternatives.length > 1 || further.length > 0) return undefined;
  if (first.axis === 'attribute') return { child: undefined, attribute: first.name };
  if (second?.axis !== 'attribute' || first.predicates.length > 0) return undefined;
  if (first.axis === 'self') return { child: undefined, attribute: second.name };
  if (first.axis !== 'child' || first.name === '*' || STATEMENTS.has(first.name)) return undefined;
  return { child: detach(first.name), attribute: second.name };
}

export function compileCompareNear(near: Near, values: ReadonlySet<string>, negated: boolean): Test {
  const { child, attribute: name } = near;
  const [first] = values;
  const isWanted: (value: string) => boolean =
    values.size === 1 ? (value) => value === first : (value) => values.has(value);
  const hits = (node: Node, scope: Scope, sure: boolean): boolean => {
    const leaf = attribute(node, name);
    if (leaf === undefined) return false;
    const equal = isWanted(textOf(leaf));
    if (equal || sure || negated) scope.test(leaf);
    return equal;
  };
  if (child === undefined) return (node, scope, sure) => hits(node, scope, sure) !== negated;
  const bit = nameBit(child);
  return (node, scope, sure) => {
    if (!mayHave(node, bit)) return negated;
    let hit = false;
    for (const item of node.content) {
      if (item.name === child && !isLeaf(item) && hits(item, scope, sure)) hit = true;
    }
    return hit !== negated;
  };
}

/**
 * A leaf's value, or an element's own text, trimmed. However they are spelled, a negation is `true`, what was taken back
 * `nullified` and what was called off `cancelled` (GE-02, GE-04).
 */
export function textOf(item: Item): string {
  if (isLeaf(item)) {
    if (item.name === '@negationInd' && isTrue(item.value)) return 'true';
    return item.owner.name === 'statusCode' ? statusWord(item.value) : item.value.trim();
  }
  let text = '';
  for (const part of item.content) if (isLeaf(part)) text += part.value;
  return text.trim();
}
