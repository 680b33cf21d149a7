/** Comment Activity to Annotation (CO-01 to CO-03). */
import { child, isLeaf, type Leaf, type Node } from '../../read/node.js';
import type { Context } from '../context.js';
import type { JsonObject } from '../json.js';
import { isAbsent } from './absent.js';
import { convertText } from './text.js';
import { convertDateTime } from './time.js';

/** A comment act with text, its first author and that author's time; a text node or leaf is the text alone. */
export function convertAnnotation(source: Node | Leaf, context: Context): JsonObject | undefined {
  const body = bodyOf(source);
  const text = body && convertText(body, context);
  if (text === undefined) return undefined;
  const author = isLeaf(source) ? undefined : child(source, 'author');
  const time = author && child(author, 'time');
  const written = time && convertDateTime(time, context);
  const authorString = author && takeAuthor(author, context);
  return {
    ...(authorString !== undefined && { authorString }),
    ...(written !== undefined && { time: written }),
    text,
  };
}

/** What is said: an act's `text` (never the words of its other parts), or the source itself if it is no act. */
function bodyOf(source: Node | Leaf): Node | Leaf | undefined {
  if (isLeaf(source)) return source;
  const isAct = child(source, 'code') !== undefined || child(source, 'templateId') !== undefined;
  return child(source, 'text') ?? (isAct ? undefined : source);
}

/** The person's name, else the organization's. */
function takeAuthor(author: Node, context: Context): string | undefined {
  const assigned = child(author, 'assignedAuthor');
  const person = assigned && child(assigned, 'assignedPerson');
  const name = person && child(person, 'name');
  const text = name && convertText(name, context);
  const organization = assigned && child(assigned, 'representedOrganization');
  const title = organization && child(organization, 'name');
  if (text !== undefined || title === undefined || isAbsent(title, context)) return text;
  return convertText(title, context);
}
