/** Null flavors: what is not there, and why (II-10, II-11, CD-11, PQ-08, VA-09, AD-05, TE-05, map:Null). */
import { attribute, isLeaf, type Leaf, leaves, type Node } from '../../read/node.js';
import type { Context } from '../context.js';
import type { Json, JsonObject } from '../json.js';

export const ABSENT_REASON = 'http://hl7.org/fhir/StructureDefinition/data-absent-reason';
const ABSENT_REASON_SYSTEM = 'http://terminology.hl7.org/CodeSystem/data-absent-reason';

/** Attributes that tell how to read an element, not a fact of their own: never counted as withheld. */
const STEERING = new Set(['@nullFlavor', '@xsi:type', '#empty']);

/** The attribute, unless it is missing or blank. */
export function filled(node: Node, name: string): Leaf | undefined {
  const leaf = attribute(node, name);
  return leaf?.value.trim() ? leaf : undefined;
}

/** Marks every fact under a null-flavored node as withheld: a masked value must not leak (II-11, AD-05). */
export function withhold(node: Node, context: Context): void {
  for (const leaf of leaves(node)) {
    if (STEERING.has(leaf.name)) context.test(leaf);
    else context.lose(leaf, 'withheld');
  }
}

/**
 * True if the source states no value: a blank leaf, or a node with `@nullFlavor` (which decided it, and whose other
 * content, if any, is withheld).
 */
export function isAbsent(source: Node | Leaf, context: Context): boolean {
  if (isLeaf(source)) return source.value.trim() === '';
  context.test(attribute(source, 'xsi:type'));
  const flavor = attribute(source, 'nullFlavor');
  if (flavor === undefined) return false;
  context.test(flavor);
  withhold(source, context);
  return true;
}

/** True if the node is masked (`MSK`); everything under it is then withheld. */
export function isMasked(node: Node, context: Context): boolean {
  return attribute(node, 'nullFlavor')?.value.trim() === 'MSK' && isAbsent(node, context);
}

/** The data-absent-reason code of a nullFlavor leaf, or of a node's `@nullFlavor` (map:Null); an unknown flavor is `unknown`. */
export function convertAbsent(source: Node | Leaf, context: Context): string | undefined {
  const flavor = isLeaf(source) ? source : attribute(source, 'nullFlavor');
  if (flavor === undefined) return undefined;
  context.test(flavor);
  const reason = context.code('null-flavor', flavor.value.trim());
  if (reason === undefined) context.report('code-unmapped', flavor);
  return reason ?? 'unknown';
}

/** The same as a CodeableConcept, for `dataAbsentReason` elements (PQ-08, VA-09). */
export function convertAbsentReason(source: Node | Leaf, context: Context): Json | undefined {
  const code = convertAbsent(source, context);
  return code === undefined ? undefined : { coding: [{ system: ABSENT_REASON_SYSTEM, code }] };
}

/** The data-absent-reason extension to stand beside a primitive (`_value`) or in an element. */
export const absentExtension = (code: string): JsonObject => ({
  extension: [{ url: ABSENT_REASON, valueCode: code }],
});
