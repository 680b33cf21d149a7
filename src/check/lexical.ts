/** The lexical rules of the FHIR primitives (R4, datatypes: "Regex"), on their JSON form. */

type Test = (value: unknown) => boolean;

const CONTROL = /[\x00-\x08\x0b\x0c\x0e-\x1f]/;
const DAY = '(?:0[1-9]|[12]\\d|3[01])';
const YEAR = '(?!0000)\\d{4}';
const DATE = `${YEAR}(?:-(?:0[1-9]|1[0-2])(?:-${DAY})?)?`;
const FULL_DATE = `${YEAR}-(?:0[1-9]|1[0-2])-${DAY}`;
const TIME = '(?:[01]\\d|2[0-3]):[0-5]\\d:(?:[0-5]\\d|60)(?:\\.\\d+)?';
const ZONE = '(?:Z|[+-](?:(?:0\\d|1[0-3]):[0-5]\\d|14:00))';

const matches =
  (pattern: RegExp): Test =>
  (value) =>
    typeof value === 'string' && pattern.test(value);

const text: Test = (value) => typeof value === 'string' && !CONTROL.test(value);
const integer =
  (least: number): Test =>
  (value) =>
    typeof value === 'number' && Number.isInteger(value) && value >= least && value <= 2147483647;

const OID = /^urn:oid:[0-2](?:\.(?:0|[1-9]\d*))+$/;
const UUID = /^urn:uuid:[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** An absolute or relative URI; an OID or UUID is one in full, a UUID in small letters. */
const uri: Test = (value) =>
  typeof value === 'string' &&
  /^\S+$/.test(value) &&
  (!value.startsWith('urn:oid:') || OID.test(value)) &&
  (!value.startsWith('urn:uuid:') || UUID.test(value));

/** Days the month does not have: the patterns allow 31 in all of them. */
function isRealDay(value: string): boolean {
  const [year, month, day] = [value.slice(0, 4), value.slice(5, 7), value.slice(8, 10)].map(Number);
  return !day || !month || day <= 28 || day <= new Date(Date.UTC(year ?? 0, month, 0)).getUTCDate();
}
const dated = (pattern: RegExp): Test => {
  const test = matches(pattern);
  return (value) => test(value) && isRealDay(String(value));
};

/** Per primitive type, whether a JSON value is a legal one. */
export const LEXICAL_RULES: Readonly<Record<string, Test>> = {
  base64Binary: (value) => typeof value === 'string' && value.length > 0 && /^[A-Za-z0-9+/\s]*={0,2}\s*$/.test(value),
  boolean: (value) => typeof value === 'boolean',
  canonical: uri,
  code: matches(/^\S+(?:\s\S+)*$/),
  date: dated(new RegExp(`^${DATE}$`)),
  dateTime: dated(new RegExp(`^(?:${DATE}|${FULL_DATE}T${TIME}${ZONE})$`)),
  decimal: (value) => typeof value === 'number' && Number.isFinite(value),
  id: matches(/^[A-Za-z0-9\-.]{1,64}$/),
  instant: dated(new RegExp(`^${FULL_DATE}T${TIME}${ZONE}$`)),
  integer: integer(-2147483648),
  markdown: text,
  oid: matches(OID),
  positiveInt: integer(1),
  string: text,
  time: matches(new RegExp(`^${TIME}$`)),
  unsignedInt: integer(0),
  uri,
  url: uri,
  uuid: matches(UUID),
  xhtml: (value) => typeof value === 'string',
};
