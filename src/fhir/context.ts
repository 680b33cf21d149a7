/** What a data-type converter is given: the accounting verbs and the lookups. It keeps converters pure and testable. */
import type { FindingCode } from '../finding.js';
import type { LossReason } from '../ledger.js';
import type { Leaf, Node } from '../read/node.js';
import type { RepairName, Repairs } from '../repairs.js';

/** `document`: a time without offset takes the offset of the document's own effectiveTime, else is cut to its date;
 *  `drop`: always cut to the date; `+hh:mm`, `-hh:mm` or `Z`: take that one. */
export type OffsetPolicy = string;

export interface Context {
  /** The leaf's value reaches the output: marks it copied and returns it, white space trimmed. */
  take(leaf: Leaf): string;
  /** The leaf is determined by another that was taken (display of a translated code, codeSystemName). */
  imply(leaf: Leaf | undefined): void;
  /** The leaf decided something (nullFlavor, xsi:type, inclusive, codeSystem of a translated code). */
  test(leaf: Leaf | undefined): void;
  /** The leaf, or every leaf under the node, is lost for that reason. */
  lose(item: Leaf | Node | undefined, reason: LossReason): void;
  /** Everything under the node goes into a narrative as it is. */
  narrate(node: Node): void;
  /** Adds a finding located at the leaf or node. */
  report(code: FindingCode, at: Leaf | Node, repair?: RepairName): void;
  /** The repairs that are made. */
  readonly repairs: Repairs;
  /** The narrative element with that `ID` in the current section (or one around it); the leading `#` may be there. */
  narrative(id: string): Node | undefined;
  /** FHIR URI of a code system OID; undefined if none is registered (checklist D1). */
  codeSystem(oid: string): string | undefined;
  /** FHIR URI of a code system by its name, for codes without an OID (CD-05). */
  codeSystemByName(name: string): string | undefined;
  /** FHIR URI of an identifier system OID (checklist D2). */
  identifierSystem(oid: string): string | undefined;
  /** True for OIDs of value sets, often misused as codeSystem. */
  isValueSet(oid: string): boolean;
  /** The target code in a code table by name, e.g. `code('name-use', 'L')` is `usual`; undefined on a miss. */
  code(table: string, code: string): string | undefined;
  /** UCUM code for a unit: itself when valid, a known synonym's (`lbs` -> `[lb_av]`), else undefined. */
  ucum(unit: string): string | undefined;
  /** The offset to give a time that has none (`-05:00`), or undefined to cut it to the date. */
  readonly offset: string | undefined;
}
