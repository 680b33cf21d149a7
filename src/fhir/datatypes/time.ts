/** TS and IVL_TS to date, dateTime, instant, time and Period (TS-01 to TS-12). */
import { attribute, child, isLeaf, type Leaf, type Node } from '../../read/node.js';
import type { Context } from '../context.js';
import type { JsonObject } from '../json.js';
import { isAbsent } from './absent.js';
import { valueLeaf } from './decimal.js';
import { takeWidth } from './duration.js';
import { addWidth, isAfter, isSentinel, parseTimestamp, type Timestamp } from './timestamp.js';

/** The parsed time of a leaf; malformed: lost and reported (TS-11). */
function parse(leaf: Leaf, context: Context): Timestamp | undefined {
  const repaired = context.repairs.has('sentinel-date');
  const stamp = parseTimestamp(leaf.value, !repaired);
  if (stamp !== undefined) return stamp;
  context.lose(leaf, 'narrowed');
  if (repaired && isSentinel(leaf.value)) context.report('date-sentinel', leaf, 'sentinel-date');
  else context.report('date-malformed', leaf);
  return undefined;
}

/** The time zone for a clock time: its own, else the policy's (TS-03), reported. */
function offsetOf(stamp: Timestamp, leaf: Leaf, context: Context): string | undefined {
  if (stamp.offset !== undefined) return stamp.offset;
  context.report('time-without-offset', leaf);
  return context.offset;
}

/** A `@value` leaf as dateTime. A time without any offset is cut to its day, which is a loss (TS-03). */
export function writeDateTime(leaf: Leaf, context: Context): string | undefined {
  const stamp = parse(leaf, context);
  if (stamp === undefined) return undefined;
  const offset = stamp.time === undefined ? undefined : offsetOf(stamp, leaf, context);
  const whole = stamp.time === undefined ? !stamp.offsetWritten : offset !== undefined;
  if (whole) context.take(leaf);
  else context.lose(leaf, 'narrowed');
  return format(stamp, offset);
}

/** A clock time is only written with an offset (TS-03). */
const format = (stamp: Timestamp, offset: string | undefined): string =>
  stamp.time === undefined || offset === undefined ? stamp.date : `${stamp.date}T${stamp.time}${offset}`;

/** Cut to the day, in the offset given: never shifted (TS-12). */
function writeDate(leaf: Leaf, context: Context): string | undefined {
  const stamp = parse(leaf, context);
  if (stamp === undefined) return undefined;
  if (stamp.time === undefined && !stamp.offsetWritten) context.take(leaf);
  else context.lose(leaf, 'narrowed');
  return stamp.date;
}

/** Only a time with an offset, its own or the policy's, is an instant (TS-10). */
function writeInstant(leaf: Leaf, context: Context): string | undefined {
  const stamp = parse(leaf, context);
  if (stamp === undefined) return undefined;
  const offset = stamp.time === undefined ? undefined : offsetOf(stamp, leaf, context);
  if (offset !== undefined) {
    context.take(leaf);
    return `${stamp.date}T${stamp.time}${offset}`;
  }
  context.lose(leaf, 'narrowed');
  if (stamp.time === undefined) context.report('type-unsupported', leaf);
  return undefined;
}

/** The clock time alone; the day is lost. */
function writeTime(leaf: Leaf, context: Context): string | undefined {
  const stamp = parse(leaf, context);
  if (stamp === undefined) return undefined;
  context.lose(leaf, 'narrowed');
  if (stamp.time === undefined) context.report('type-unsupported', leaf);
  return stamp.time;
}

type Write = (leaf: Leaf, context: Context) => string | undefined;

/** The `@value` of a bound, unless it is null-flavored (TS-07). */
export function boundLeaf(node: Node, name: string, context: Context): Leaf | undefined {
  const bound = child(node, name);
  if (bound === undefined || isAbsent(bound, context)) return undefined;
  return attribute(bound, 'value');
}

/**
 * The leaf a single point in time comes from: the leaf itself, `@value`, else low, else center (TS-06, TS-08). What
 * stands beside it is lost.
 */
