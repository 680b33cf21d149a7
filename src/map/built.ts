/** What was built of which node: a node is built once per table. */
import type { Node } from '../read/node.js';
import type { Draft } from './draft.js';
import type { Table } from './table.js';

export interface Built {
  get(table: Table, node: Node): readonly Draft[] | undefined;
  set(table: Table, node: Node, drafts: readonly Draft[]): void;
  drop(table: Table, node: Node): void;
  /** The entry is done: what was built of its nodes is not asked for again. */
  endUnit(): void;
  /** Forgets everything. */
  reset(): void;
}

type ByNode = Map<Node, readonly Draft[]> | WeakMap<Node, readonly Draft[]>;

/** Nodes of the entry at hand are kept in plain maps, emptied with it; those of header and sections as long as they live. */
export function createBuilt(): Built {
  const ofEntry = new Map<Table, Map<Node, readonly Draft[]>>();
  let ofContext = new Map<Table, WeakMap<Node, readonly Draft[]>>();

  function find(table: Table, node: Node): ByNode {
    const inEntry = isInEntry(node);
    const known = inEntry ? ofEntry.get(table) : ofContext.get(table);
    if (known) return known;
    if (!inEntry) return setAndGet(ofContext, table, new WeakMap());
    return setAndGet(ofEntry, table, new Map());
  }

  return {
    get: (table, node) => find(table, node).get(node),
    set(table, node, drafts) {
      find(table, node).set(node, drafts);
    },
    drop(table, node) {
      find(table, node).delete(node);
    },
    endUnit() {
      for (const byNode of ofEntry.values()) byNode.clear();
    },
    reset() {
      ofEntry.clear();
      ofContext = new Map();
    },
  };
}

function setAndGet<Key, Value>(map: Map<Key, Value>, key: Key, value: Value): Value {
  map.set(key, value);
  return value;
}

function isInEntry(node: Node): boolean {
  for (let at: Node | undefined = node; at; at = at.parent) if (at.name === 'entry') return true;
  return false;
}
