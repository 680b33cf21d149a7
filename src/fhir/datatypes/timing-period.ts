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
  losePhase(node, context);
  return repeat;
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

/** ME-13: FHIR's repeat has no place for when in the cycle it happens. */
function losePhase(node: Node, context: Context): void {
  context.lose(attribute(node, 'alignment'), 'narrowed');
  const phase = child(node, 'phase');
  if (phase === undefined || isAbsent(phase, context)) return;
  context.lose(phase, 'narrowed');
  context.report('type-unsupported', phase);
}
