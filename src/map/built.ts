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

/** Hardly any node goes to more than two tables. */
type Made = { readonly table: Table; readonly drafts: readonly Draft[] }[];

/** Nodes of the entry at hand are kept in a plain map, emptied with it; those of header and sections as long as they live. */
export function createBuilt(): Built {
  const ofEntry = new Map<Node, Made>();
  let ofContext = new WeakMap<Node, Made>();

  const find = (node: Node): Made | undefined => ofEntry.get(node) ?? ofContext.get(node);

  return {
    get(table, node) {
      const made = find(node);
      if (made !== undefined) for (const each of made) if (each.table === table) return each.drafts;
      return undefined;
    },
    set(table, node, drafts) {
      const made = find(node);
      if (made) made.push({ table, drafts });
      else (isInEntry(node) ? ofEntry : ofContext).set(node, [{ table, drafts }]);
    },
    drop(table, node) {
      const made = find(node);
      const place = made?.findIndex((each) => each.table === table) ?? -1;
      if (place >= 0) made?.splice(place, 1);
    },
    endUnit() {
      if (ofEntry.size > 0) ofEntry.clear();
    },
    reset() {
      ofEntry.clear();
      ofContext = new WeakMap();
    },
  };
}

function isInEntry(node: Node): boolean {
  for (let at: Node | undefined = node; at; at = at.parent) if (at.name === 'entry') return true;
  return false;
}
