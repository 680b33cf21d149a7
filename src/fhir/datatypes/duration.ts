/** The width of an interval, for arithmetic (TS-08). */
import { attribute, type Leaf, type Node } from '../../read/node.js';
import type { Context } from '../context.js';
import { isAbsent } from './absent.js';
import { parseInteger } from './decimal.js';

/**
 * Applies `compute` to a width's whole number and UCUM unit and takes both; where it has no result, they are lost and
 * reported `type-unsupported`.
 */
export function takeWidth<T>(
  width: Node,
  context: Context,
  compute: (amount: number, unit: string) => T | undefined,
): T | undefined {
  if (isAbsent(width, context)) return undefined;
  const [value, unit] = [attribute(width, 'value'), attribute(width, 'unit')];
  const result = value && unit && applied(value, unit, compute);
  if (result === undefined) {
    context.lose(width, 'narrowed');
    context.report('type-unsupported', width);
    return undefined;
  }
  context.take(value as Leaf);
  context.take(unit as Leaf);
  return result;
}

function applied<T>(value: Leaf, unit: Leaf, compute: (amount: number, unit: string) => T | undefined): T | undefined {
  const amount = parseInteger(value.value);
  return amount === undefined || amount < 0 ? undefined : compute(amount, unit.value.trim());
}
