/** A Dosage in words, as a label on a box would say it (FHIR R4, Dosage and Timing.repeat). */
import type { Json, JsonObject } from '../fhir/json.js';
import { isObject, listOf } from './path.js';
import { conceptText, valueText } from './words.js';

const UNITS: ReadonlyMap<string, string> = new Map(
  Object.entries({
    s: 'second',
    min: 'minute',
    h: 'hour',
    d: 'day',
    wk: 'week',
    mo: 'month',
    a: 'year',
  }),
);

/** `1 tablet, 2 times a day, oral, as needed for pain, 2010-05-01 – …`; the text, where the source has its own words. */
export function dosageText(dosage: Json): string | undefined {
  if (!isObject(dosage)) return undefined;
  if (typeof dosage.text === 'string') return dosage.text;
  const timing = isObject(dosage.timing) ? dosage.timing : {};
  const repeat = isObject(timing.repeat) ? timing.repeat : {};
  const parts = [
    ...listOf(dosage.doseAndRate).flatMap(doseText),
    frequencyText(repeat) ?? conceptText(timing.code),
    ...listOf(repeat.timeOfDay).map((time) => `at ${String(time).slice(0, 5)}`),
    valueText(timing.event),
    conceptText(dosage.route),
    neededText(dosage),
    ...listOf(dosage.additionalInstruction).map(conceptText),
    typeof dosage.patientInstruction === 'string' ? dosage.patientInstruction : undefined,
    valueText(repeat.boundsPeriod ?? repeat.boundsDuration ?? repeat.boundsRange),
    dosage.maxDosePerPeriod === undefined ? undefined : `at most ${valueText(dosage.maxDosePerPeriod)}`,
  ];
  return parts.filter(Boolean).join(', ') || undefined;
}

function doseText(item: Json): string[] {
  if (!isObject(item)) return [];
  const dose = valueText(item.doseQuantity ?? item.doseRange);
  const rate = valueText(item.rateQuantity ?? item.rateRange ?? item.rateRatio);
  return [...(dose === undefined ? [] : [dose]), ...(rate === undefined ? [] : [`at ${rate}`])];
}

/** `2 times a day`, `every 8 hours`, `every 4 – 6 hours`. */
function frequencyText({
  frequency,
  frequencyMax,
  period,
  periodMax,
  periodUnit,
  count,
}: JsonObject): string | undefined {
  const often = count === undefined ? '' : `${count} times in all, `;
  if (period === undefined) return count === undefined ? undefined : `${count} times in all`;
  const unit = UNITS.get(String(periodUnit)) ?? String(periodUnit ?? '');
  const span = periodMax === undefined ? String(period) : `${period} – ${periodMax}`;
  const times = frequencyMax === undefined ? String(frequency ?? 1) : `${frequency ?? 1} – ${frequencyMax}`;
  if (times === '1') return `${often}every ${span === '1' ? unit : `${span} ${unit}s`}`;
  return `${often}${times} times ${span === '1' ? `a ${unit}` : `in ${span} ${unit}s`}`.replace('a hour', 'an hour');
}

function neededText({ asNeededBoolean, asNeededCodeableConcept }: JsonObject): string | undefined {
  const reason = conceptText(asNeededCodeableConcept);
  return reason === undefined ? (asNeededBoolean === true ? 'as needed' : undefined) : `as needed for ${reason}`;
}
