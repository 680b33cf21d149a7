/** One edit of a document: insert, change or delete an attribute, a text or an element. */
import { alter, type Element, parse, rewrite } from './xml.js';

export const EDITS = [
  'change',
  'delete',
  'delete element',
  'insert attribute',
  'insert text',
  'insert element',
  'insert empty element',
] as const;

export interface Edit {
  readonly kind: (typeof EDITS)[number];
  /** Which of the document's elements or leaves, counted round and round. */
  readonly at: number;
}

export interface Edited {
  readonly text: string;
  readonly what: string;
  /** The leaf whose value was taken away or replaced. */
  readonly ordinal?: number;
  /** What was inserted takes the place of an empty element in the counts. */
  readonly filled?: boolean;
}

interface Place {
  readonly ordinal: number;
  readonly name: string;
  readonly owner: Element;
}

const isElement = (item: Element | string): item is Element => typeof item !== 'string';

const listElements = (root: Element): Element[] => [root, ...root.content.filter(isElement).flatMap(listElements)];

function listLeaves(root: Element): Place[] {
  const places: Place[] = [];
  rewrite(root, (ordinal, value, name, owner) => {
    // What a namespace declaration means shows in the names.
    if (!name.startsWith('@xmlns')) places.push({ ordinal, name, owner });
    return value;
  });
  return places;
}

const pick = <Item>(items: readonly Item[], at: number): Item => items[at % items.length] as Item;
const plain = (_ordinal: number, value: string): string => value;

/** The document written anew, without an edit: what an edited one is compared with. */
export const untouched = (source: string): string => rewrite(parse(source), plain);

/** Makes the edit. Returns undefined where there is nothing to edit. */
export function edit(source: string, { kind, at }: Edit): Edited | undefined {
  const root = parse(source);
  if (kind.startsWith('insert')) return insert(root, kind, at);
  if (kind === 'delete element') {
    const owner = pick(listElements(root), at);
    const index = owner.content.findIndex(isElement);
    const [gone] = index < 0 ? [] : owner.content.splice(index, 1);
    return gone === undefined ? undefined : { text: rewrite(root, plain), what: `${kind} ${(gone as Element).name}` };
  }
  const { ordinal, name, owner } = pick(listLeaves(root), at);
  const what = `${kind} #${ordinal} ${owner.name}/${name}`;
  if (kind === 'change')
    return { text: rewrite(root, (each, value) => (each === ordinal ? alter(value, name) : value)), what, ordinal };
  if (name.startsWith('@')) delete owner.attributes[name.slice(1)];
  else return { text: rewrite(root, (each, value) => (each === ordinal ? '' : value)), what, ordinal };
  return { text: rewrite(root, plain), what, ordinal };
}

function insert(root: Element, kind: Edit['kind'], at: number): Edited {
  const owner = pick(listElements(root), at);
  const filled = owner.content.length === 0 && Object.keys(owner.attributes).length === 0;
  const child = (content: string[]): Element => ({ name: 'inserted', attributes: {}, content });
  if (kind === 'insert attribute') owner.attributes.inserted = 'inserted';
  else if (kind === 'insert text') owner.content.push('inserted');
  else owner.content.push(child(kind === 'insert element' ? ['inserted'] : []));
  return { text: rewrite(root, plain), what: `${kind} in ${owner.name}`, filled };
}
