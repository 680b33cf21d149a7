/** Numbers, kept to the digit (PQ-01, PQ-07, GE-10, VA-01). */
import { attribute, isLeaf, type Leaf, type Node } from '../../read/node.js';
import type { Context } from '../context.js';
import { isAbsent } from './absent.js';
import type { Converter } from './converter.js';

const DECIMAL = /^([+-]?)(\d*)(?:\.(\d*))?([eE][+-]?\d+)?$/;

/**
 * Rewrites a v3 number as a legal FHIR decimal of the same precision: `+`, leading zeros, `.5`, `5.` and outer white
 * space are put right (PQ-07). Undefined for anything else (`1,5`, text, beyond the range of a double).
 */
export function parseDecimal(text: string): string | undefined {
  const match = DECIMAL.exec(text.trim());
  if (match === null) return undefined;
  const [, sign = '', whole = '', fraction = '', exponent = ''] = match;
  if (whole === '' && fraction === '') return undefined;
  const digits = whole.replace(/^0+(?=\d)/, '') || '0';
  const decimal = `${sign === '-' ? '-' : ''}${digits}${fraction && `.${fraction}`}${exponent}`;
  return Number.isFinite(Number(decimal)) ? decimal : undefined;
}

/** The number of a leaf as decimal text, taken; malformed: lost and reported. */
export function takeDecimal(leaf: Leaf, context: Context): string | undefined {
  const decimal = parseDecimal(leaf.value);
  if (decimal === undefined) return refuse(leaf, context);
  context.take(leaf);
  return decimal;
}

function refuse(leaf: Leaf, context: Context): undefined {
  context.lose(leaf, 'narrowed');
  context.report('number-malformed', leaf);
}

/** The leaf that holds a primitive: the leaf itself, `@value`, or the only text (`<value xsi:type="INT">3</value>`). */
export function valueLeaf(source: Node | Leaf): Leaf | undefined {
  if (isLeaf(source)) return source;
  return attribute(source, 'value') ?? onlyText(source);
}

function onlyText({ content }: Node): Leaf | undefined {
  let only: Leaf | undefined;
  for (const item of content) {
    if (!isLeaf(item) || item.value.trim() === '') continue;
    if (only) return undefined;
    only = item;
  }
  return only;
}

/** REAL as a bare number; the digits are kept only by objects, see `setDecimal`. */
export function convertDecimal(source: Node | Leaf, context: Context): number | undefined {
  const leaf = isAbsent(source, context) ? undefined : valueLeaf(source);
  const decimal = leaf && takeDecimal(leaf, context);
  return decimal === undefined ? undefined : Number(decimal);
}

const MAX_INTEGER = 2 ** 31 - 1;

/** The integer a text denotes if it fits in FHIR's 32 bits, else undefined. */
export function parseInteger(text: string): number | undefined {
  const clean = text.trim();
  const number = /^[+-]?\d+$/.test(clean) ? Number(clean) : Number.NaN;
  return Math.abs(number) <= MAX_INTEGER ? number + 0 : undefined;
}

/** A converter for INT to an integer not below `least` (VA-01); else lost and reported `number-malformed`. */
export const integerFrom =
  (least: number): Converter =>
  (source, context) => {
    const leaf = isAbsent(source, context) ? undefined : valueLeaf(source);
    if (leaf === undefined) return undefined;
    const number = parseInteger(leaf.value);
    if (number === undefined || number < least) return refuse(leaf, context);
    context.take(leaf);
    return number;
  };

const convertCount = integerFrom(0);

/** ME-31: a number of fills as repeats after the first one; 0 fills allow none. Malformed: lost and reported. */
export function convertRepeats(source: Node | Leaf, context: Context): number | undefined {
  const fills = convertCount(source, context);
  return typeof fills === 'number' ? Math.max(fills - 1, 0) : undefined;
}
