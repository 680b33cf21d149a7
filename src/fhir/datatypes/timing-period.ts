/** PIVL_TS: every so often (ME-07 to ME-09, ME-13). */
import { attribute, child, type Leaf, type Node } from '../../read/node.js';
import type { Context } from '../context.js';
import { type JsonObject, setDecimal } from '../json.js';
import { filled, isAbsent } from './absent.js';
import { parseDecimal } from './decimal.js';

/** Length of the units that divide a day, in minutes, as `minutes in a day / n`. */
const MINUTES: Readonly<Record<string, number>> = { min: 1, h: 60, d: 1440 };

interface Amount {
  readonly value: Leaf;
  readonly unit: Leaf;
  readonly decimal: string;
  readonly periodUnit: string;
}

/** The repeat members frequency, period, periodMax and periodUnit. A period that cannot be said is lost and reported. */
export function convertPeriodic(node: Node, context: Context): JsonObject | undefined {
  const period = child(node, 'period');
  const repeat = period && !isAbsent(period, context) ? fromPeriod(node, period, context) : undefined;
  const timeOfDay = takePhase(node, repeat, context);
  return timeOfDay === undefined ? repeat : { ...repeat, timeOfDay: [timeOfDay] };
}

function fromPeriod(node: Node, period: Node, context: Context): JsonObject | undefined {
  const [low, high] = [child(period, 'low'), child(period, 'high')];
  const amount = readAmount(low && filled(low, 'value') ? low : (high ?? period), context);
  if (amount === undefined) {
    context.lose(period, 'narrowed');
    context.report('number-malformed', period);
    return undefined;
  }
  const specified = attribute(node, 'institutionSpecified');
  context.test(specified);
  context.take(amount.value);
  context.take(amount.unit);
  const most = low && high ? takeMaximum(high, amount, context) : undefined;
  const perDay = most === undefined && specified?.value.trim() === 'true' ? timesPerDay(amount) : undefined;
  if (perDay !== undefined) return { frequency: perDay, period: 1, periodUnit: 'd' };
  const repeat: JsonObject = { frequency: 1 };
  setDecimal(repeat, 'period', amount.decimal);
  if (most !== undefined) setDecimal(repeat, 'periodMax', most);
  repeat.periodUnit = amount.periodUnit;
  return repeat;
}

/** A positive number with a unit FHIR has a code for (map:PeriodUnit); nothing is accounted for yet. */
function readAmount(node: Node, context: Context): Amount | undefined {
  const [value, unit] = [filled(node, 'value'), filled(node, 'unit')];
  const decimal = value && parseDecimal(value.value);
  const periodUnit = unit && context.code('period-unit', unit.value.trim());
  if (!value || !unit || decimal === undefined || periodUnit === undefined || Number(decimal) <= 0) return undefined;
  return { value, unit, decimal, periodUnit };
}

/** ME-09: the longer bound, if it is in the same unit. */
function takeMaximum(high: Node, low: Amount, context: Context): string | undefined {
  const amount = readAmount(high, context);
  if (amount === undefined || amount.periodUnit !== low.periodUnit || Number(amount.decimal) < Number(low.decimal)) {
    if (isAbsent(high, context)) return undefined;
    context.lose(high, 'narrowed');
    context.report('type-unsupported', high);
    return undefined;
  }
  context.take(amount.value);
  context.take(amount.unit);
  return amount.decimal;
}

/** ME-08: every 8 h as the institution schedules it is 3 times a day; undefined if it does not divide the day. */
function timesPerDay({ decimal, periodUnit }: Amount): number | undefined {
  const minutes = MINUTES[periodUnit];
  const times = minutes === undefined ? Number.NaN : 1440 / (Number(decimal) * minutes);
  return Number.isInteger(times) ? times : undefined;
}

/** ME-13: when in the cycle it happens: of a daily cycle the hour. FHIR's repeat has no place for more. */
function takePhase(node: Node, repeat: JsonObject | undefined, context: Context): string | undefined {
  context.lose(attribute(node, 'alignment'), 'narrowed');
  const phase = child(node, 'phase');
  if (phase === undefined || isAbsent(phase, context)) return undefined;
  const point = filled(phase, 'value') ?? filled(child(phase, 'low') ?? phase, 'value');
  const [, hour, minute = '00'] = /^\d{8}([01]\d|2[0-3])([0-5]\d)?/.exec(point?.value.trim() ?? '') ?? [];
  if (point === undefined || hour === undefined || !isDaily(repeat)) {
    context.lose(phase, 'narrowed');
    context.report('type-unsupported', phase);
    return undefined;
  }
  context.test(point); // of its day nothing is said
  return `${hour}:${minute}:00`;
}

/** Once a day, at one time of it. */
const isDaily = (repeat: JsonObject | undefined): boolean =>
  repeat?.frequency === 1 &&
  repeat.periodMax === undefined &&
  ((repeat.period === 1 && repeat.periodUnit === 'd') || (repeat.period === 24 && repeat.periodUnit === 'h'));
