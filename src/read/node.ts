/** The source tree: what the reader hands to the mapper, one unit (header, section, clinical statement) at a time. */

/**
 * One attribute or text of the source: the unit of accounting. `index` is its place in the ledger; white space
 * between narrative elements is kept for rendering but carries no fact and has index -1.
 */
export interface Leaf {
  /** `@code` for an attribute, `#text` for text, `#empty` for an element with neither attribute nor content. */
  readonly name: string;
  readonly value: string;
  readonly index: number;
  readonly owner: Node;
}

/** An element. Names are canonical: no prefix for `urn:hl7-org:v3`, `sdtc:` for its extensions, else `{uri}local`. */
export interface Node {
  readonly name: string;
  readonly parent: Node | undefined;
  readonly attributes: Leaf[];
  /** Child elements and texts in document order. */
  readonly content: (Node | Leaf)[];
  readonly line: number;
  /** `nameBit`s of the child elements; a bit may be set by another name, but a name whose bit is clear is not there. */
  names?: number;
  /** The same of their child elements. */
  below?: number;
}

/** One of 31 bits for an element name: most questions for a child are answered by it. */
export function nameBit(name: string): number {
  const last = name.length - 1;
  const mixed = last * 5 + name.charCodeAt(0) + name.charCodeAt(last) * 3 + name.charCodeAt(last >> 1) * 7;
  return 1 << (mixed % 31);
}

/** False if the element surely has no child element of a name with one of these bits; -1 asks for nothing. */
export const mayHave = (node: Node, bits: number): boolean => bits === -1 || ((node.names ?? -1) & bits) !== 0;

/** False if surely no child element has a child element of a name with one of these bits; -1 asks for nothing. */
export const mayHaveBelow = (node: Node, bits: number): boolean => bits === -1 || ((node.below ?? -1) & bits) !== 0;

const attributeNames: Record<string, string> = Object.create(null);

/** `@code` for `code`: the same string every time, as making and comparing new ones is what would cost. */
export function attributeName(name: string): string {
  const known = attributeNames[name];
  if (known !== undefined) return known;
  const made = Object.keys({ [`@${name}`]: 0 })[0] ?? name;
  attributeNames[name] = made;
  return made;
}

export const isLeaf = (item: Node | Leaf): item is Leaf => (item as Partial<Leaf>).value !== undefined;

/** The attribute of that name (`code`, `xsi:type`), if the element has it. */
export function attribute(node: Node, name: string): Leaf | undefined {
  const wanted = attributeName(name);
  for (const leaf of node.attributes) if (leaf.name === wanted) return leaf;
  return undefined;
}

/** The value of an attribute, without accounting for it: for navigation only. */
export const peek = (node: Node, name: string): string | undefined => attribute(node, name)?.value;

/** First child element of that name. */
export function child(node: Node, name: string): Node | undefined {
  if (!mayHave(node, nameBit(name))) return undefined;
  for (const item of node.content) if (!isLeaf(item) && item.name === name) return item;
  return undefined;
}

const NONE: readonly Node[] = [];

/** Child elements, all or those of one name. */
export function children(node: Node, name?: string): readonly Node[] {
  if (name !== undefined && !mayHave(node, nameBit(name))) return NONE;
  let found: Node[] | undefined;
  for (const item of node.content) {
    if (isLeaf(item) || (name !== undefined && item.name !== name)) continue;
    if (found) found.push(item);
    else found = [item];
  }
  return found ?? NONE;
}

/** Every leaf in the subtree, in document order. */
export function leaves(node: Node): Leaf[] {
  const found: Leaf[] = [];
  visitLeaves(node, (leaf) => found.push(leaf));
  return found;
}

/** The same without a list. */
export function visitLeaves(node: Node, visit: (leaf: Leaf) => void): void {
  for (const leaf of node.attributes) visit(leaf);
  for (const item of node.content) {
    if (!isLeaf(item)) visitLeaves(item, visit);
    else if (item.index >= 0) visit(item);
  }
}

/** The declared data type (`PQ`, `CD`, `IVL_TS`), prefix removed (`cda:PQ`). */
export function xsiType(node: Node): string | undefined {
  const type = peek(node, 'xsi:type')?.trim();
  return type?.slice(type.indexOf(':') + 1);
}

/** Names are few: beyond this many, or this long, one is not remembered. */
const MOST = 4096;
const LONGEST = 64;
const own = new Map<string, string>();

/**
 * The same text as a string of the engine's own, one for all that are written the same: a slice can keep all of the
 * text alive that it was cut from, and comparing two of these is comparing pointers.
 */
export function detach(slice: string): string {
  const known = own.get(slice);
  if (known !== undefined) return known;
  const made = Object.keys({ [slice]: 0 })[0] ?? slice;
  if (made.length <= LONGEST && own.size < MOST) own.set(made, made);
  return made;
}
