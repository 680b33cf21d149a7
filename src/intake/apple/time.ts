/** Times of Apple Health: `2019-03-01 08:23:11 -0500` in export.xml, `20190301082311-0500` in export_cda.xml. */
import { monthLength } from '../../fhir/datatypes/calendar.js';
import { normaliseOffset, parseTimestamp } from '../../fhir/datatypes/timestamp.js';

/**
 * A reader of times as FHIR dateTimes with their offset. It remembers the last one, as start, end and creation of a
 * sample are often the same. The result's input: the text of the file; output: undefined if it is no time.
 */
export function createTimes(): (text: string) => string | undefined {
  let last = '';
  let result: string | undefined;
  let lastOffset = '';
  let offset: string | undefined;

  /** There are millions of times and few offsets. */
  function readOffset(text: string): string | undefined {
    if (text !== lastOffset) {
      lastOffset = text;
      offset = normaliseOffset(text);
    }
    return offset;
  }

  return (text) => {
    if (text === last) return result;
    last = text;
    if (text.length === 25) result = readSpaced(text, readOffset);
    else if (text.length === 19) result = readSpaced(spaced(text), readOffset);
    else result = readCompact(text);
    return result;
  };
}

/** `2019-03-01 08:23:11 -0500`: the usual spelling, read without a detour as there are millions. */
function readSpaced(text: string, readOffset: (text: string) => string | undefined): string | undefined {
  const [year, month, day] = [digits(text, 0) * 100 + digits(text, 2), digits(text, 5), digits(text, 8)];
  const [hour, minute, second] = [digits(text, 11), digits(text, 14), digits(text, 17)];
  const marks = text[4] === '-' && text[7] === '-' && text[10] === ' ' && text[13] === ':' && text[16] === ':';
  if (!marks || text[19] !== ' ' || !(year > 1 && day >= 1 && hour < 24 && minute < 60 && second < 60))
    return undefined;
  if (!(day <= monthLength(year, month))) return undefined;
  const offset = readOffset(text.slice(20));
  // A time without offset says no moment, and FHIR has none: the day is what is known.
  const date = text.slice(0, 10);
  return offset === undefined ? date : `${date}T${text.slice(11, 19)}${offset}`;
}

/** The number of two digits; NaN, which compares with nothing, for anything else. */
function digits(text: string, at: number): number {
  const [tens, ones] = [text.charCodeAt(at) - 48, text.charCodeAt(at + 1) - 48];
  return tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9 ? tens * 10 + ones : Number.NaN;
}

/** `20190301082311-0500` as the other file writes it. */
const spaced = (text: string): string =>
  `${text.slice(0, 4)}-${text.slice(4, 6)}-${text.slice(6, 8)} ${text.slice(8, 10)}:${text.slice(10, 12)}:${text.slice(12, 14)} ${text.slice(14)}`;

function readCompact(text: string): string | undefined {
  const { date, time, offset } = parseTimestamp(text) ?? {};
  return time === undefined || offset === undefined ? date : `${date}T${time}${offset}`;
}

/** True if it may stand in an `instant`. */
export const isInstant = (time: string): boolean => time.length > 10;
