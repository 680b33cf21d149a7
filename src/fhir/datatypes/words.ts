/** Any value as words, for elements that take only text (VA-03: nothing is guessed the other way). */
import { attribute, child, isLeaf, type Leaf, type Node } from '../../read/node.js';
import type { Context } from '../context.js';
import { filled, isAbsent } from './absent.js';
import { valueLeaf } from './decimal.js';
import { collapse, convertText } from './text.js';

/** A value of that v3 type as a string choice, its leaves taken. */
export function sayAsText(
  source: Node | Leaf,
  type: string,
  context: Context,
): { type: string; value: string } | undefined {
  const value = inWords(source, type, context);
  return value === undefined ? undefined : { type: 'String', value };
}

function inWords(source: Node | Leaf, type: string, context: Context): string | undefined {
  if (isLeaf(source)) return convertText(source, context);
  if (type === 'CD') return conceptInWords(source, context);
  if (isAbsent(source, context)) return undefined;
  if (type === 'RTO') return joined(source, ['numerator', 'denominator'], ' / ', context);
  const bounds = type === 'IVL_PQ' ? joined(source, ['low', 'high'], ' - ', context) : undefined;
  return bounds ?? amount(source, context) ?? convertText(source, context);
}

/** Every leaf a concept's text is made of is taken by it; its codes without words are the text. */
function conceptInWords(node: Node, context: Context): string | undefined {
  const original = child(node, 'originalText');
  const text = original && convertText(original, context);
  const code = attribute(node, 'nullFlavor') ? undefined : filled(node, 'code');
  const display = text === undefined ? filled(node, 'displayName') : undefined;
  if (text !== undefined || display !== undefined) context.lose(code, 'superseded');
  if (text !== undefined) return text;
  const leaf = display ?? code;
  if (leaf !== undefined) return collapse(context.take(leaf));
  const translated = child(node, 'translation');
  return translated && conceptInWords(translated, context);
}

function joined(node: Node, names: readonly string[], by: string, context: Context): string | undefined {
  const parts = names.map((name) => child(node, name)).flatMap((part) => (part && amount(part, context)) ?? []);
  return parts.length === names.length ? parts.join(by) : undefined;
}

/** A number and its unit, as written. */
function amount(node: Node, context: Context): string | undefined {
  const leaf = isAbsent(node, context) ? undefined : (valueLeaf(node) ?? filled(node, 'extension'));
  if (leaf === undefined || leaf.value.trim() === '') return undefined;
  const unit = filled(node, 'unit') ?? filled(node, 'currency');
  const text = context.take(leaf);
  return unit ? `${text} ${context.take(unit)}` : text;
}

/** Text of any node for `string` and `markdown` elements: its own words, else a concept's, else an amount. */
export function convertString(source: Node | Leaf, context: Context): string | undefined {
  if (isLeaf(source)) return convertText(source, context);
  const coded = filled(source, 'code') ?? filled(source, 'displayName') ?? child(source, 'originalText');
  if (coded !== undefined) return conceptInWords(source, context);
  if (filled(source, 'value') ?? filled(source, 'extension')) return inWords(source, 'PQ', context);
  return convertText(source, context);
}
