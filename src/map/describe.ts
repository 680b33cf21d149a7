/** Readable locations: element, template and section names, never a value of the document. */
import { attribute, child, isLeaf, type Leaf, type Node, peek } from '../read/node.js';
import { STATEMENTS } from './statements.js';
import type { Mappings } from './table.js';
import { VOCABULARY } from './vocabulary.js';

/** Containers every body path would begin with. */
const SILENT = new Set(['ClinicalDocument', 'component', 'structuredBody']);

/** Type codes of relationships and participations; what is none of them is not repeated. */
const TYPES = new Set(
  'CAUS COMP GEVL MFST REFR RSON SAS SPRT SUBJ XCRPT OPTN STRT APND RPLC XFRM AUT INF CSM DEV DIR DST LOC PRD PRF PPRF SPRF RCT RCV REF REFB REFT IND VRF ENT HLD NOT ORG NRD RDV TPA TRC VIA BBY BEN CAGNT COV GUAR SBJ SPC ESC CALLBCK DIST DON EXPART LA RESP PRCN REL DOC CST FLFS AUTH OWN MANU DRIV ATND CON CONSL DIS ADM PATSBJ IRCP'.split(
    ' ',
  ),
);

/** How locations are spelled; made once for the mappings. */
export interface Names {
  /** The element's own part of a path, with template, section or relationship name; empty for silent containers. */
  segment(node: Node): string;
  /** `@value` or `text()`. */
  leaf(leaf: Leaf): string;
  /** False for a section of no known kind, and for a statement with templates of which none is known. */
  isKnown(node: Node): boolean;
}

export function createNames(mappings: Mappings): Names {
  const templates = new Map<string, string>();
  for (const [name, oids] of mappings.templates)
    for (const oid of oids) if (!templates.has(oid)) templates.set(oid, name);

  function label(node: Node): string {
    if (node.name === 'section') return `[${sectionName(node) ?? 'other'}]`;
    if (STATEMENTS.has(node.name)) {
      const name = templateName(node);
      return name ? `[${name}]` : '';
    }
    const type = node.name === 'entryRelationship' || node.name === 'participant' ? peek(node, 'typeCode') : undefined;
    return type && TYPES.has(type) ? `[${type}]` : '';
  }

  function templateName(node: Node): string | undefined {
    for (const item of node.content) {
      if (isLeaf(item) || item.name !== 'templateId') continue;
      const name = templates.get(peek(item, 'root')?.trim() ?? '');
      if (name) return name;
    }
    return undefined;
  }

  function sectionName(node: Node): string | undefined {
    const code = child(node, 'code');
    const known = code && mappings.sections.get(attribute(code, 'code')?.value.trim() ?? '');
    return known?.name ?? templateName(node);
  }

  return {
    isKnown(node) {
      if (node.name === 'section') return sectionName(node) !== undefined;
      return child(node, 'templateId') === undefined || templateName(node) !== undefined;
    },
    segment: (node) => (isSilent(node) ? '' : `${spell(node.name)}${label(node)}`),
    leaf: (leaf) => (leaf.name.startsWith('@') ? `@${spell(leaf.name.slice(1))}` : `${leaf.name.replace('#', '')}()`),
  };
}

function isSilent(node: Node): boolean {
  if (!SILENT.has(node.name)) return false;
  return (
    node.parent === undefined ||
    SILENT.has(node.parent.name) ||
    (node.name === 'component' && node.parent.name === 'section')
  );
}

/**
 * Gives `section[Allergies]/entry/act[AllergyConcernAct]/effectiveTime/low/@value` for a leaf or element. One per
 * run: it remembers what it has said of elements still alive.
 */
export function createDescriber(names: Names): (item: Leaf | Node) => string {
  const known = new WeakMap<Node, string>();
  const join = (above: string, own: string): string => (above && own ? `${above}/${own}` : above || own);

  function describe(node: Node): string {
    const there = known.get(node);
    if (there !== undefined) return there;
    const path = join(node.parent ? describe(node.parent) : '', names.segment(node));
    known.set(node, path);
    return path;
  }

  return (item) => (isLeaf(item) ? join(describe(item.owner), names.leaf(item)) : describe(item));
}

/** A name from a foreign namespace, or one CDA does not know, could be anything: it is not repeated. */
function spell(name: string): string {
  if (name.startsWith('{')) return 'foreign';
  return VOCABULARY.has(name) ? name : 'unknown';
}
