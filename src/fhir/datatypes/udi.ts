/** Unique device identifiers (DV-01, DV-03): the whole string kept, the device identifier (DI) read out of it. */
import { attribute, isLeaf, type Leaf, type Node, peek } from '../../read/node.js';
import type { Context } from '../context.js';
import type { JsonObject } from '../json.js';
import { filled } from './absent.js';
import { readUdiParts, type UdiParts } from './udi-parts.js';

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

/**
 * One part of a UDI. Input: an `id`. Output: text, or a date (`YYYY-MM-DD`, `YYYY-MM`); undefined if the string has no such
 * part or is in no form known, which is kept whole.
 */
export const convertUdiPart =
  (part: keyof UdiParts) =>
  (source: Node | Leaf, context: Context): string | undefined => {
    const leaf = isLeaf(source) ? source : filled(source, 'extension');
    const value = leaf && readUdiParts(leaf.value.trim())[part];
    if (value) context.test(leaf); // the carrier keeps the whole string
    return value || undefined;
  };
