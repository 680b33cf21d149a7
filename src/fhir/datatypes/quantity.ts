/** PQ, IVL_PQ and RTO to Quantity, Range and Ratio (PQ-01 to PQ-08, IP-01 to IP-07, RT-01, VA-02). */
import { attribute, child, children, isLeaf, type Leaf, type Node } from '../../read/node.js';
import type { Context } from '../context.js';
import { type JsonObject, setDecimal } from '../json.js';
import { filled, isAbsent } from './absent.js';
import { findSystem } from './code-system.js';
import { parseDecimal, takeDecimal, valueLeaf } from './decimal.js';
import { convertText } from './text.js';

export const UCUM = 'http://unitsofmeasure.org';

type Comparator = '<' | '<=' | '>=' | '>';

/** A PQ, REAL, INT or leaf as Quantity, without looking at bounds. A malformed number loses its unit too. */
export function convertSimpleQuantity(source: Node | Leaf, context: Context): JsonObject | undefined {
  return convertPq(source, undefined, context);
}

function convertPq(source: Node | Leaf, comparator: Comparator | undefined, context: Context): JsonObject | undefined {
  if (isLeaf(source)) return withValue(source, comparator, context);
  const translation = attribute(source, 'nullFlavor') && children(source, 'translation').find(hasNumber);
  if (translation) return convertTranslation(source, translation, comparator, context);
  if (isAbsent(source, context)) return undefined;
  const leaf = valueLeaf(source);
  const quantity = leaf && withValue(leaf, comparator, context);
  if (quantity === undefined) {
    if (leaf !== undefined) context.lose(filled(source, 'unit'), 'narrowed');
    return undefined;
  }
  for (const beside of children(source, 'translation')) context.lose(beside, 'superseded');
  addUnit(quantity, source, context);
  return quantity;
}

const hasNumber = (node: Node): boolean => parseDecimal(attribute(node, 'value')?.value ?? '') !== undefined;

function withValue(leaf: Leaf, comparator: Comparator | undefined, context: Context): JsonObject | undefined {
  const decimal = takeDecimal(leaf, context);
  if (decimal === undefined) return undefined;
  const quantity: JsonObject = {};
  setDecimal(quantity, 'value', decimal);
  if (comparator !== undefined) quantity.comparator = comparator;
  return quantity;
}

/** PQ-02: a UCUM unit is a code; PQ-03: a known synonym keeps its spelling in `unit`, any other is text only. */
function addUnit(quantity: JsonObject, node: Node, context: Context): void {
  const leaf = filled(node, 'unit');
  if (leaf === undefined) return;
  const unit = context.take(leaf);
  const code = context.ucum(unit);
  quantity.unit = unit;
  if (code === undefined) {
    context.report('unit-not-ucum', leaf);
    return;
  }
  quantity.system = UCUM;
  quantity.code = code;
}

/** PQ-05: the null-flavored amount is said in another unit; its words become `unit`. */
function convertTranslation(
  node: Node,
  translation: Node,
  comparator: Comparator | undefined,
  context: Context,
): JsonObject | undefined {
  context.test(attribute(node, 'nullFlavor'));
  const value = attribute(translation, 'value');
  const quantity = value && withValue(value, comparator, context);
  if (quantity === undefined) return undefined;
  const original = child(translation, 'originalText');
  const words = original && convertText(original, context);
  addUnit(quantity, translation, context);
  return Object.assign(quantity, takeUnitCode(translation, words, context));
}

function takeUnitCode(node: Node, words: string | undefined, context: Context): JsonObject {
  const code = filled(node, 'code');
  if (code === undefined) return words === undefined ? {} : { unit: words };
  const text = context.take(code);
  const display = words === undefined ? filled(node, 'displayName') : undefined;
  const unit = words ?? (display ? context.take(display) : text);
  const codeSystem = filled(node, 'codeSystem');
  const system = codeSystem === undefined ? undefined : findSystem(node, context);
  const ucum = context.ucum(text);
  if (system === UCUM && ucum === undefined) context.report('unit-not-ucum', code);
  if (system === undefined || (system === UCUM && ucum === undefined)) {
    context.lose(codeSystem, 'narrowed');
    return { unit };
  }
  if (codeSystem !== undefined) context.take(codeSystem);
  context.imply(filled(node, 'codeSystemName'));
  return { unit, system, code: system === UCUM ? (ucum ?? text) : text };
}

/** What an IVL_PQ says, before anything is taken. */
export function boundsOf(node: Node): { low?: Node; high?: Node; center?: Node } {
  const [low, high, center] = [child(node, 'low'), child(node, 'high'), child(node, 'center')];
  return {
    ...(low && isValued(low) && { low }),
    ...(high && isValued(high) && { high }),
    ...(center && isValued(center) && { center }),
  };
}

const isValued = (node: Node): boolean =>
  (attribute(node, 'nullFlavor') === undefined && filled(node, 'value') !== undefined) ||
  children(node, 'translation').some(hasNumber);

