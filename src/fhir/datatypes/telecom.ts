/** TEL to ContactPoint (TE-01 to TE-05). */
import { child, isLeaf, type Leaf, type Node } from '../../read/node.js';
import type { Context } from '../context.js';
import type { JsonObject } from '../json.js';
import { filled, isAbsent } from './absent.js';
import { convertPeriod } from './time.js';
import { schemeOf } from './uri.js';
import { takeUse, usesOf } from './use.js';

/** Schemes that would run code or hold data if the value were followed as a link. */
const REFUSED = new Set(['javascript', 'vbscript', 'data', 'file']);

/** A telecom by its `@value`, or a leaf. A refused scheme or nothing after the scheme: lost. */
export function convertContactPoint(source: Node | Leaf, context: Context): JsonObject | undefined {
  if (isAbsent(source, context)) return undefined;
  const leaf = isLeaf(source) ? source : filled(source, 'value');
  if (leaf === undefined) return undefined;
  const point = divide(leaf.value.trim(), context);
  if (point === undefined) {
    const refused = REFUSED.has(schemeOf(leaf.value.trim()) ?? '');
    context.lose(leaf, 'narrowed');
    if (refused) context.report('url-refused', leaf);
    return undefined;
  }
  context.take(leaf);
  if (!isLeaf(source)) addUseAndPeriod(point, source, context);
  return point;
}

interface Point extends JsonObject {
  system: string;
  value: string;
}

/** Splits scheme from value (TE-02, TE-03). Links keep their scheme: without it they would not work. */
function divide(text: string, context: Context): Point | undefined {
  const scheme = schemeOf(text);
  if (scheme === undefined) return { system: guessSystem(text), value: text };
  if (REFUSED.has(scheme)) return undefined;
  const rest = text.slice(scheme.length + 1).trim();
  if (rest === '') return undefined;
  const system = context.code('telecom-type', scheme);
  if (system === undefined)
    return { system: /^\s/.test(text.slice(scheme.length + 1)) ? guessSystem(text) : 'other', value: text };
  return { system, value: system === 'url' || rest.startsWith('//') ? text : rest };
}

/** TE-02: without a scheme the value itself tells; FHIR requires a system beside a value. */
function guessSystem(text: string): string {
  if (/^\S+@\S+$/.test(text)) return 'email';
  if (/^www\./i.test(text)) return 'url';
  return /\d/.test(text) ? 'phone' : 'other';
}

function addUseAndPeriod(point: Point, node: Node, context: Context): void {
  const leaf = filled(node, 'use');
  const use = leaf && takeUse(leaf, 'telecom-use', context);
  if (leaf !== undefined && usesOf(leaf).includes('PG') && point.system === 'phone') point.system = 'pager';
  const validity = child(node, 'useablePeriod');
  const period = validity && convertPeriod(validity, context);
  if (use !== undefined) point.use = use;
  if (period !== undefined) point.period = period;
}
