/** Resources under construction, before the document's other parts are known. */
import type { JsonObject } from '../fhir/json.js';
import type { Leaf, Node } from '../read/node.js';
import type { Table } from './table.js';

/** A resource a table made from a node. Its id is settled when it is put into the assembly. */
export interface Draft {
  readonly table: Table;
  readonly node: Node;
  readonly resource: JsonObject;
  /** Reference objects inside the resource, and what they refer to. */
  readonly references: Pending[];
  /** Provenance drafts that vouch for this resource. */
  readonly provenance: Draft[];
  /** Identifier keys of the statement, by which other entries may refer to it. */
  readonly keys: readonly string[];
  /** What this one adds to, instead of being a resource of its own: another draft, or what another entry becomes. */
  readonly base?: Draft | LinkedBase | undefined;
  /** `Type/id`, once settled. */
  settled: string | undefined;
}

/** A resource known by its identifiers only, that this draft adds to. */
export interface LinkedBase {
  readonly link: Link;
  readonly rule: number;
}

/** A reference still without its target's id. */
export interface Pending {
  readonly holder: JsonObject;
  readonly target: Draft | Link;
  readonly rule: number;
}

/** A reference by identifier to what another entry of the document becomes. */
export interface Link {
  readonly types: readonly string[];
  /** Identifier keys, `system|value`. */
  readonly keys: readonly string[];
  /** Readable path and line of the source, for the report if the target never comes. */
  readonly path: string;
  readonly line: number;
  /** Leaves that are lost if it does not, unless something else copied them too. */
  readonly leaves: readonly LinkedLeaf[];
}

/** A leaf that refers: shared by all links that read it. */
export interface LinkedLeaf {
  /** Its place in the document. */
  readonly ordinal: number;
  /** How often its value was written: by links that hold so far, and by other rules. */
  uses: number;
  /** Only if somebody is told what becomes of every leaf: it keeps its part of the document alive. */
  readonly leaf: Leaf | undefined;
}

/** Target of a reference that has its value: what it refers to may be called otherwise by the end, nothing more. */
export const SETTLED: Link = { types: [], keys: [], path: '', line: 0, leaves: [] };

export const isLinkedBase = (base: Draft | LinkedBase): base is LinkedBase => 'link' in base;

export const isLink = (target: Draft | Link): target is Link => 'types' in target;
