/** Texts: ST, ED as text, originalText, narrative by reference (CD-06, CD-07, VA-03, VA-04, CO-01). */
import { attribute, child, isLeaf, type Leaf, type Node } from '../../read/node.js';
import type { Context } from '../context.js';
import { isAbsent } from './absent.js';
import { decodeText } from './base64.js';

/** Elements that end a line or a cell, and parts of names and addresses: their neighbours are separate words. */
const BREAKING = new Set(
  (
    'br paragraph list item table thead tbody tfoot tr th td caption footnote renderMultiMedia ' +
    'prefix given family suffix streetAddressLine city county state postalCode country'
  ).split(' '),
);
/** Parts of an ED that are not its text (ED-04). */
const ASIDE = new Set(['thumbnail', 'translation', 'reference']);

/** White space that is not just one blank. */
const LAYOUT = /[^\S ]|\s\s/;

/** White space runs become one space; both ends are trimmed. */
export const collapse = (text: string): string => (LAYOUT.test(text) ? text.replace(/\s+/g, ' ') : text).trim();

interface Gathered {
  readonly parts: string[];
  readonly leaves: Leaf[];
}

function gather(node: Node, into: Gathered, context: Context): Gathered {
  for (const item of node.content) {
    if (isLeaf(item)) {
      if (item.name !== '#text') continue;
      into.parts.push(item.value);
      if (item.value.trim() !== '') into.leaves.push(item);
    } else if (!ASIDE.has(item.name) && !isDeleted(item, context)) {
      const space = BREAKING.has(item.name) ? ' ' : '';
      into.parts.push(space);
      gather(item, into, context);
      into.parts.push(space);
    }
  }
  return into;
}

/** The same of what an element stands in: a reference may point into it. */
function isWithinDeleted(node: Node, context: Context): boolean {
  for (let at: Node | undefined = node; at && at.name !== 'section'; at = at.parent)
    if (isDeleted(at, context)) return true;
  return false;
}

/** Narrative struck out by a revision is no longer said. */
function isDeleted(node: Node, context: Context): boolean {
  const revised = attribute(node, 'revised');
  if (revised === undefined) return false;
  context.test(revised);
  return revised.value.trim() === 'delete';
}

/** The text under a node, mark-up stripped and white space collapsed; its text leaves are taken. Undefined if blank. */
export function takeText(node: Node, context: Context): string | undefined {
  const [only] = node.content;
  if (only && isLeaf(only) && node.content.length === 1) return takeOnly(only, context);
  const { parts, leaves } = gather(node, { parts: [], leaves: [] }, context);
  const text = collapse(parts.join(''));
  if (text === '') return undefined;
  for (const leaf of leaves) context.take(leaf);
  return text;
}

/** Most elements with text have nothing else. */
function takeOnly(leaf: Leaf, context: Context): string | undefined {
  const text = leaf.name === '#text' ? collapse(leaf.value) : '';
  if (text === '') return undefined;
  context.take(leaf);
  return text;
}

/** The attribute `reference/@value`, if the node has one. */
export function referenceOf(node: Node): Leaf | undefined {
  const reference = child(node, 'reference');
  return reference && attribute(reference, 'value');
}

/** The text a `reference/@value` points to (CD-07), none if it was deleted; unresolved: lost and reported. */
export function takeReferenced(reference: Leaf, context: Context): string | undefined {
  const target = context.narrative(reference.value.trim());
  if (target === undefined) {
    context.lose(reference, 'narrowed');
    context.report('narrative-unresolved', reference);
    return undefined;
  }
  context.test(reference);
  return isWithinDeleted(target, context) ? undefined : takeText(target, context);
}

/**
 * Text of a node: its own, else what its `reference` points to; a leaf's value. Base64 content is decoded if it is
 * declared as text, else it is no text: reported `type-unsupported` and lost (VA-04).
 */
export function convertText(source: Node | Leaf, context: Context): string | undefined {
  if (isAbsent(source, context)) return undefined;
  if (isLeaf(source)) return collapse(context.take(source));
  if (!isPlainText(source)) return takeDecoded(source, context);
  const text = takeText(source, context);
  const reference = referenceOf(source);
  if (text !== undefined) context.lose(reference, 'superseded');
  else if (reference !== undefined) return takeReferenced(reference, context);
  return text;
}

/** True unless an ED says that its content is encoded or compressed. */
export function isPlainText(node: Node): boolean {
  const encoded = attribute(node, 'representation')?.value.trim() === 'B64';
  return !encoded && attribute(node, 'compression') === undefined;
}

function takeDecoded(node: Node, context: Context): string | undefined {
  const media = attribute(node, 'mediaType')?.value.trim() ?? 'text/plain';
  const content = node.content.filter(isLeaf);
  const readable = media.startsWith('text/') && attribute(node, 'compression') === undefined;
  const decoded = readable ? decodeText(content.map((leaf) => leaf.value).join('')) : undefined;
  const text = collapse(decoded ?? '');
  if (text === '') {
    context.lose(node, 'narrowed');
    context.report(readable ? 'attachment-refused' : 'type-unsupported', node);
    return undefined;
  }
  for (const leaf of content) context.take(leaf);
  context.test(attribute(node, 'representation'));
  context.test(attribute(node, 'mediaType'));
  return text;
}
