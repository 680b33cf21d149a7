/** Calendar arithmetic on plain numbers: no Date, so no time zone of the host can shift a day (TS-12). */

export interface Day {
  readonly year: number;
  readonly month: number;
  readonly day: number;
}

const LENGTHS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

const isLeap = (year: number): boolean => (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;

/** Number of days in a month (1-12); 0 for a month that does not exist. */
export function monthLength(year: number, month: number): number {
  return month === 2 && isLeap(year) ? 29 : (LENGTHS[month - 1] ?? 0);
}

/** Adds months (may be negative); a day past the end of the month becomes its last day. */
export function addMonths({ year, month, day }: Day, months: number): Day {
  const total = year * 12 + (month - 1) + months;
  const [toYear, toMonth] = [Math.floor(total / 12), (total % 12) + 1];
  return { year: toYear, month: toMonth, day: Math.min(day, monthLength(toYear, toMonth)) };
}

/** Days since 1 March of year 0 (proleptic Gregorian). */
export function dayNumber({ year, month, day }: Day): number {
  const y = month > 2 ? year : year - 1;
  const m = month > 2 ? month - 3 : month + 9;
  return 365 * y + Math.floor(y / 4) - Math.floor(y / 100) + Math.floor(y / 400) + Math.floor((153 * m + 2) / 5) + day;
}

/** Adds days (may be negative), month by month as far as needed. */
export function addDays(start: Day, days: number): Day {
  const target = dayNumber(start) + days;
  let guess: Day = { ...addMonths(start, Math.trunc(days / 30.436875)), day: 1 };
  while (dayNumber(guess) > target) guess = addMonths(guess, -1);
  while (target - dayNumber(guess) >= monthLength(guess.year, guess.month)) guess = addMonths(guess, 1);
  return { ...guess, day: 1 + target - dayNumber(guess) };
}
