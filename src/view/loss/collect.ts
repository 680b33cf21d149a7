/** Gathers what became of every leaf of a document, and which resource was made of which element. */
import type { LeafState } from '../../ledger.js';
import type { Leaf, Node } from '../../read/node.js';

/** One leaf in its final state. */
export interface Traced {
  readonly leaf: Leaf;
  readonly state: LeafState;
  readonly rule: string;
}

export interface Collection {
  /** By their place in the document. */
  readonly leaves: Traced[];
  onLeaf(ordinal: number, state: LeafState, rule: string, leaf: Leaf): void;
  onMade(node: Node, table: string, reference: () => string | undefined): void;
  /** `Type/id` of the resource that rules of a table made nearest to an element; call it when the conversion ended. */
  referenceAt(node: Node, table: string): string | undefined;
}

/** What a rule belongs to, as far as it matters here. */
interface RuleTarget {
  readonly table: string;
  readonly make: string;
}

/**
 * Tells to which resource a leaf went: `Type/id`, undefined if to none.
 * @param targets what each rule belongs to, by its id
 * @param composition the resource that holds the sections
 */
export function findResource(
  collection: Collection,
  targets: ReadonlyMap<string, RuleTarget>,
  composition: string | undefined,
): (traced: Traced) => string | undefined {
  return ({ leaf, state, rule }) => {
    if (state === 'narrative' && rule === '') return composition;
    const target = targets.get(rule);
    if (!target) return undefined;
    return target.make.startsWith('Composition.') ? composition : collection.referenceAt(leaf.owner, target.table);
  };
}

/** Starts a collection; it holds the whole document. */
export function createCollection(): Collection {
  const leaves: Traced[] = [];
  const made = new Map<Node, Map<string, () => string | undefined>>();
  return {
    leaves,
    onLeaf(ordinal, state, rule, leaf) {
      leaves[ordinal] = { leaf, state, rule };
    },
    onMade(node, table, reference) {
      // Rules may read from around their node, so those above know of it too; the first one stands for all.
      for (let at: Node | undefined = node; at; at = at.parent) {
        const tables = made.get(at) ?? new Map<string, () => string | undefined>();
        made.set(at, tables);
        if (tables.has(table) && at !== node) return;
        tables.set(table, reference);
      }
    },
    referenceAt(node, table) {
      for (let at: Node | undefined = node; at; at = at.parent) {
        const found = made.get(at)?.get(table);
        if (found) return found();
      }
      return undefined;
    },
  };
}
