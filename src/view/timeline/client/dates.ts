/** FHIR dates as people read them: never more precise than known, never moved to another time zone. */

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

interface Parts {
  readonly year: string;
  readonly month?: string;
  readonly day?: string;
  readonly time?: string;
}

function partsOf(date: string): Parts | undefined {
  const match = /^(\d{4})(?:-(\d\d)(?:-(\d\d)(?:T(\d\d:\d\d))?)?)?/.exec(date);
  if (!match) return undefined;
  const [, year = '', month, day, time] = match;
  return {
    year,
    ...(month && { month: MONTHS[Number(month) - 1] ?? month }),
    ...(day && { day: String(Number(day)) }),
    ...(time && { time }),
  };
}

/** `12 Mar 2014, 14:05`, `Mar 2014` or `2014`; without `time`, the day is the most that is said. */
export function sayDate(date: string | undefined, time = false): string {
  const parts = partsOf(date ?? '');
  if (!parts) return date ?? '';
  const day = [parts.day, parts.month, parts.year].filter(Boolean).join(' ');
  return time && parts.time ? `${day}, ${parts.time}` : day;
}

/** What stands beside an item of a year: `12 Mar`, `Mar`, or the year again if that is all there is. */
export function sayWithinYear(date: string | undefined): string {
  const parts = partsOf(date ?? '');
  return [parts?.day, parts?.month].filter(Boolean).join(' ') || (parts?.year ?? '');
}

/** `12 Mar 2014 to 15 Mar 2014`, or `since`, `until` where one end is not known. */
export function saySpan(start: string | undefined, end: string | undefined, time = false): string {
  const [from, to] = [sayDate(start, time), sayDate(end, time)];
  if (!to || to === from) return from;
  return from ? `${from} to ${to}` : `until ${to}`;
}

export const yearOf = (date: string | undefined): string => (date && /^\d{4}/.test(date) ? date.slice(0, 4) : '');

/** Whether a date is, or may be, on or after another one: `2014` may be after `2014-03-01`. */
export const isSince = (date: string | undefined, since: string): boolean =>
  date !== undefined && date.slice(0, since.length) >= since.slice(0, date.length);

/** Where a date stands on an axis, in seconds; what is not known precisely stands in the middle of its time. */
export function toSeconds(date: string): number | undefined {
  const match = /^(\d{4})(?:-(\d\d)(?:-(\d\d)(?:T(\d\d):(\d\d))?)?)?/.exec(date);
  if (!match) return undefined;
  const [, year, month, day, hour, minute] = match;
  const at = (...rest: [month: number, day: number, hour: number, minute: number]): number =>
    Date.UTC(Number(year), ...rest) / 1000;
  if (month === undefined) return at(6, 1, 0, 0);
  if (day === undefined) return at(Number(month) - 1, 15, 0, 0);
  return at(Number(month) - 1, Number(day), Number(hour ?? 12), Number(minute ?? 0));
}

/** A place on the axis as a date; `days` between its marks tell how much of it is said. */
export function sayTick(seconds: number, days: number): string {
  const date = new Date(seconds * 1000);
  const [day, month, year] = [date.getUTCDate(), MONTHS[date.getUTCMonth()], date.getUTCFullYear()];
  return days > 360 ? String(year) : days > 27 ? `${month} ${year}` : `${day} ${month}`;
}
