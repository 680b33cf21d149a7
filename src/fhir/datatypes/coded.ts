/** CD, CE, CV, CO, CS to CodeableConcept, Coding and code (CD-01 to CD-16, VA-07). */
import { attribute, child, children, isLeaf, type Leaf, type Node } from '../../read/node.js';
import type { Context } from '../context.js';
import { type JsonObject, setDecimal } from '../json.js';
import { filled, isMasked, withhold } from './absent.js';
import { findSystem, takeSystem } from './code-system.js';
import { takeDecimal, valueLeaf } from './decimal.js';
import { collapse, convertText } from './text.js';

/** Says nothing where there is no code. */
const SYSTEM = ['codeSystem', 'codeSystemName'];
const ORDINAL = 'http://hl7.org/fhir/StructureDefinition/ordinalValue';

/** `@code` of a node without null flavor, or a leaf's value, with white space put right. */
export function convertCode(source: Node | Leaf, context: Context): string | undefined {
  if (!isLeaf(source) && isNulled(source, context)) return undefined;
  const leaf = isLeaf(source) ? source : attribute(source, 'code');
  return leaf?.value.trim() ? collapse(context.take(leaf)) : undefined;
}

/** True for a null-flavored code; a code standing beside the null flavor contradicts it and is withheld. */
function isNulled(node: Node, context: Context): boolean {
  const flavor = attribute(node, 'nullFlavor');
  if (flavor === undefined) return false;
  context.test(flavor);
  const code = filled(node, 'code');
  context.lose(code, 'withheld');
  for (const name of SYSTEM) {
    if (code !== undefined) context.lose(filled(node, name), 'withheld');
    else context.test(filled(node, name));
  }
  return true;
}

/** The coding a CD's own attributes make, without its translations (CD-01 to CD-05). */
export function convertCoding(source: Node | Leaf, context: Context): JsonObject | undefined {
  if (isLeaf(source)) return source.value.trim() ? { code: collapse(context.take(source)) } : undefined;
  if (isNulled(source, context)) return undefined;
  const code = filled(source, 'code');
  if (code === undefined) {
    for (const name of SYSTEM) context.test(filled(source, name));
    return undefined;
  }
  const coding: JsonObject = {};
  const system = takeSystem(source, context);
  if (system !== undefined) coding.system = system;
  const version = filled(source, 'codeSystemVersion');
  if (version) coding.version = context.take(version);
  coding.code = collapse(context.take(code));
  const display = filled(source, 'displayName');
  if (display) coding.display = collapse(context.take(display));
  return coding;
}

/**
 * A CD with its translations and text. A null-flavored one keeps what it says beside the null flavor (CD-09, CD-10),
 * and is undefined if that is nothing (CD-12) or it is masked. A leaf becomes text.
 */
export function convertCodeableConcept(source: Node | Leaf, context: Context): JsonObject | undefined {
  if (isLeaf(source)) return source.value.trim() ? { text: collapse(context.take(source)) } : undefined;
  if (isMasked(source, context)) return undefined;
  const coding: JsonObject[] = [];
  addCoding(coding, source, context);
  for (const translation of children(source, 'translation')) addCoding(coding, translation, context);
  const ordinal = takeOrdinal(source, context);
  if (ordinal !== undefined && coding[0] !== undefined) coding[0] = { extension: [ordinal], ...coding[0] };
  const text = takeConceptText(source, coding, context);
  if (coding.length === 0 && text === undefined) return undefined;
  const concept: JsonObject = {};
  if (coding.length > 0) concept.coding = coding;
  if (text !== undefined) concept.text = text;
  return concept;
}

/** Appends the node's coding unless one of the same system and code is there already (CD-16). */
function addCoding(coding: JsonObject[], node: Node, context: Context): void {
  const code = filled(node, 'code');
  const same = code && attribute(node, 'nullFlavor') === undefined && findSame(coding, code, node, context);
  if (!code || !same) {
    const added = convertCoding(node, context);
    if (added !== undefined) coding.push(added);
    return;
  }
  const codeSystem = filled(node, 'codeSystem');
  context.test(code);
  context.test(codeSystem ?? filled(node, 'codeSystemName'));
  if (codeSystem !== undefined) context.imply(filled(node, 'codeSystemName'));
  keepDisplay(same, node, context);
}

