/** NA-01: a statement's `text`, or the part of the section it points to, as the resource's narrative. */
import { attribute, child, isLeaf, type Node } from '../../read/node.js';
import type { Context } from '../context.js';
import type { JsonObject } from '../json.js';
import { toXhtml } from '../narrative.js';
import type { Converter } from './converter.js';

/**
 * Narrative of an ED `text`: of the element its reference points to, else of its own content.
 * Input: a `text` element. Output: `{ status, div }`, undefined if there is nothing to read. Throws nothing.
 */
export const convertNarrative: Converter = (source, context) => {
  if (isLeaf(source)) return undefined;
  const reference = attribute(child(source, 'reference') ?? source, 'value');
  if (!reference) return ownNarrative(source, context);
  const target = context.narrative(reference.value);
  if (!target) {
    if (!reference.value.trim().startsWith('#')) return ownNarrative(source, context);
    context.test(reference);
    context.report('narrative-unresolved', reference);
    return ownNarrative(source, context);
  }
  const div = renderPart(target);
  context.test(reference);
  for (const item of source.content) if (isLeaf(item) && item.name === '#text') context.lose(item, 'superseded');
  if (div === undefined) return undefined;
  if (repeatsTooMuch(target, div)) {
    context.report('narrative-repeated', reference);
    return undefined;
  }
  return { status: 'generated', div };
};

/** Characters from which a part of the narrative counts as long, and those that long parts of one text may have in all. */
const LONG = 10_000;
const MOST = 16 * 1024 * 1024;

const rendered = new WeakMap<Node, string>();
const repeated = new WeakMap<Node, number>();

/** A long part is rendered once, however many statements refer to it. */
function renderPart(part: Node): string | undefined {
  const known = rendered.get(part);
  if (known !== undefined) return known;
  const div = toXhtml(part);
  if (div !== undefined && div.length >= LONG) rendered.set(part, div);
  return div;
}

/** Each of many statements may refer to all of a long text: what comes of it must not grow with the square of both. */
function repeatsTooMuch(part: Node, { length }: string): boolean {
  if (length < LONG) return false;
  let text = part;
  while (text.name !== 'text' && text.parent) text = text.parent;
  const sum = (repeated.get(text) ?? 0) + length;
  if (sum > MOST) return true;
  repeated.set(text, sum);
  return false;
}

function ownNarrative(source: Node, context: Context): JsonObject | undefined {
  const div = toXhtml(source);
  if (div === undefined) return undefined;
  context.narrate(source);
  return { status: 'additional', div };
}
