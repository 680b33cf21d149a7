/** AD to Address (AD-01 to AD-05). */
import { child, isLeaf, type Leaf, type Node } from '../../read/node.js';
import type { Context } from '../context.js';
import type { JsonObject } from '../json.js';
import { filled, isAbsent } from './absent.js';
import { takeLoose } from './name.js';
import { takeText } from './text.js';
import { convertPeriod } from './time.js';
import { accountUse, takeUse, usesOf } from './use.js';

const SINGLE: Readonly<Record<string, string>> = {
  city: 'city',
  county: 'district',
  state: 'state',
  postalCode: 'postalCode',
  country: 'country',
};
const LINES = new Set(
  'streetAddressLine streetName streetNameBase streetNameType houseNumber houseNumberNumeric direction additionalLocator unitID unitType postBox deliveryAddressLine deliveryInstallationType deliveryInstallationArea deliveryInstallationQualifier deliveryMode deliveryModeIdentifier buildingNumberSuffix'.split(
    ' ',
  ),
);

interface Parts {
  readonly line: string[];
  readonly single: Record<string, string>;
  /** Every word of the address, in the order of the document. */
  readonly words: string[];
  /** True if some word has no place but `text`. */
  loose: boolean;
}

/** An address. `text` is written only when some of its words fit no part (AD-04); a leaf is text only. */
export function convertAddress(source: Node | Leaf, context: Context): JsonObject | undefined {
  if (isAbsent(source, context)) return undefined;
  if (isLeaf(source)) return { text: context.take(source) };
  const parts = takeParts(source, context);
  if (parts.words.length === 0) return undefined;
  const validity = child(source, 'useablePeriod');
  const period = validity && convertPeriod(validity, context);
  const address = takeUses(source, context);
  if (parts.loose) address.text = parts.words.join(', ');
  if (parts.line.length > 0) address.line = parts.line;
  Object.assign(address, parts.single);
  if (period !== undefined) address.period = period;
  return address;
}

function takeParts(node: Node, context: Context): Parts {
  const parts: Parts = { line: [], single: {}, words: [], loose: false };
  for (const item of node.content) {
    if (!isLeaf(item) && (item.name === 'useablePeriod' || isAbsent(item, context))) continue;
    const word = isLeaf(item) ? takeLoose(item, context) : takeText(item, context);
    if (word === undefined) continue;
    parts.words.push(word);
    const name = Object.hasOwn(SINGLE, item.name) ? SINGLE[item.name] : undefined;
    if (LINES.has(item.name)) parts.line.push(word);
    else if (name !== undefined && parts.single[name] === undefined) parts.single[name] = word;
    else parts.loose = true;
  }
  return parts;
}

/** Uses are home, work ...; PST and PHYS tell the type instead (AD-01). */
function takeUses(node: Node, context: Context): JsonObject {
  const leaf = filled(node, 'use');
  if (leaf === undefined) return {};
  const uses = usesOf(leaf);
  const [postal, physical] = [uses.includes('PST'), uses.includes('PHYS')];
  const type = postal && physical ? 'both' : postal ? 'postal' : 'physical';
  if (!postal && !physical) {
    const use = takeUse(leaf, 'address-use', context);
    return use === undefined ? {} : { use };
  }
  const use = uses.map((code) => context.code('address-use', code)).find((code) => code !== undefined);
  accountUse(leaf, Number(postal) + Number(physical) + (use === undefined ? 0 : 1), context);
  return { ...(use !== undefined && { use }), type };
}
