/** PN and EN to HumanName (NM-01 to NM-07). */
import { attribute, child, children, isLeaf, type Leaf, type Node } from '../../read/node.js';
import type { Context } from '../context.js';
import type { JsonObject } from '../json.js';
import { filled, isAbsent } from './absent.js';
import { takeText } from './text.js';
import { convertPeriod } from './time.js';
import { takeUse } from './use.js';

const PARTS = ['prefix', 'given', 'family', 'suffix'] as const;
type Part = (typeof PARTS)[number];

/** A person's name. Text is its parts and loose words in the order of the document (NM-06); a leaf is text only. */
export function convertHumanName(source: Node | Leaf, context: Context): JsonObject | undefined {
  if (isAbsent(source, context)) return undefined;
  if (isLeaf(source)) return { text: context.take(source) };
  const { words, parts } = takeParts(source, context);
  if (words.length === 0) return undefined;
  const validity = child(source, 'validTime');
  const period = validity && convertPeriod(validity, context);
  const use = nameUse(source, context);
  const { family, given, prefix, suffix } = parts;
  const name: JsonObject = {};
  if (use !== undefined) name.use = use;
  name.text = words.join(' ');
  if (family.length > 0) name.family = family.join(' ');
  if (given.length > 0) name.given = given;
  if (prefix.length > 0) name.prefix = prefix;
  if (suffix.length > 0) name.suffix = suffix;
  if (period !== undefined) name.period = period;
  return name;
}

function takeParts(node: Node, context: Context): { words: string[]; parts: Record<Part, string[]> } {
  const words: string[] = [];
  const parts: Record<Part, string[]> = { prefix: [], given: [], family: [], suffix: [] };
  for (const item of node.content) {
    const word = isLeaf(item) ? takeLoose(item, context) : takePart(item, context);
    if (word === undefined) continue;
    words.push(word);
    const part = PARTS.find((name) => name === item.name);
    if (part !== undefined) parts[part].push(word);
  }
  return { words, parts };
}

/** Words outside any part; a lone separator between parts is not one. */
export function takeLoose(leaf: Leaf, context: Context): string | undefined {
  if (leaf.name !== '#text' || leaf.value.trim() === '') return undefined;
  return context.take(leaf).replace(/\s+/g, ' ');
}

function takePart(node: Node, context: Context): string | undefined {
  if (node.name === 'validTime' || isAbsent(node, context)) return undefined;
  return takeText(node, context);
}

/** A family name at birth makes the name a maiden one (NM-04); P with a call-me given name is a nickname (map:NameUse). */
function nameUse(node: Node, context: Context): string | undefined {
  const families = children(node, 'family').filter((family) => attribute(family, 'nullFlavor') === undefined);
  const atBirth = qualifiers(families, 'BR', context);
  const called = qualifiers(children(node, 'given'), 'CL', context);
  const use = filled(node, 'use');
  if (atBirth > 0 && atBirth === families.length) {
    context.lose(use, 'superseded');
    return 'maiden';
  }
  if (use?.value.trim() !== 'P' || called === 0) return use && takeUse(use, 'name-use', context);
  context.take(use);
  return 'nickname';
}

/** How many of the parts bear that qualifier. */
function qualifiers(parts: readonly Node[], wanted: string, context: Context): number {
  let count = 0;
  for (const part of parts) {
    const qualifier = attribute(part, 'qualifier');
    if (!qualifier?.value.trim().split(/\s+/).includes(wanted)) continue;
    context.test(qualifier);
    count++;
  }
  return count;
}
