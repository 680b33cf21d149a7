/** Builds the tree of nodes and numbered leaves from tokens. */
import type { ReadErrorCode } from '../finding.js';
import type { Ledger } from '../ledger.js';
import { createContent, type Growing } from './content.js';
import { createGather } from './gather.js';
import type { Limits } from './limits.js';
import type { Namespaces } from './namespace.js';
import { type Leaf, type Node, nameBit, peek } from './node.js';
import { UNNUMBERED } from './parts.js';
import type { TokenHandler } from './tokens.js';
import type { Units } from './units.js';

/** Parts of a document that are met on their own. */
const FRAGMENTS = new Set(['section', 'entry', 'component', 'structuredBody']);

/** What rules look at for each of the other statements in the same one. */
const RELATED = new Set(['entryRelationship', 'author', 'informant', 'participant', 'performer']);

const X = 'x'.charCodeAt(0);

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
  const open: Node[] = [];
  const content = createContent();
  const filled: boolean[] = []; // has content, even if that was handed over and let go
  const scoped: boolean[] = []; // declares namespaces
  const names: string[] = [];
  const values: string[] = [];
  let document: Node | undefined;
  let current: Node | undefined;
  const text = createGather();
  let length = 0; // of the text
  let tag = '';
  let tagLine = 0;
  let declares = false;
  let count = 0; // attributes of the tag: the arrays are used again
  let sections = 0;
  const related: number[] = []; // statements within each of the open elements
  let broken = false; // there are characters XML forbids
  let held = 0; // elements in memory
  const heldAt: number[] = []; // when each of the open ones opened

  const createLeaf = (name: string, value: string, owner: Node): Leaf => ({
    name,
    // FHIR forbids them as well.
    value: broken ? value.replace(FORBIDDEN, '\ufffd') : value,
    index: units.isWaiting() ? UNNUMBERED : ledger.add(),
    owner,
  });

  const createAttribute = (index: number, owner: Node): Leaf =>
    createLeaf(namespaces.attribute(names[index] ?? ''), values[index] ?? '', owner);

  /** As lists written out where that can be: they have no room to spare. */
  function createAttributes(node: Node): Leaf[] {
    const first = createAttribute(0, node);
    if (count === 1) return [first];
    const second = createAttribute(1, node);
    if (count === 2) return [first, second];
    const third = createAttribute(2, node);
    if (count === 3) return [first, second, third];
    const all = [first, second, third, createAttribute(3, node)];
    for (let index = 4; index < count; index++) all.push(createAttribute(index, node));
    return all;
  }

  function flushText(): void {
    if (text.isEmpty()) return;
    const value = text.take();
    length = 0;
    if (current === undefined) return;
    const blank = isBlank(value);
    if (blank && !units.narrative) return;
    filled[open.length - 1] = true;
    content.add(blank ? { name: '#text', value, index: -1, owner: current } : createLeaf('#text', value, current));
  }

  /** Opens a namespace scope if the tag changes what prefixes mean. */
  function declare(): boolean {
    const changed = new Map<string, string>();
    for (let index = 0; index < count; index++) {
      const name = names[index] ?? '';
      if (name !== 'xmlns' && !name.startsWith('xmlns:')) continue;
      const [prefix, uri] = [name.slice(6), (values[index] ?? '').trim()];
      if (namespaces.resolve(prefix) !== uri) changed.set(prefix, uri);
    }
    if (changed.size > 0) namespaces.push(changed);
    return changed.size > 0;
  }

  function countRelated(): void {
    const count = (related[open.length - 1] ?? 0) + 1;
    if (count > limits.related) outlet.refuse('limit-related');
    related[open.length - 1] = count;
  }

  /** A part of a document on its own is read as a document without header. */
  function openFragment(): void {
    outlet.fragment();
    const node: Growing = {
      name: 'ClinicalDocument',
      parent: undefined,
      attributes: [],
      content: [],
      line: tagLine,
      names: 0,
    };
    document = node;
    units.open(node);
    open.push(node);
    content.open(node, false);
    heldAt.push(held);
    filled.push(true);
    related.push(0);
    scoped.push(false);
    current = node;
  }

  return {
    document: () => document,
    startTag(name, line) {
      flushText();
      tag = name;
      tagLine = line;
    },
    attribute(name, value) {
      if (count === limits.attributes) outlet.refuse('limit-attributes');
      if (name.length > limits.name) outlet.refuse('limit-name');
      names[count] = name;
      values[count++] = value;
      if (name.charCodeAt(0) === X && name.startsWith('xmlns')) declares = true;
    },
    endAttributes() {
      scoped.push(declares && declare());
      declares = false;
      const name = namespaces.element(tag);
      if (current === undefined && FRAGMENTS.has(name)) openFragment();
      const node: Growing = {
        name,
        parent: current,
        attributes: NOTHING,
        content: NOTHING,
        line: tagLine,
        names: 0,
      };
      if (current === undefined) {
        if (node.name !== 'ClinicalDocument') outlet.refuse('not-a-clinical-document');
        document = node;
      } else filled[open.length - 1] = true;
      units.open(node);
      if (current !== undefined) {
        content.add(node);
        current.names = (current.names ?? 0) | nameBit(name);
      }
      if (count > 0) node.attributes = createAttributes(node);
      count = 0;
      if (!units.field) node.content = [];
      if (name === 'section' && ++sections > limits.sections) outlet.refuse('limit-sections');
      if (RELATED.has(name) && (sections > 0 || name === 'entryRelationship')) countRelated();
      if (held + ledger.height > limits.held) outlet.refuse('limit-held');
      heldAt.push(held++);
      open.push(node);
      content.open(node, units.field);
      filled.push(false);
      related.push(0);
      current = node;
    },
    text(value) {
      length += value.length;
      if (length > limits.text && (current === undefined || !isEncoded(current))) outlet.refuse('limit-text');
      text.add(value);
    },
    skipsBlank: () => !units.narrative,
    endTag() {
      flushText();
      const node = open.pop();
      if (node === undefined) return;
      related.pop();
      const empty = filled.pop() === false && node.attributes.length === 0;
      if (empty) content.add(createLeaf('#empty', '', node));
      content.close();
      if (scoped.pop() === true) namespaces.pop();
      current = open[open.length - 1];
      const height = ledger.height;
      units.close(node);
      const before = heldAt.pop() ?? 0;
      // Let go; a component takes those before it along.
      if (ledger.height < height) held = node.name === 'component' ? (heldAt[heldAt.length - 1] ?? 0) : before;
    },
    malformed() {
      broken = true;
      outlet.malformed();
    },
  };
}

const isEncoded = (node: Node): boolean => peek(node, 'representation')?.trim() === 'B64';

/** XML white space only; a no-break space is text. */
function isBlank(text: string): boolean {
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code !== 0x20 && code !== 0x0a && code !== 0x09 && code !== 0x0d) return false;
  }
  return true;
}
