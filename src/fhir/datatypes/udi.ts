/** Unique device identifiers (DV-01, DV-03): the whole string kept, the device identifier (DI) read out of it. */
import { attribute, isLeaf, type Leaf, type Node, peek } from '../../read/node.js';
import type { Context } from '../context.js';
import type { JsonObject } from '../json.js';
import { filled } from './absent.js';

const FDA = '2.16.840.1.113883.3.3719';
const NAMING = 'http://hl7.org/fhir/NamingSystem/';

/** How the three issuing agencies write a UDI; the first group is the DI. */
const AGENCIES: readonly (readonly [RegExp, string])[] = [
  [/^\(01\)\s*(\d{14})/, 'gs1-di'],
  [/^01(\d{14})(?=1[017]|21|$)/, 'gs1-di'],
  [/^\+([A-Z]\w{3}[\w.-]{1,18}\d)(?=\/|.?$)/, 'hibcc-di'],
  [/^=\/([A-Z\d]{16})/, 'iccbba-other-di'],
];

/**
 * Device.udiCarrier of an `id` that is a UDI: by the FDA's root, or by the form of its extension. Undefined for any
 * other id. A string of the FDA's in a form unknown is kept whole, without DI.
 */
export function convertUdiCarrier(source: Node | Leaf, context: Context): JsonObject | undefined {
  if (isLeaf(source) || peek(source, 'nullFlavor') !== undefined) return undefined;
  const extension = filled(source, 'extension');
  if (extension === undefined) return undefined;
  const text = extension.value.trim();
  const parsed = parseDeviceIdentifier(text);
  context.test(attribute(source, 'root'));
  const isFda = peek(source, 'root')?.trim() === FDA;
  if (parsed === undefined && !isFda) return undefined;
  return { ...parsed, ...(isFda && { jurisdiction: `${NAMING}fda-udi` }), carrierHRF: context.take(extension) };
}

/** DI and issuer of a UDI in human readable form: GS1 `(01)…`, HIBCC `+…`, ICCBBA `=/…`. */
export function parseDeviceIdentifier(text: string): { deviceIdentifier: string; issuer: string } | undefined {
  for (const [form, agency] of AGENCIES) {
    const identifier = form.exec(text)?.[1];
    if (identifier) return { deviceIdentifier: identifier, issuer: `${NAMING}${agency}` };
  }
  return undefined;
}

/** What GS1 writes after the DI: `(11)` and `(17)` dates, `(10)` a batch, `(21)` a serial number. */
const GS1_PARTS = /^\(01\)\s*\d{14}(?:\(\d{2}\)[^(]+)*$/;

/**
 * One part of a UDI in GS1's human readable form, by its application identifier. Input: an `id`.
 * Output: text, or a date for 11 and 17; undefined if the string has no such part or another form, which is kept whole.
 */
export const convertUdiPart =
  (part: '10' | '11' | '17' | '21') =>
  (source: Node | Leaf, context: Context): string | undefined => {
    const leaf = isLeaf(source) ? source : filled(source, 'extension');
    const text = leaf?.value.trim() ?? '';
    if (!leaf || !GS1_PARTS.test(text)) return undefined;
    const said = text.split(`(${part})`)[1]?.split('(')[0]?.trim();
    const value = part === '11' || part === '17' ? toDate(said ?? '') : said;
    if (value) context.test(leaf); // the carrier keeps the whole string
    return value || undefined;
  };

/** `YYMMDD` of this century: there were no UDIs before. Day 00 means the month only. */
function toDate(digits: string): string | undefined {
  const [, year, month, day] = /^(\d\d)(0[1-9]|1[0-2])([0-2]\d|3[01])$/.exec(digits) ?? [];
  if (!year) return undefined;
  return day === '00' ? `20${year}-${month}` : `20${year}-${month}-${day}`;
}