function findSame(coding: readonly JsonObject[], code: Leaf, node: Node, context: Context): JsonObject | undefined {
  if (coding.length === 0) return undefined;
  const [wanted, system] = [collapse(code.value), findSystem(node, context)];
  if (coding.length >= MANY) return lookUp(coding, keyOf(system, wanted));
  return coding.find((item) => item.code === wanted && item.system === system);
}

/** From so many codings on they are found by key: a hostile concept may have a hundred thousand translations. */
const MANY = 16;
const indexes = new WeakMap<readonly JsonObject[], Map<string, JsonObject>>();
const keyOf = (system: unknown, code: unknown): string => `${system ?? ''} ${code}`;

function lookUp(coding: readonly JsonObject[], key: string): JsonObject | undefined {
  const index = indexes.get(coding) ?? new Map<string, JsonObject>();
  indexes.set(coding, index);
  // No two are of one key, so the index is as long as what it knows of.
  for (const item of coding.slice(index.size)) index.set(keyOf(item.system, item.code), item);
  return index.get(key);
}

function keepDisplay(same: JsonObject, node: Node, context: Context): void {
  const display = filled(node, 'displayName');
  if (display === undefined) return;
  if (same.display === undefined) same.display = collapse(context.take(display));
  else context.lose(display, 'superseded');
}

/** CO with a `value` (VA-07). */
function takeOrdinal(node: Node, context: Context): JsonObject | undefined {
  const value = child(node, 'value');
  const leaf = value && valueLeaf(value);
  const decimal = leaf && takeDecimal(leaf, context);
  if (decimal === undefined) return undefined;
  const ordinal: JsonObject = { url: ORDINAL };
  setDecimal(ordinal, 'valueDecimal', decimal);
  return ordinal;
}

/** originalText, else displayName, else a translation's displayName (CD-15); qualifiers are appended (CD-13). */
function takeConceptText(node: Node, coding: readonly JsonObject[], context: Context): string | undefined {
  const original = child(node, 'originalText');
  const text =
    (original && convertText(original, context)) ??
    takeOwnDisplay(node, context) ??
    displayOf(coding) ??
    takePlain(node, context);
  const qualifiers = children(node, 'qualifier').flatMap((item) => takeQualifier(item, text, context) ?? []);
  if (qualifiers.length === 0) return text;
  return `${text} (${qualifiers.join('; ')})`;
}

/** Where only codes are allowed, the words of an ST are a concept's text. */
function takePlain(node: Node, context: Context): string | undefined {
  const isConcept = ['originalText', 'translation', 'qualifier', 'value'].some((name) => child(node, name));
  return isConcept || filled(node, 'code') ? undefined : convertText(node, context);
}

function takeOwnDisplay(node: Node, context: Context): string | undefined {
  const display = filled(node, 'displayName');
  return display && collapse(context.take(display));
}

function displayOf(coding: readonly JsonObject[]): string | undefined {
  for (const { display } of coding) if (typeof display === 'string') return display;
  return undefined;
}

/** `name: value` of a qualifier such as laterality; one without words, or with nothing to qualify, is lost (CD-13). */
function takeQualifier(node: Node, text: string | undefined, context: Context): string | undefined {
  const [name, value] = [child(node, 'name'), child(node, 'value')];
  const display = value && filled(value, 'displayName');
  const label = name && filled(name, 'displayName');
  withholdCodes(node, context);
  if (text === undefined || display === undefined) {
    context.lose(node, 'narrowed');
    context.report('type-unsupported', node);
    return undefined;
  }
  const said = collapse(context.take(display));
  return label ? `${collapse(context.take(label))}: ${said}` : said;
}

/** Only a qualifier's words are kept: its codes are narrowed away. */
function withholdCodes(node: Node, context: Context): void {
  for (const part of [child(node, 'name'), child(node, 'value')]) {
    if (part === undefined) continue;
    if (isMasked(part, context)) withhold(part, context);
    for (const attributeName of ['code', 'codeSystem', 'codeSystemName']) {
      context.lose(filled(part, attributeName), 'narrowed');
    }
  }
}