/** True if the low bound is 0: `0 to 5` measured means `at most 5` (IP-01). */
export const startsAtZero = (low: Node): boolean => Number(parseDecimal(attribute(low, 'value')?.value ?? 'x')) === 0;

/**
 * PQ to Quantity; IVL_PQ with one bound to a Quantity with comparator (IP-01 to IP-04), with only a center to that
 * (IP-07). Undefined, and nothing accounted for, if both bounds are there: that is a Range.
 */
export function convertQuantity(source: Node | Leaf, context: Context): JsonObject | undefined {
  if (isLeaf(source) || valueLeaf(source) !== undefined) return convertPq(source, undefined, context);
  const { low, high, center } = boundsOf(source);
  if (low && high && !startsAtZero(low)) return undefined;
  const bound = high ?? low;
  if (bound === undefined)
    return center ? convertCenter(source, center, context) : convertPq(source, undefined, context);
  testOther(source, bound, context);
  const inclusive = attribute(bound, 'inclusive');
  context.test(inclusive);
  const strict = inclusive?.value.trim() === 'false' ? '' : '=';
  return convertPq(bound, `${bound === high ? '<' : '>'}${strict}`, context);
}

/** The bound that is 0, unknown or infinite decided which comparator is right. */
function testOther(node: Node, bound: Node, context: Context): void {
  for (const name of ['low', 'high']) {
    const other = child(node, name);
    if (other === undefined || other === bound) continue;
    for (const leaf of other.attributes) {
      if (leaf.name === '@value' || leaf.name === '@nullFlavor') context.test(leaf);
      else context.imply(leaf);
    }
  }
}

function convertCenter(node: Node, center: Node, context: Context): JsonObject | undefined {
  const width = child(node, 'width');
  if (width !== undefined) {
    context.lose(width, 'narrowed');
    context.report('type-unsupported', width);
  }
  return convertPq(center, undefined, context);
}

/** True if the low bound is above the high one, in the same unit: FHIR has no such Range (rng-2). */
export function isUpsideDown(low: Node, high: Node): boolean {
  const [least, most] = [low, high].map((bound) => Number(parseDecimal(valueLeaf(bound)?.value ?? '') ?? Number.NaN));
  return attribute(low, 'unit')?.value === attribute(high, 'unit')?.value && Number(least) > Number(most);
}

/**
 * IVL_PQ to Range; either bound may be missing, units may differ (IP-05, IP-06). Undefined for a plain PQ, and for bounds
 * the wrong way round, which are lost and reported `number-malformed`: nobody can tell which of them is right.
 */
export function convertRange(source: Node | Leaf, context: Context): JsonObject | undefined {
  if (isLeaf(source)) return undefined;
  const { low, high } = boundsOf(source);
  if (low && high && isUpsideDown(low, high)) {
    context.lose(source, 'narrowed');
    context.report('number-malformed', source);
    return undefined;
  }
  const range: JsonObject = {};
  for (const name of ['low', 'high'] as const) {
    const bound = child(source, name);
    const quantity = bound && convertPq(bound, undefined, context);
    if (quantity === undefined) continue;
    range[name] = quantity;
    const inclusive = bound && attribute(bound, 'inclusive');
    if (inclusive?.value.trim() === 'false') context.lose(inclusive, 'narrowed');
    else context.imply(inclusive);
  }
  return range.low === undefined && range.high === undefined ? undefined : range;
}

/** RTO to Ratio: both parts or nothing, as FHIR requires (RT-01). */
export function convertRatio(source: Node | Leaf, context: Context): JsonObject | undefined {
  if (isLeaf(source) || isAbsent(source, context)) return undefined;
  const [top, bottom] = [child(source, 'numerator'), child(source, 'denominator')];
  if (top === undefined || bottom === undefined || !isNumeric(top) || !isNumeric(bottom)) {
    context.lose(source, 'narrowed');
    context.report('number-malformed', source);
    return undefined;
  }
  const [numerator, denominator] = [convertSimpleQuantity(top, context), convertSimpleQuantity(bottom, context)];
  for (const part of [top, bottom]) context.imply(attribute(part, 'xsi:type'));
  return { numerator, denominator };
}

const isNumeric = (node: Node): boolean =>
  attribute(node, 'nullFlavor') === undefined && parseDecimal(valueLeaf(node)?.value ?? '') !== undefined;

/** Age and Duration: a PQ whose unit is UCUM, as FHIR requires of both; else lost and reported `unit-not-ucum`. */
export function convertDuration(source: Node | Leaf, context: Context): JsonObject | undefined {
  if (isLeaf(source) || isAbsent(source, context)) return undefined;
  const unit = filled(source, 'unit');
  if (unit !== undefined && context.ucum(unit.value.trim()) !== undefined)
    return convertSimpleQuantity(source, context);
  if (filled(source, 'value') === undefined) return undefined;
  context.lose(source, 'narrowed');
  context.report('unit-not-ucum', unit ?? source);
  return undefined;
}
