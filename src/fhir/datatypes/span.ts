/** The time a group of statements covers, from their own times (RE-04). */
import { attribute, child, isLeaf, type Leaf, type Node } from '../../read/node.js';
import type { Context } from '../context.js';
import type { Json } from '../json.js';
import { isAbsent } from './absent.js';
import { boundLeaf, writeDateTime } from './time.js';
import { isAfter } from './timestamp.js';

/**
 * The earliest and latest point of several TS or IVL_TS: a Period, or a dateTime if they are the same. Undefined if
 * none says a time.
 */
export function convertSpan(
  sources: readonly (Node | Leaf)[],
  context: Context,
): { type: string; value: Json } | undefined {
  let [start, end]: (string | undefined)[] = [];
  for (const leaf of sources.flatMap((source) => pointsOf(source, context))) {
    const time = writeDateTime(leaf, context);
    if (time === undefined) continue;
    if (start === undefined || isAfter(start, time)) start = time;
    if (end === undefined || isAfter(time, end)) end = time;
  }
  if (start === undefined) return undefined;
  return start === end ? { type: 'DateTime', value: start } : { type: 'Period', value: { start, end } };
}

function pointsOf(source: Node | Leaf, context: Context): readonly Leaf[] {
  if (isLeaf(source)) return [source];
  if (isAbsent(source, context)) return [];
  const own = attribute(source, 'value');
  if (own !== undefined) return [own];
  return ['low', 'high'].flatMap((name) => (child(source, name) && boundLeaf(source, name, context)) ?? []);
}
