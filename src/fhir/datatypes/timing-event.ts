/** EIVL_TS: before, with or after an event of the day (ME-10, ME-11). */
import { child, type Leaf, type Node } from '../../read/node.js';
import type { Context } from '../context.js';
import type { JsonObject } from '../json.js';
import { filled, isAbsent } from './absent.js';
import { parseDecimal } from './decimal.js';

const MINUTES: ReadonlyMap<string, number> = new Map(Object.entries({ s: 1 / 60, min: 1, h: 60, d: 1440 }));

/** Meals themselves take no offset (FHIR tim-9): only before and after them is there room for one. */
const MEALS = new Set(['C', 'CM', 'CD', 'CV']);

/** The repeat members `when` and `offset` (whole minutes, never negative: `when` says before or after). */
export function convertEvent(node: Node, context: Context): JsonObject | undefined {
  const event = child(node, 'event');
  if (event === undefined || isAbsent(event, context)) return undefined;
  const code = filled(event, 'code');
  const when = code && context.code('timing-when', code.value.trim());
  if (code === undefined || when === undefined) {
    context.lose(event, 'no-code');
    if (code !== undefined) context.report('code-unmapped', code);
    return undefined;
  }
  context.take(code);
  for (const name of ['codeSystem', 'codeSystemName', 'displayName']) context.imply(filled(event, name));
  const offset = takeOffset(node, when, context);
  return { when: [when], ...(offset !== undefined && { offset }) };
}

function takeOffset(node: Node, when: string, context: Context): number | undefined {
  const offset = child(node, 'offset');
  if (offset === undefined || isAbsent(offset, context)) return undefined;
  const amount = [offset, ...['low', 'center', 'high'].flatMap((name) => child(offset, name) ?? [])].find((part) =>
    filled(part, 'value'),
  );
  const [value, unit] = [amount && filled(amount, 'value'), amount && filled(amount, 'unit')];
  const minutes = value && unit && toMinutes(value, unit);
  context.lose(offset, 'narrowed');
  if (value === undefined || unit === undefined || minutes === undefined || !fits(minutes, when)) {
    context.report('type-unsupported', offset);
    return undefined;
  }
  context.take(value);
  context.take(unit);
  return Math.abs(minutes);
}

function toMinutes(value: Leaf, unit: Leaf): number | undefined {
  const factor = MINUTES.get(unit.value.trim());
  const minutes = factor === undefined ? Number.NaN : Number(parseDecimal(value.value) ?? Number.NaN) * factor;
  return Number.isInteger(minutes) && Math.abs(minutes) < 2 ** 31 ? minutes : undefined;
}

/** A negative offset is before the event, which only the AC codes say; ME-11. */
const fits = (minutes: number, when: string): boolean => !MEALS.has(when) && (minutes >= 0 || when.startsWith('AC'));
