/** What stands behind the device identifier in a UDI (DV-02, DV-03), in the forms of the three agencies the FDA accredits. */
import { addDays, monthLength } from './calendar.js';

/** Dates as FHIR writes them; what the string does not say is not there. */
export interface UdiParts {
  readonly lot?: string | undefined;
  readonly serial?: string | undefined;
  readonly made?: string | undefined;
  readonly expires?: string | undefined;
  /** ISBT 128: the donation a tissue or blood product comes from. */
  readonly distinct?: string | undefined;
}

/** Reads a UDI in human readable form: GS1 `(01)…`, HIBCC `+…`, ICCBBA `=/…`; of any other form nothing. */
export function readUdiParts(text: string): UdiParts {
  if (text.startsWith('+')) return readHibcc(text);
  if (text.startsWith('=/')) return readIccbba(text);
  return readGs1(text);
}

const GS1 = /^\(01\)\s*\d{14}(?:\(\d{2}\)[^(]+)*$/;
/** Without brackets only dates have an end of their own: a batch may hold the digits of the next identifier. */
const GS1_PLAIN = /^01\d{14}((?:1[17]\d{6})+)(?=10|21|$)/;

/** `(11)` and `(17)` dates `YYMMDD`, `(10)` a batch, `(21)` a serial number. */
function readGs1(text: string): UdiParts {
  const dates = GS1_PLAIN.exec(text)?.[1];
  const bracketed = dates?.replace(/(\d\d)(\d{6})/g, '($1)$2') ?? (GS1.test(text) ? text : '');
  const part = (number: string): string | undefined => bracketed.split(`(${number})`)[1]?.split('(')[0]?.trim();
  return {
    lot: part('10'),
    serial: part('21'),
    made: toDate('YYMMDD', part('11')),
    expires: toDate('YYMMDD', part('17')),
  };
}

/** The digit after `$$` says how the expiration date is written; 0 and 1 begin the month of `MMYY`. */
const HIBCC_DATES = ['MMYY', 'MMYY', 'xMMDDYY', 'xYYMMDD', 'xYYMMDDHH', 'xYYDDD', 'xYYDDDHH', 'x'];

/**
 * `/$` a batch, `/$$` a date and a batch, with `+` a serial number instead of the batch, `/S` a serial number, `/14D` and
 * `/16D` dates. The whole ends in a check character; if it is none, nobody knows where the last batch or serial number
 * ends, and a wrong one is worse than none.
 */
function readHibcc(text: string): UdiParts {
  const parts: { -readonly [part in keyof UdiParts]: UdiParts[part] } = {};
  const fields = text.split('/').slice(1);
  const checked = isChecked(text);
  for (const [at, field] of fields.entries()) {
    const last = at === fields.length - 1;
    const [, kind = '', rest = ''] = /^(\$\$?\+?|S|14D|16D)(.*)$/.exec(field) ?? [];
    if (kind === '14D') parts.expires = toDate('YYYYMMDD', rest.slice(0, 8));
    else if (kind === '16D') parts.made = toDate('YYYYMMDD', rest.slice(0, 8));
    else if (kind) {
      const dated = kind.startsWith('$$') ? rest.replace(/^8\d\d|^9\d{5}/, '') : '';
      const form = HIBCC_DATES[Number(dated.charAt(0) || Number.NaN)] ?? '';
      if (kind.startsWith('$$') && !form) continue;
      if (form) parts.expires = toDate(form, dated.slice(0, form.length)) ?? parts.expires;
      const number = (dated || rest).slice(form.length, last ? -1 : undefined);
      if (number && (!last || checked)) parts[kind === 'S' || kind.endsWith('+') ? 'serial' : 'lot'] = number;
    }
  }
  return parts;
}

const HIBCC_DIGITS = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ-. $/+%';

/** True if the last character is the check character of those before: their sum modulo 43. */
function isChecked(text: string): boolean {
  const digits = [...text].map((character) => HIBCC_DIGITS.indexOf(character));
  const check = digits.pop();
  return !digits.includes(-1) && check === digits.reduce((sum, digit) => sum + digit, 0) % HIBCC_DIGITS.length;
}

/** `=,` a serial number, `=>` and `=}` dates (the year in three digits, the day in the year), `&,1` a batch, `=` a donation. */
function readIccbba(text: string): UdiParts {
  const part = (form: RegExp): string | undefined => form.exec(text.slice(18))?.[1]?.trim();
  return {
    serial: part(/=,([A-Z\d]{6})/),
    lot: part(/&,1([A-Z\d]{1,18})/),
    made: toDate('YYYDDD', part(/=\}(\d{6})/)),
    expires: toDate('YYYDDD', part(/=>(\d{6})/)),
    distinct: part(/=([A-Z\d]{15})/),
  };
}

/**
 * A date by its form: Y, M, D are digits of year, month and day (`DDD`: of the year), other letters are passed over. Years
 * are of this century, as there were no UDIs before; day 00, or none, means the month.
 */
function toDate(form: string, digits: string | undefined): string | undefined {
  if (digits?.length !== form.length || !/^\d+$/.test(digits)) return undefined;
  const pick = (letter: string): string => [...digits].filter((_, at) => form[at] === letter).join('');
  const year = 2000 + (Number(pick('Y')) % 100);
  if (form.includes('DDD')) {
    const days = Number(pick('D'));
    if (days < 1 || days > 366) return undefined;
    const { month, day } = addDays({ year, month: 1, day: 1 }, days - 1);
    return write(year, month, day);
  }
  const [month, day] = [Number(pick('M')), Number(pick('D'))];
  return month >= 1 && month <= 12 && day <= monthLength(year, month) ? write(year, month, day) : undefined;
}

const write = (year: number, month: number, day: number): string =>
  [year, month, ...(day ? [day] : [])].map((part) => String(part).padStart(2, '0')).join('-');
