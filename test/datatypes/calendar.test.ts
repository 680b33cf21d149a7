import { expect, test } from 'vitest';
import { addDays, dayNumber } from '../../src/fhir/datatypes/calendar.js';

const start = { year: 1899, month: 12, day: 31 };

/** The platform's calendar in UTC is the independent oracle; the code itself never uses it (TS-12). */
function oracle(days: number) {
  const date = new Date(Date.UTC(start.year, start.month - 1, start.day + days));
  return { year: date.getUTCFullYear(), month: date.getUTCMonth() + 1, day: date.getUTCDate() };
}

test('TS-08 days are added as the Gregorian calendar has them, over leap years and both ways', () => {
  for (let days = -40_000; days <= 80_000; days += 97) expect(addDays(start, days)).toEqual(oracle(days));
});

test('TS-12 consecutive days have consecutive numbers', () => {
  for (let days = 0; days < 1500; days++) {
    expect(dayNumber(oracle(days + 1)) - dayNumber(oracle(days))).toBe(1);
  }
});
