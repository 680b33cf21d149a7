/** The `@use` of names, addresses and telecoms: a list of codes (NM-01, AD-01, TE-01, TE-04). */
import type { Leaf } from '../../read/node.js';
import type { Context } from '../context.js';

/** The codes in a `@use`. */
export const usesOf = (use: Leaf): string[] => use.value.trim().split(/\s+/);

/** Accounts for a `@use` of which `used` codes reached the output: the others have no room in FHIR. */
export function accountUse(use: Leaf, used: number, context: Context): void {
  if (used === usesOf(use).length) context.take(use);
  else context.lose(use, 'narrowed');
}

/** The first use the table maps (TE-04); if there is none, the leaf has no code. */
export function takeUse(use: Leaf, table: string, context: Context): string | undefined {
  for (const code of usesOf(use)) {
    const mapped = context.code(table, code);
    if (mapped === undefined) continue;
    accountUse(use, 1, context);
    return mapped;
  }
  context.lose(use, 'no-code');
  context.report('code-unmapped', use);
  return undefined;
}
