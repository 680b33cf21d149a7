/** The `@use` of names, addresses and telecoms: a list of codes (NM-01, AD-01, TE-01, TE-04). */
import type { Leaf } from '../../read/node.js';
import type { Context } from '../context.js';

/** The codes in a `@use`. */
export const usesOf = (use: Leaf): string[] => use.value.trim().split(/\s+/);

/** The first use the table maps (TE-04); if there is none, the leaf has no code. */
export function takeUse(use: Leaf, table: string, context: Context): string | undefined {
  for (const code of usesOf(use)) {
    const mapped = context.code(table, code);
    if (mapped === undefined) continue;
    context.take(use);
    return mapped;
  }
  context.lose(use, 'no-code');
  context.report('code-unmapped', use);
  return undefined;
}
