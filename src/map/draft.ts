/** Resources under construction, before the document's other parts are known. */
import type { JsonObject } from '../fhir/json.js';
import type { Node } from '../read/node.js';
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
  /** The draft this one adds to, instead of being a resource of its own. */
  readonly base?: Draft | undefined;
  /** `Type/id`, once settled. */
  settled: string | undefined;
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
  /** Number of leaves that are lost if it does not. */
  readonly leaves: number;
}

/** Target of a reference that has its value: what it refers to may be called otherwise by the end, nothing more. */
export const SETTLED: Link = { types: [], keys: [], path: '', line: 0, leaves: 0 };

export const isLink = (target: Draft | Link): target is Link => 'types' in target;