export function pointLeaf(source: Node | Leaf, context: Context): Leaf | undefined {
  if (isLeaf(source)) return source.value.trim() === '' ? undefined : source;
  const own = valueLeaf(source);
  if (own !== undefined) return isAbsent(source, context) ? undefined : own;
  testFlavor(source, context);
  const used = boundLeaf(source, 'low', context) ?? boundLeaf(source, 'center', context);
  for (const name of ['high', 'center', 'width']) {
    const beside = child(source, name);
    const leaf = beside && attribute(beside, 'value');
    if (beside !== undefined && leaf !== undefined && leaf !== used && used !== undefined) {
      context.lose(leaf, 'narrowed');
      context.lose(attribute(beside, 'unit'), 'narrowed');
    }
  }
  return used;
}

/** An interval with a null flavor of its own and bounds (`nullFlavor=UNK` with a low) is read by its bounds. */
export const testFlavor = (node: Node, context: Context): void => context.test(attribute(node, 'nullFlavor'));

const pointConverter =
  (write: Write) =>
  (source: Node | Leaf, context: Context): string | undefined => {
    const leaf = pointLeaf(source, context);
    return leaf && write(leaf, context);
  };

/** TS, or the point an IVL_TS stands for, to dateTime. */
export const convertDateTime = pointConverter(writeDateTime);
export const convertDate = pointConverter(writeDate);
export const convertInstant = pointConverter(writeInstant);
export const convertTime = pointConverter(writeTime);

/** A dateTime only if there is a clock time, with an offset: the time of birth beside the day (PT-06). */
export function convertTimedDateTime(source: Node | Leaf, context: Context): string | undefined {
  const leaf = pointLeaf(source, context);
  if (leaf === undefined || parseTimestamp(leaf.value)?.time === undefined) return undefined;
  const written = writeDateTime(leaf, context);
  return written?.includes('T') ? written : undefined;
}

/**
 * IVL_TS to Period: low is start, high is end (TS-05), a missing one is computed from `width` (TS-08); a single point
 * is both. An end before its start is lost, as FHIR forbids it.
 */
export function convertPeriod(source: Node | Leaf, context: Context): JsonObject | undefined {
  if (isLeaf(source) || valueLeaf(source) !== undefined) return convertInstantaneous(source, context);
  testFlavor(source, context);
  const [low, high] = [boundLeaf(source, 'low', context), boundLeaf(source, 'high', context)];
  if (low === undefined && high === undefined) return convertInstantaneous(source, context);
  const start = low && writeDateTime(low, context);
  const end = high ? writeEnd(start, high, context) : start && endByWidth(source, start, context);
  if (start === undefined && end === undefined) return undefined;
  loseExclusive(source, context);
  const period: JsonObject = {};
  if (start !== undefined) period.start = start;
  if (end !== undefined) period.end = end;
  return period;
}

function convertInstantaneous(source: Node | Leaf, context: Context): JsonObject | undefined {
  const point = convertDateTime(source, context);
  return point === undefined ? undefined : { start: point, end: point };
}

/** FHIR forbids an end before the start: such an end is lost and reported. */
function writeEnd(start: string | undefined, high: Leaf, context: Context): string | undefined {
  const stamp = parseTimestamp(high.value);
  const end = stamp && format(stamp, stamp.offset ?? context.offset);
  if (start === undefined || end === undefined || !isAfter(start, end)) return writeDateTime(high, context);
  context.lose(high, 'narrowed');
  context.report('date-malformed', high);
  return undefined;
}

function endByWidth(node: Node, start: string, context: Context): string | undefined {
  const width = child(node, 'width');
  return width && takeWidth(width, context, (amount, unit) => addWidth(start, amount, unit));
}

/** A FHIR period includes its bounds: `inclusive=false` cannot be said. */
function loseExclusive(node: Node, context: Context): void {
  for (const name of ['low', 'high']) {
    const bound = child(node, name);
    const inclusive = bound && attribute(bound, 'inclusive');
    if (inclusive?.value.trim() === 'false') context.lose(inclusive, 'narrowed');
    else context.imply(inclusive);
  }
}
