/** One edit of a document: insert, change or delete an attribute, a text or an element. */
import { alter, type Element, parse, rewrite } from './xml.js';

export const EDITS = [
  'change',
  'blank',
  'pad',
  'delete',
  'delete element',
  'insert attribute',
  'insert text',
  'insert element',
  'insert empty element',
  'insert foreign element',
  'insert nullFlavor',
  'insert text in empty',
  'duplicate element',
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
  /** Only white space was added, which says nothing. */
  readonly blank?: boolean;
}

interface Place {
  readonly ordinal: number;
  readonly name: string;
  readonly owner: Element;
}

const isElement = (item: Element | string): item is Element => typeof item !== 'string';

const isBlank = ({ content }: Element): boolean =>
  content.every((item) => typeof item === 'string' && item.trim() === '');

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
  if (kind === 'duplicate element') return duplicate(root, at);
  if (kind === 'delete element') {
    const owner = pick(listElements(root), at);
    const index = owner.content.findIndex(isElement);
    const [gone] = index < 0 ? [] : owner.content.splice(index, 1);
    return gone === undefined ? undefined : { text: rewrite(root, plain), what: `${kind} ${(gone as Element).name}` };
  }
  const { ordinal, name, owner } = pick(listLeaves(root), at);
  const what = `${kind} #${ordinal} ${owner.name}/${name}`;
  const other = CHANGES[kind];
  if (other) {
    const text = rewrite(root, (each, value) => (each === ordinal ? other(value, name) : value));
    return { text, what, ordinal, blank: kind === 'pad' };
  }
  if (name.startsWith('@')) delete owner.attributes[name.slice(1)];
  else return { text: rewrite(root, (each, value) => (each === ordinal ? '' : value)), what, ordinal };
  return { text: rewrite(root, plain), what, ordinal };
}

const CHANGES: Partial<Record<Edit['kind'], (value: string, name: string) => string>> = {
  change: alter,
  blank: () => ' ',
  pad: (value) => ` ${value}`,
};

function duplicate(root: Element, at: number): Edited | undefined {
  const owners = listElements(root).filter(({ content }) => content.some(isElement));
  if (owners.length === 0) return undefined;
  const owner = pick(owners, at);
  const one = pick(owner.content.filter(isElement), at);
  owner.content.splice(owner.content.indexOf(one), 0, one);
  return { text: rewrite(root, plain), what: `duplicate ${one.name} in ${owner.name}` };
}

function insert(root: Element, kind: Edit['kind'], at: number): Edited | undefined {
  if (kind === 'insert text in empty') return fill(root, at);
  const owner = pick(listElements(root), at);
  const filled = isBlank(owner) && Object.keys(owner.attributes).length === 0;
  const child = (content: string[]): Element => ({ name: 'inserted', attributes: {}, content });
  // What is put after a text changes that text.
  const ordinal = kind === 'insert text' ? textOf(root, owner)?.ordinal : undefined;
  if (kind === 'insert attribute') owner.attributes.inserted = 'inserted';
  else if (kind === 'insert text') owner.content.push('inserted');
  else if (kind === 'insert nullFlavor') {
    if (owner.attributes.nullFlavor !== undefined) return undefined;
    owner.attributes.nullFlavor = 'UNK';
  } else if (kind === 'insert foreign element')
    owner.content.unshift({ name: 'z:inserted', attributes: { 'xmlns:z': 'urn:z', 'z:a': '1' }, content: [] });
  else owner.content.push(child(kind === 'insert element' ? ['inserted'] : []));
  return {
    text: rewrite(root, plain),
    what: `${kind} in ${owner.name}`,
    filled,
    ...(ordinal !== undefined && { ordinal }),
  };
}

/** The last text of the element itself. */
const textOf = (root: Element, owner: Element): Place | undefined =>
  listLeaves(root).findLast((place) => place.owner === owner && place.name === '#text');

/** Text where there was none. */
function fill(root: Element, at: number): Edited | undefined {
  const empty = listElements(root).filter(isBlank);
  if (empty.length === 0) return undefined;
  const owner = pick(empty, at);
  const filled = Object.keys(owner.attributes).length === 0;
  owner.content.push('inserted');
  return { text: rewrite(root, plain), what: `insert text in empty ${owner.name}`, filled };
}
