/** Times in choice elements such as effective[x] and onset[x] (TS-05, TS-06, TS-09, VA-06). */
import { attribute, child, isLeaf, type Leaf, type Node } from '../../read/node.js';
import type { Context } from '../context.js';
import type { Json } from '../json.js';
import { isAbsent } from './absent.js';
import { valueLeaf } from './decimal.js';
import {
  boundLeaf,
  convertDate,
  convertDateTime,
  convertInstant,
  convertPeriod,
  convertTime,
  testFlavor,
} from './time.js';
import { convertTiming, isRepeating } from './timing.js';

interface TimeChoice {
  readonly type: string;
  readonly value: Json;
}

type Convert = (source: Node | Leaf, context: Context) => Json | undefined;

/** Points in time, best first. */
const POINTS: readonly (readonly [string, Convert])[] = [
  ['dateTime', convertDateTime],
  ['instant', convertInstant],
  ['date', convertDate],
  ['Period', convertPeriod],
  ['Timing', convertTiming],
  ['time', convertTime],
];
const SPANS: readonly (readonly [string, Convert])[] = [
  ['Period', convertPeriod],
  ['Timing', convertTiming],
];

/** A TS, IVL_TS or SXCM_TS among the allowed types; nothing suitable: lost and reported `type-unsupported`. */
export function chooseTime(source: Node | Leaf, allowed: readonly string[], context: Context): TimeChoice | undefined {
  if (isLeaf(source)) return pick(source, source, POINTS, allowed, context);
  context.test(attribute(source, 'xsi:type'));
  if (isRepeating(source)) return pick(source, source, [['Timing', convertTiming]], allowed, context);
  if (valueLeaf(source) !== undefined) return pick(source, source, POINTS, allowed, context);
  testFlavor(source, context);
  const [low, high] = [boundLeaf(source, 'low', context), boundLeaf(source, 'high', context)];
  if (low === undefined && high === undefined && child(source, 'center') === undefined) {
    if (child(source, 'width') !== undefined && !isAbsent(source, context)) refuse(source, context);
    return undefined;
  }
  if (low !== undefined && high?.value.trim() === low.value.trim()) {
    context.test(high);
    return pick(low, source, POINTS, allowed, context);
  }
  const isSpan = high !== undefined || (low !== undefined && child(source, 'width') !== undefined);
  if (!isSpan) return pick(low ?? source, source, POINTS, allowed, context);
  const hasSpan = SPANS.some(([type]) => allowed.includes(type));
  if (hasSpan || low === undefined) return pick(source, source, SPANS, allowed, context);
  return pick(source, source, POINTS, allowed, context);
}

function pick(
  from: Node | Leaf,
  whole: Node | Leaf,
  options: readonly (readonly [string, Convert])[],
  allowed: readonly string[],
  context: Context,
): TimeChoice | undefined {
  const option = options.find(([type]) => allowed.includes(type));
  if (option === undefined) return sayOrRefuse(from, whole, allowed, context);
  const [type, convert] = option;
  const value = type === 'Period' && from !== whole ? convertPeriod(whole, context) : convert(from, context);
  return value === undefined ? undefined : { type, value };
}

/** A point where only text is allowed is written as a FHIR time: nothing is lost by it. */
function sayOrRefuse(
  from: Node | Leaf,
  whole: Node | Leaf,
  allowed: readonly string[],
  context: Context,
): TimeChoice | undefined {
  const isPoint = isLeaf(from) || valueLeaf(from) !== undefined;
  const value = isPoint && allowed.includes('string') ? convertDateTime(from, context) : undefined;
  if (value !== undefined) return { type: 'string', value };
  if (isLeaf(whole) || !isAbsent(whole, context)) refuse(whole, context);
  return undefined;
}

function refuse(source: Node | Leaf, context: Context): void {
  context.lose(source, 'narrowed');
  context.report('type-unsupported', source);
}
