/** Source and resources as lines for the page. */
import type { CompositionSection, FhirResource } from 'fhir/r4.js';
import { type Json, type JsonObject, LEXICAL } from '../../fhir/json.js';
import type { Node } from '../../read/node.js';
import type { Traced } from './collect.js';
import type { LeafData, SectionText, SourceLine, TargetLine } from './data.js';

/**
 * The document as lines, in its order: each element with its attributes and first text, later texts on their own.
 * @param label how an element is called; undefined: what is in it shows without it
 * @param toData what the page knows of a leaf
 */
export function toSourceLines(
  leaves: readonly Traced[],
  label: (node: Node) => string | undefined,
  toData: (traced: Traced) => LeafData,
): SourceLine[] {
  const lines: [number, string, number, LeafData[]][] = [];
  const known = new Map<Node, { readonly line: number; readonly depth: number }>();

  function lineOf(node: Node): { readonly line: number; readonly depth: number } {
    const there = known.get(node);
    if (there) return there;
    const above = node.parent ? lineOf(node.parent).depth : -1;
    const name = label(node);
    const made = name === undefined ? { line: -1, depth: above } : { line: lines.length, depth: above + 1 };
    known.set(node, made);
    if (name !== undefined) lines.push([made.depth, name, node.line, []]);
    return made;
  }

  for (const traced of leaves) {
    if (!traced) continue;
    const { line, depth } = lineOf(traced.leaf.owner);
    const own = lines[line];
    if (own && (line === lines.length - 1 || traced.leaf.name.startsWith('@'))) own[3].push(toData(traced));
    else lines.push([depth + 1, '', traced.leaf.owner.line, [toData(traced)]]);
  }
  return lines;
}

/**
 * The sections with their text, as the Composition has it: sections there are those of the document, in its order.
 * @returns none if that does not hold, so that no text stands at a section it does not belong to
 */
export function toSectionTexts(source: readonly SourceLine[], resources: readonly FhirResource[]): SectionText[] {
  const composition = resources.find((resource) => resource.resourceType === 'Composition');
  const sections = flatten(composition?.section);
  const lines = [...source.entries()].filter(([, [, label]]) => /^section(\[|$)/.test(label)).map(([line]) => line);
  if (lines.length !== sections.length) return [];
  return sections.map(({ title = '', text }, index) => [lines[index] ?? 0, title, text?.div ?? '']);
}

const flatten = (sections: readonly CompositionSection[] = []): CompositionSection[] =>
  sections.flatMap((section) => [section, ...flatten(section.section)]);

/** A resource as lines; the first one is its type and what it is about. */
export function toTargetLines(resource: FhirResource, index: number): TargetLine[] {
  const { resourceType, ...content } = resource as unknown as JsonObject;
  const lines: TargetLine[] = [[0, String(resourceType), titleOf(content), index, '']];

  function add(key: string, value: Json | undefined, depth: number, element: string, digits?: string): void {
    if (value === undefined) return;
    if (Array.isArray(value)) {
      for (const [at, item] of value.entries()) add(value.length > 1 ? `${key} ${at + 1}` : key, item, depth, element);
    } else if (typeof value !== 'object' || value === null) {
      lines.push([depth, key, digits ?? String(value), index, element]);
    } else {
      lines.push([depth, key, '', index, element]);
      addAll(value, depth + 1, element);
    }
  }

  function addAll(object: JsonObject, depth: number, element: string): void {
    for (const [key, item] of Object.entries(object))
      add(key, item, depth, element || key.replace(/^_/, ''), object[LEXICAL]?.[key]);
  }

  addAll(content, 1, '');
  return lines;
}

/** What the resource is about, in its own words. */
function titleOf(content: JsonObject): string {
  for (const name of ['code', 'vaccineCode', 'medicationCodeableConcept', 'title', 'name', 'type', 'deviceName']) {
    const value = content[name];
    const said = wordsOf(Array.isArray(value) ? value[0] : value);
    if (said) return said;
  }
  return '';
}

function wordsOf(value: Json | undefined): string {
  if (typeof value === 'string') return value;
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return '';
  const coding = Array.isArray(value.coding) ? value.coding.map(wordsOf).find((words) => words !== '') : undefined;
  const given = Array.isArray(value.given) ? value.given.join(' ') : '';
  return String(value.text ?? value.display ?? coding ?? [given, value.family ?? ''].join(' ').trim());
}
