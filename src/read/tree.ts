/** Builds the tree of nodes and numbered leaves from tokens. */
import type { ReadErrorCode } from '../finding.js';
import type { Ledger } from '../ledger.js';
import { createContent, type Growing, type Open } from './content.js';
import { createGather } from './gather.js';
import type { Limits } from './limits.js';
import type { Namespaces } from './namespace.js';
import { type Leaf, type Node, nameBit, peek } from './node.js';
import { UNNUMBERED } from './parts.js';
import type { Tag, TokenHandler } from './tokens.js';
import type { Units } from './units.js';

/** Parts of a document that are met on their own. */
const FRAGMENTS = new Set(['section', 'entry', 'component', 'structuredBody']);

/** What rules look at for each of the other statements in the same one. */
const RELATED = new Set(['entryRelationship', 'author', 'informant', 'participant', 'performer']);

/** A look at the bit of a name spares most of them the look into the set. */
const bitsOf = (names: ReadonlySet<string>): number => [...names].reduce((bits, name) => bits | nameBit(name), 0);
const RELATED_BITS = bitsOf(RELATED);

const FORBIDDEN = /[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu;

/** What most elements have of one or the other: shared, never added to, and of one kind with lists of objects. */
const NOTHING: never[] = [{} as never].slice(1);

export interface Tree extends TokenHandler {
  document(): Node | undefined;
}

export function createTree(
  units: Units,
  ledger: Ledger,
  namespaces: Namespaces,
  limits: Limits,
  outlet: { refuse(code: ReadErrorCode): never; malformed(): void; fragment(): void },
): Tree {
  const content = createContent();
  const text = createGather();
  let document: Node | undefined;
  let length = 0; // of the text
  let sections = 0;
  let broken = false; // there are characters XML forbids
  let held = 0; // elements in memory

  const createLeaf = (name: string, value: string, owner: Node): Leaf => ({
    name,
    // FHIR forbids them as well.
    value: broken ? value.replace(FORBIDDEN, '\ufffd') : value,
    index: units.isWaiting() ? UNNUMBERED : ledger.add(),
    owner,
  });

  function createAttribute({ names, values }: Tag, index: number, owner: Node): Leaf {
    const name = names[index];
    return createLeaf(name ? namespaces.attribute(name).name : '', values[index] ?? '', owner);
  }

  /** As lists written out where that can be: they have no room to spare. */
  function createAttributes(tag: Tag, node: Node): Leaf[] {
    const { count } = tag;
    const first = createAttribute(tag, 0, node);
    if (count === 1) return [first];
    const second = createAttribute(tag, 1, node);
    if (count === 2) return [first, second];
    const third = createAttribute(tag, 2, node);
    if (count === 3) return [first, second, third];
    const all = [first, second, third, createAttribute(tag, 3, node)];
    for (let index = 4; index < count; index++) all.push(createAttribute(tag, index, node));
    return all;
  }

  function flushText(): void {
    if (text.isEmpty()) return;
    const value = text.take();
    length = 0;
    const { current } = content;
    if (current.node === undefined) return;
    const blank = isBlank(value);
    if (blank && !units.narrative) return;
    current.filled = true;
    const owner = current.node;
    content.add(blank ? { name: '#text', value, index: -1, owner } : createLeaf('#text', value, owner));
  }

  /** Opens a namespace scope if the tag changes what prefixes mean. */
  function declare({ names, values, count }: Tag): boolean {
    let changed: Map<string, string> | undefined;
    for (let index = 0; index < count; index++) {
      const name = names[index];
      if (name === undefined || !name.declares) continue;
      const [prefix, uri] = [name.text.slice(6), (values[index] ?? '').trim()];
      if (namespaces.resolve(prefix) === uri) continue;
      changed ??= new Map();
      changed.set(prefix, uri);
    }
    if (changed) namespaces.push(changed);
    return changed !== undefined;
  }

  function countRelated(within: Open): void {
    if (++within.related > limits.related) outlet.refuse('limit-related');
  }

  const createNode = (name: string, parent: Node | undefined, line: number): Growing => ({
    name,
    parent,
    attributes: NOTHING,
    content: NOTHING,
    line,
    names: 0,
    below: 0,
  });

  /** A part of a document on its own is read as a document without header. */
  function openFragment(line: number): void {
    outlet.fragment();
    const node = createNode('ClinicalDocument', undefined, line);
    node.content = [];
    document = node;
    units.open(node);
    const open = content.open(node, false);
    open.held = held;
    open.filled = true;
  }

  return {
    document: () => document,
    startTag(tag) {
      flushText();
      const scoped = tag.count > 0 && declare(tag);
      const { name, bit } = namespaces.element(tag.name);
      if (content.current.node === undefined && FRAGMENTS.has(name)) openFragment(tag.line);
      const outer = content.current;
      const parent = outer.node;
      const node = createNode(name, parent, tag.line);
      if (parent === undefined) {
        if (name !== 'ClinicalDocument') outlet.refuse('not-a-clinical-document');
        document = node;
      }
      units.open(node);
      if (parent !== undefined) {
        outer.filled = true;
        parent.names = (parent.names ?? 0) | bit;
        if (parent.parent !== undefined) parent.parent.below = (parent.parent.below ?? 0) | bit;
        content.add(node);
      }
      if (tag.count > 0) node.attributes = createAttributes(tag, node);
      const { field } = units;
      if (!field) node.content = [];
      if (name === 'section' && ++sections > limits.sections) outlet.refuse('limit-sections');
      if ((bit & RELATED_BITS) !== 0 && RELATED.has(name) && (sections > 0 || name === 'entryRelationship'))
        countRelated(outer);
      if (held + ledger.height > limits.held) outlet.refuse('limit-held');
      const open = content.open(node, field);
      open.held = held++;
      open.scoped = scoped;
      open.filled = tag.count > 0;
    },
    text(value) {
      length += value.length;
      if (length > limits.text && !isEncoded(content.current.node)) outlet.refuse('limit-text');
      text.add(value);
    },
    skipsBlank: () => !units.narrative,
    endTag() {
      flushText();
      const { node, filled, scoped, held: before } = content.current;
      if (node === undefined) return;
      if (!filled) content.add(createLeaf('#empty', '', node));
      content.close();
      if (scoped) namespaces.pop();
      const { height } = ledger;
      units.close(node);
      // Let go; a component takes those before it along.
      if (ledger.height < height) held = node.name === 'component' ? content.current.held : before;
    },
    malformed() {
      broken = true;
      outlet.malformed();
    },
  };
}

const isEncoded = (node: Node | undefined): boolean =>
  node !== undefined && peek(node, 'representation')?.trim() === 'B64';

/** XML white space only; a no-break space is text. */
function isBlank(text: string): boolean {
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code !== 0x20 && code !== 0x0a && code !== 0x09 && code !== 0x0d) return false;
  }
  return true;
}
