/** The v3 point in time, read and written as text (TS-01, TS-02, TS-04, TS-11). */
import { addDays, addMonths, type Day, dayNumber, monthLength } from './calendar.js';

/** A valid v3 time: FHIR's spelling of its parts. */
export interface Timestamp {
  /** `2012`, `2012-03` or `2012-03-04`, as precise as the source. */
  readonly date: string;
  /** `hh:mm:ss[.f]`; seconds are added where the source has none, as R4 needs them. */
  readonly time: string | undefined;
  /** `Z` or `±hh:mm`; none if the source has none, or one that no place on earth has. */
  readonly offset: string | undefined;
  /** True if the source wrote something in the place of the offset. */
  readonly offsetWritten: boolean;
}

const TIMESTAMP =
  /^(\d{4})(?:(\d\d)(?:(\d\d)(?:(\d\d)(?:(\d\d)(?:(\d\d)(\.\d+)?)?)?)?)?)?(Z|z|[+-]\d\d(?::?\d\d)?|[+-]\d*)?$/;

/** True for a date in the year 0 or 1, which stands for none (TS-11). */
export const isSentinel = (text: string): boolean => /^000[01]/.test(text.trim());

/** Reads a v3 time. Undefined if it is malformed, names no real day, or is a sentinel (TS-11) unless `old` dates count. */
export function parseTimestamp(text: string, old = false): Timestamp | undefined {
  const match = TIMESTAMP.exec(text.trim());
  if (match === null) return undefined;
  const [, year = '', month, day, hour, minute = '00', second = '00', fraction = '', offset] = match;
  if (Number(year) < (old ? 1 : 2) || !isDay(Number(year), month, day)) return undefined;
  if (Number(hour ?? 0) > 23 || Number(minute) > 59 || Number(second) > 59) return undefined;
  const date = month === undefined ? year : day === undefined ? `${year}-${month}` : `${year}-${month}-${day}`;
  const known = offset === undefined ? undefined : normaliseOffset(offset);
  return {
    date,
    time: hour === undefined ? undefined : `${hour}:${minute}:${second}${fraction}`,
    offset: known,
    offsetWritten: offset !== undefined,
  };
}

function isDay(year: number, month: string | undefined, day: string | undefined): boolean {
  const length = month === undefined ? 31 : monthLength(year, Number(month));
  return length > 0 && (day === undefined || (Number(day) >= 1 && Number(day) <= length));
}

/** `+hhmm`, `+hh:mm`, `+hh` or `Z` as FHIR writes it; undefined beyond ±14:00. */
export function normaliseOffset(text: string): string | undefined {
  if (text === 'Z' || text === 'z') return 'Z';
  const match = /^([+-])(\d\d)(?::?(\d\d))?$/.exec(text);
  if (match === null) return undefined;
  const [, sign, hours = '', minutes = '00'] = match;
  const inRange = Number(minutes) <= 59 && Number(hours) * 60 + Number(minutes) <= 14 * 60;
  return inRange ? `${sign}${hours}:${minutes}` : undefined;
}

/** True if two FHIR times are certainly in the wrong order: compared as far as both are precise. */
export function isAfter(start: string, end: string): boolean {
  const [startDay, endDay] = [start.slice(0, 10), end.slice(0, 10)];
  const length = Math.min(startDay.length, endDay.length);
  const [a, b] = [startDay.slice(0, length), endDay.slice(0, length)];
  if (!start.includes('T') || !end.includes('T')) return a > b;
  const zone = /(?:Z|[+-]\d\d:\d\d)$/;
  if (zone.exec(start)?.[0] === zone.exec(end)?.[0]) return start.replace(zone, '') > end.replace(zone, '');
  return minutesOf(start) > minutesOf(end) + 1;
}

/** Minutes since a fixed instant: compares times of different offsets. */
function minutesOf(dateTime: string): number {
  const [year = 0, month = 1, day = 1, hour = 0, minute = 0] = dateTime.split(/[-T:]/).map(Number);
  const zone = /([+-])(\d\d):(\d\d)$/.exec(dateTime);
  const offset = zone === null ? 0 : Number(`${zone[1]}1`) * (Number(zone[2]) * 60 + Number(zone[3]));
  return dayNumber({ year, month, day }) * 1440 + hour * 60 + minute - offset;
}

const MONTHS: ReadonlyMap<string, number> = new Map([
  ['a', 12],
  ['mo', 1],
]);
const DAYS: ReadonlyMap<string, number> = new Map([
  ['wk', 7],
  ['d', 1],
]);
const MINUTES: ReadonlyMap<string, number> = new Map([
  ['h', 60],
  ['min', 1],
]);

/**
 * A FHIR dateTime plus a width in a UCUM calendar unit (TS-08). Undefined if the unit is none of a, mo, wk, d, h, min,
 * or is finer than the time given.
 */
export function addWidth(dateTime: string, amount: number, unit: string): string | undefined {
  const [, date = '', rest = ''] = /^([\d-]+)(.*)$/.exec(dateTime.replace('T', ' ')) ?? [];
  const parts = date.split('-').map(Number);
  const [year = 0, month = 1, day = 1] = parts;
  const start = { year, month, day };
  const time = rest.trim();
  const [months, days, minutes] = [MONTHS.get(unit), DAYS.get(unit), MINUTES.get(unit)];
  if (months !== undefined && (parts.length > 1 || unit === 'a'))
    return join(addMonths(start, amount * months), parts.length, time);
  if (days !== undefined && parts.length === 3) return join(addDays(start, amount * days), 3, time);
  if (minutes === undefined || time === '') return undefined;
  const total = Number(time.slice(0, 2)) * 60 + Number(time.slice(3, 5)) + amount * minutes;
  const clock = ((total % 1440) + 1440) % 1440;
  const moved = `${pad(Math.floor(clock / 60))}:${pad(clock % 60)}${time.slice(5)}`;
  return join(addDays(start, Math.floor(total / 1440)), 3, moved);
}

const pad = (number: number, length = 2): string => String(number).padStart(length, '0');

function join({ year, month, day }: Day, precision: number, time: string): string | undefined {
  if (year < 2 || year > 9999) return undefined;
  const date = [pad(year, 4), pad(month), pad(day)].slice(0, precision).join('-');
  return time === '' ? date : `${date}T${time}`;
}
