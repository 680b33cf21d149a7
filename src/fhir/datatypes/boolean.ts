/** BL to boolean (VA-05). */
import type { Leaf, Node } from '../../read/node.js';
import type { Context } from '../context.js';
import { isAbsent } from './absent.js';
import { valueLeaf } from './decimal.js';

const VALUES: ReadonlyMap<string, boolean> = new Map([
  ['true', true],
  ['false', false],
  ['1', true],
  ['0', false],
]);

/** `true`, `false`, `1` or `0`; anything else is lost and reported `type-unsupported`. */
export function convertBoolean(source: Node | Leaf, context: Context): boolean | undefined {
  const leaf = isAbsent(source, context) ? undefined : valueLeaf(source);
  if (leaf === undefined) return undefined;
  const value = VALUES.get(leaf.value.trim());
  if (value !== undefined) {
    context.take(leaf);
    return value;
  }
  context.lose(leaf, 'narrowed');
  context.report('type-unsupported', leaf);
  return undefined;
}
