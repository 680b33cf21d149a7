/** Resources in words: titles, values, details. Nothing is made up: what is not there is not said. */
import { type Json, type JsonObject, LEXICAL } from '../fhir/json.js';
import type { LineCode, LineValue } from './model.js';
import { isObject, listOf } from './path.js';

/** A concept in words: its text, a display, else its code. */
export function conceptText(value: Json | undefined): string | undefined {
  if (typeof value === 'string') return value;
  if (!isObject(value)) return undefined;
  if (typeof value.text === 'string') return value.text;
  const codings = Array.isArray(value.coding) ? value.coding.filter(isObject) : [value];
  const display = codings.find((coding) => typeof coding.display === 'string')?.display;
  return (display ?? codings.find((coding) => coding.code !== undefined)?.code) as string | undefined;
}

/** All codings of a concept. */
export function toCodes(value: Json | undefined): LineCode[] {
  if (!isObject(value)) return [];
  const codings = Array.isArray(value.coding) ? value.coding.filter(isObject) : [];
  return codings.flatMap(({ system, code, display }) =>
    code === undefined && display === undefined
      ? []
      : [
          {
            ...(typeof system === 'string' && { system }),
            ...(typeof code === 'string' && { code }),
            ...(typeof display === 'string' && { display }),
          },
        ],
  );
}

/** A number as its source wrote it. */
const digits = (holder: JsonObject, key: string): string => holder[LEXICAL]?.[key] ?? String(holder[key]);

/** Any value of FHIR in words. */
export function valueText(value: Json | undefined): string | undefined {
  if (value === undefined || value === null) return undefined;
  if (Array.isArray(value)) return value.map(valueText).filter(Boolean).join(', ') || undefined;
  if (!isObject(value)) return typeof value === 'boolean' ? (value ? 'yes' : 'no') : String(value);
  if (value.value !== undefined && !isObject(value.value)) {
    const unit = value.unit ?? value.code;
    return `${value.comparator ?? ''}${digits(value, 'value')}${unit === undefined ? '' : ` ${unit}`}`;
  }
  if (isObject(value.numerator) || isObject(value.denominator))
    return `${valueText(value.numerator) ?? '?'} / ${valueText(value.denominator) ?? '?'}`;
  if (value.low !== undefined || value.high !== undefined) return rangeText(value);
  if (value.start !== undefined || value.end !== undefined) return `${value.start ?? '…'} – ${value.end ?? '…'}`;
  return conceptText(value);
}

function rangeText({ low, high }: JsonObject): string | undefined {
  const [from, to] = [valueText(low), valueText(high)];
  if (from !== undefined && to !== undefined) return `${from} – ${to}`;
  return from === undefined ? to && `≤ ${to}` : `≥ ${from}`;
}

/** The value of an Observation or of one of its components; undefined if there is none. */
export function toLineValue(holder: JsonObject): LineValue | undefined {
  const key = Object.keys(holder).find((name) => /^value[A-Z]/.test(name));
  const value = key === undefined ? undefined : holder[key];
  const text = valueText(value) ?? conceptText(holder.dataAbsentReason);
  if (text === undefined) return undefined;
  const [interpretation] = listOf(holder.interpretation);
  const code = toCodes(interpretation)[0]?.code ?? conceptText(interpretation);
  const number = isObject(value) && value.comparator === undefined ? numberAt(value) : undefined;
  const range = rangeOf(holder, isObject(value) ? value : undefined);
  const isOut =
    (code !== undefined && /^(H|L|HH|LL|HU|LU|A|AA|>|<|R|POS|DET)$/.test(code) && !/^(N|NEG|ND|S)$/.test(code)) ||
    (number !== undefined &&
      ((range.low !== undefined && number < range.low) || (range.high !== undefined && number > range.high)));
  const unit = isObject(value) ? (value.unit ?? value.code) : undefined;
  return {
    text,
    ...(number !== undefined && { number }),
    ...(typeof unit === 'string' && isObject(value) && typeof value.value === 'number' && { unit }),
    ...range,
    ...(code !== undefined && { interpretation: code }),
    ...(isOut && { outOfRange: true as const }),
  };
}

const numberAt = (value: Json | undefined): number | undefined =>
  isObject(value) && typeof value.value === 'number' ? value.value : undefined;

/** The normal range, where it is in the unit of the value. */
function rangeOf({ referenceRange }: JsonObject, value: JsonObject | undefined): { low?: number; high?: number } {
  const normal = listOf(referenceRange)
    .filter(isObject)
    .find(({ type }) => type === undefined || /normal|recommended/.test(JSON.stringify(type)));
  if (!normal) return {};
  const inUnit = (bound: Json | undefined): number | undefined => {
    if (!isObject(bound)) return undefined;
    const [mine, theirs] = [bound.code ?? bound.unit, value?.code ?? value?.unit];
    return mine === undefined || theirs === undefined || mine === theirs ? numberAt(bound) : undefined;
  };
  const [low, high] = [inUnit(normal.low), inUnit(normal.high)];
  return { ...(low !== undefined && { low }), ...(high !== undefined && { high }) };
}
