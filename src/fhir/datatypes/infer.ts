/** The type of a value that declares none (VA-10). */
import { attribute, child, isLeaf, type Leaf, type Node } from '../../read/node.js';
import type { Context } from '../context.js';
import { filled } from './absent.js';
import { parseDecimal } from './decimal.js';
import { parseTimestamp } from './timestamp.js';

/** Elements whose type the CDA schema fixes: xsi:type is not needed there, so nothing is inferred. */
const FIXED: readonly (readonly [RegExp, string])[] = [
  [/^(effectiveTime|time|.*Time|useablePeriod|.*Period)$/, 'TS'],
  [/^(code|.*Code|translation|origin)$/, 'CD'],
  [/^(doseQuantity|rateQuantity)$/, 'IVL_PQ'],
  [/^(quantity|width|numerator|denominator)$/, 'PQ'],
  [/^(maxDoseQuantity)$/, 'RTO'],
  [/^(repeatNumber|sequenceNumber|.*Number)$/, 'INT'],
  [/^(.*Ind)$/, 'BL'],
  [/^(text|originalText|title|desc)$/, 'ED'],
  [/^(id)$/, 'II'],
  [/^(telecom)$/, 'TEL'],
  [/^(addr)$/, 'AD'],
];

/** The v3 type by element name, else by shape, which is reported; undefined for an empty value. */
export function inferType(source: Node | Leaf, context: Context): string | undefined {
  if (isLeaf(source)) return leafType(source);
  const named = FIXED.find(([name]) => name.test(localName(source)))?.[1];
  if (named !== undefined) return named;
  const bounded = source.parent !== undefined && /^(low|high|center)$/.test(source.name);
  if (bounded && source.parent !== undefined) return boundType(inferType(source.parent, context));
  const type = shapeType(source);
  if (type === undefined) return undefined;
  if (!context.repairs.has('missing-xsi-type')) return 'unknown';
  context.report('type-inferred', source, 'missing-xsi-type');
  return type;
}

/**
 * The type of the shape where the declared one contradicts it, which is reported: a quantity that is a code, a code that
 * is a quantity. Undefined if the declared type can be.
 */
export function correctType(source: Node, declared: string, context: Context): string | undefined {
  if (!context.repairs.has('wrong-xsi-type') || !isWrong(source, declared)) return undefined;
  const type = shapeType(source);
  if (type !== undefined) context.report('type-inferred', source, 'wrong-xsi-type');
  return type;
}

const CODED = /^(CD|CE|CV|CO|CS)$/;
const VALUED = /^(PQ|INT|REAL|TS|BL|MO)$/;

function isWrong(node: Node, declared: string): boolean {
  const [coded, valued] = [filled(node, 'code') !== undefined, filled(node, 'value') !== undefined];
  if (coded === valued || attribute(node, 'nullFlavor')) return false;
  if (VALUED.test(declared)) return coded;
  return CODED.test(declared) && valued && !child(node, 'originalText') && !child(node, 'translation');
}

const localName = (node: Node): string => node.name.slice(node.name.indexOf(':') + 1);

const boundType = (type: string | undefined): string | undefined => type?.replace('IVL_', '');

/** An attribute of its own: a time or a flag if it looks like one, else a text. No number is guessed (VA-03). */
function leafType(leaf: Leaf): string | undefined {
  const text = leaf.value.trim();
  if (text === '') return undefined;
  if (text === 'true' || text === 'false') return 'BL';
  return leaf.name === '@value' && /^\d{8}/.test(text) && parseTimestamp(text) ? 'TS' : 'ST';
}

function shapeType(node: Node): string | undefined {
  const value = filled(node, 'value')?.value;
  if (filled(node, 'unit') || (value !== undefined && parseDecimal(value) !== undefined)) return 'PQ';
  if (value === 'true' || value === 'false') return 'BL';
  if (value !== undefined) return 'ST';
  if (filled(node, 'code') || child(node, 'translation') || child(node, 'originalText')) return 'CD';
  const bound = child(node, 'low') ?? child(node, 'high') ?? child(node, 'center');
  if (bound !== undefined) return isTime(bound) ? 'IVL_TS' : 'IVL_PQ';
  if (child(node, 'numerator')) return 'RTO';
  const hasText = child(node, 'reference') || node.content.some((item) => isLeaf(item) && item.value.trim() !== '');
  if (hasText) return 'ST';
  return attribute(node, 'nullFlavor') ? 'CD' : undefined;
}

/** A bound without unit and as long as a day is a time. */
const isTime = (bound: Node): boolean =>
  attribute(bound, 'unit') === undefined && /^\d{8}/.test(filled(bound, 'value')?.value.trim() ?? '');
