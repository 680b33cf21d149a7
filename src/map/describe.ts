/** Readable locations: element, template and section names, never a value of the document. */
import { attribute, child, isLeaf, type Leaf, type Node, peek } from '../read/node.js';
import { STATEMENTS } from './select.js';
import type { Mappings } from './table.js';

/** Containers every body path would begin with. */
const SILENT = new Set(['ClinicalDocument', 'component', 'structuredBody']);

/**
 * Gives `section[Allergies]/entry/act[AllergyConcernAct]/effectiveTime/low/@value` for a leaf or element. One per
 * run: it remembers what it has said of elements still alive.
 */
export function createDescriber(mappings: Mappings): (item: Leaf | Node) => string {
  const names = new Map<string, string>();
  for (const [name, oids] of mappings.templates) for (const oid of oids) if (!names.has(oid)) names.set(oid, name);
  const known = new WeakMap<Node, string>();

  function describe(node: Node): string {
    const there = known.get(node);
    if (there !== undefined) return there;
    const above = node.parent ? describe(node.parent) : '';
    const silent =
      SILENT.has(node.name) && (node.parent === undefined || SILENT.has(node.parent.name) || node.name !== 'component');
    const own = silent ? '' : `${spell(node.name)}${label(node)}`;
    const path = above && own ? `${above}/${own}` : above || own;
    known.set(node, path);
    return path;
  }

  function label(node: Node): string {
    if (node.name === 'section') return `[${sectionName(node)}]`;
    if (STATEMENTS.has(node.name)) {
      const name = templateName(node);
      return name ? `[${name}]` : '';
    }
    const type = node.name === 'entryRelationship' || node.name === 'participant' ? peek(node, 'typeCode') : undefined;
    return type && /^[A-Z]{2,6}$/.test(type) ? `[${type}]` : '';
  }

  function templateName(node: Node): string | undefined {
    for (const item of node.content) {
      if (isLeaf(item) || item.name !== 'templateId') continue;
      const name = names.get(peek(item, 'root')?.trim() ?? '');
      if (name) return name;
    }
    return undefined;
  }

  function sectionName(node: Node): string {
    const code = child(node, 'code');
    const known = code && mappings.sections.get(attribute(code, 'code')?.value.trim() ?? '');
    return known?.name ?? templateName(node) ?? 'other';
  }

  return (item) => {
    if (!isLeaf(item)) return describe(item);
    const above = describe(item.owner);
    const own = item.name.startsWith('@') ? `@${spell(item.name.slice(1))}` : `${item.name.replace('#', '')}()`;
    return above ? `${above}/${own}` : own;
  };
}

/** A name from a foreign namespace could be anything: it is not repeated. */
function spell(name: string): string {
  if (name.startsWith('{')) return 'foreign';
  return /^[\w:.-]{1,64}$/.test(name) ? name : 'foreign';
}
