/** Applies a code table to a coded source. */
import type { Json, JsonObject } from '../fhir/json.js';
import { attribute, children, isLeaf, type Leaf, type Node, peek } from '../read/node.js';
import { textOf } from './near.js';
import type { Run } from './run.js';
import type { Item } from './select.js';
import type { CodeTable, CodeTarget } from './table.js';
import type { Target } from './target.js';

/**
 * The code table's target for an attribute, or for a coded element or the first of its translations that has one
 * (CD-14). A miss is reported and lost as `no-code`, unless the table declares a default.
 */
export function translateCode(item: Item, table: CodeTable, target: Target, run: Run): { value: Json } | undefined {
  const hit = isLeaf(item) ? lookupLeaf(item, table, run) : lookupCoded(item, table, run);
  if (hit) return { value: shapeTarget(hit, table, target) };
  if (table.default === undefined) return undefined;
  return { value: shapeTarget({ code: table.default, display: undefined, system: undefined }, table, target) };
}

function lookupLeaf(leaf: Leaf, table: CodeTable, run: Run): CodeTarget | undefined {
  const found = table.codes.get(textOf(leaf));
  if (found?.code !== undefined) {
    run.take(leaf);
    return found;
  }
  run.lose(leaf, 'no-code');
  if (!found) run.report('code-unmapped', leaf);
  return undefined;
}

function lookupCoded(node: Node, table: CodeTable, run: Run): CodeTarget | undefined {
  const candidates = [node, ...children(node, 'translation')];
  let missed: Leaf | undefined;
  let known = false;
  for (const candidate of candidates) {
    const code = attribute(candidate, 'code');
    if (!code || !isFrom(candidate, table)) continue;
    const found = table.codes.get(textOf(code));
    if (found?.code !== undefined) {
      takeCoding(candidate, code, run);
      for (const other of candidates) if (other !== candidate) loseCoding(other, run);
      for (const text of children(node, 'originalText')) run.lose(text, 'narrowed');
      return found;
    }
    missed ??= code;
    known ||= found !== undefined;
  }
  if (!missed) run.test(attribute(node, 'nullFlavor'));
  const unmapped = missed ?? attribute(node, 'code');
  if (unmapped) {
    for (const leaf of unmapped.owner.attributes) run.lose(leaf, 'no-code');
    if (!known) run.report('code-unmapped', unmapped);
  }
  return undefined;
}

/** A code from another system than the table's is not looked up; one without a system is. */
function isFrom(node: Node, table: CodeTable): boolean {
  const system = peek(node, 'codeSystem')?.trim();
  return !system || table.systems.length === 0 || table.systems.includes(system);
}

function takeCoding(node: Node, code: Leaf, run: Run): void {
  run.take(code);
  run.test(attribute(node, 'codeSystem'));
  run.test(attribute(node, 'xsi:type'));
  for (const name of ['displayName', 'codeSystemName', 'codeSystemVersion']) run.imply(attribute(node, name));
}

function loseCoding(node: Node, run: Run): void {
  for (const leaf of node.attributes) run.lose(leaf, 'narrowed');
}

function shapeTarget(hit: Pick<CodeTarget, 'code' | 'display' | 'system'>, table: CodeTable, target: Target): Json {
  const code = hit.code ?? '';
  if (target.type === 'boolean') return code === 'true';
  if (target.type !== 'CodeableConcept' && target.type !== 'Coding') return code;
  const coding: JsonObject = {};
  const system = hit.system ?? table.system ?? target.system;
  if (system !== undefined) coding.system = system;
  coding.code = code;
  if (hit.display !== undefined) coding.display = hit.display;
  return target.type === 'Coding' ? coding : { coding: [coding] };
}
