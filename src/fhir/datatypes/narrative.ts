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
  const div = toXhtml(target);
  context.test(reference);
  for (const item of source.content) if (isLeaf(item) && item.name === '#text') context.lose(item, 'superseded');
  return div === undefined ? undefined : { status: 'generated', div };
};

function ownNarrative(source: Node, context: Context): JsonObject | undefined {
  const div = toXhtml(source);
  if (div === undefined) return undefined;
  context.narrate(source);
  return { status: 'additional', div };
}
