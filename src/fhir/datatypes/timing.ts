/** SXCM_TS, IVL_TS, PIVL_TS, EIVL_TS and SXPR_TS to Timing (ME-05 to ME-13). */
import { attribute, child, children, isLeaf, type Leaf, type Node, xsiType } from '../../read/node.js';
import type { Context } from '../context.js';
import type { JsonObject } from '../json.js';
import { isAbsent } from './absent.js';
import { valueLeaf } from './decimal.js';
import { convertDateTime, convertPeriod } from './time.js';
import { convertEvent } from './timing-event.js';
import { convertPeriodic } from './timing-period.js';

/** Set operators that take times away: FHIR's Timing cannot say them, and leaving them out would assert the times. */
const SUBTRACTING = new Set(['E', 'H', 'P']);

export type TimeKind = 'PIVL' | 'EIVL' | 'SXPR' | 'IVL' | 'TS';

/** The kind of a time by its xsi:type, else by its shape, never by its position (ME-12). */
export function kindOf(node: Node): TimeKind {
  const declared = /^(PIVL|EIVL|SXPR)/.exec(xsiType(node) ?? '')?.[1];
  if (declared !== undefined) return declared as TimeKind;
  if (child(node, 'period') !== undefined) return 'PIVL';
  if (child(node, 'event') !== undefined) return 'EIVL';
  if (child(node, 'comp') !== undefined) return 'SXPR';
  return valueLeaf(node) === undefined ? 'IVL' : 'TS';
}

/** One effectiveTime to a Timing: a point is an event (ME-05), an interval bounds (ME-06), else `repeat`. */
export function convertTiming(source: Node | Leaf, context: Context): JsonObject | undefined {
  if (isLeaf(source) || kindOf(source) === 'TS') {
    const event = convertDateTime(source, context);
    return event === undefined ? undefined : { event: [event] };
  }
  const repeat = convertTimingRepeat(source, context);
  return repeat === undefined ? undefined : { repeat };
}

/** The members of `Timing.repeat` that one effectiveTime gives; a point in time gives none. */
export function convertTimingRepeat(source: Node | Leaf, context: Context): JsonObject | undefined {
  if (isLeaf(source)) return undefined;
  const kind = kindOf(source);
  if (kind === 'TS' || subtracts(source, context)) return undefined;
  if (kind === 'SXPR') return convertExpression(source, context);
  if (kind === 'IVL') return convertBounds(source, context);
  if (isAbsent(source, context)) return undefined;
  const repeat = kind === 'PIVL' ? convertPeriodic(source, context) : convertEvent(source, context);
  if (repeat !== undefined) context.test(attribute(source, 'xsi:type'));
  return repeat;
}

/** `A` and `I` combine times as the members of one Timing do; what subtracts is lost and reported. */
function subtracts(node: Node, context: Context): boolean {
  const operator = attribute(node, 'operator');
  context.test(operator);
  if (operator === undefined || !SUBTRACTING.has(operator.value.trim())) return false;
  unsupported(node, context);
  return true;
}

function unsupported(node: Node, context: Context): void {
  context.lose(node, 'narrowed');
  context.report('type-unsupported', node);
}

function convertBounds(node: Node, context: Context): JsonObject | undefined {
  const boundsPeriod = convertPeriod(node, context);
  return boundsPeriod === undefined ? undefined : { boundsPeriod };
}

/** The components of an expression together, as far as one `repeat` has room for them (ME-13). */
function convertExpression(node: Node, context: Context): JsonObject | undefined {
  const [repeat, kinds] = [{} as JsonObject, new Set<TimeKind>()];
  for (const part of children(node, 'comp')) {
    const kind = kindOf(part);
    if (kinds.has(kind) || kind === 'SXPR' || kind === 'TS') {
      unsupported(part, context);
      continue;
    }
    const members = convertTimingRepeat(part, context);
    if (members === undefined) continue;
    kinds.add(kind);
    Object.assign(repeat, members);
  }
  return kinds.size === 0 ? undefined : repeat;
}

/** True if the node says something no Timing can be without: used to choose between timing and other types. */
export const isRepeating = (node: Node): boolean => /^(PIVL|EIVL|SXPR)$/.test(kindOf(node));
