/** The sections being read: their place in the Composition, their narrative by ID, what came of their entries. */

import type { Assembly } from './assemble/assembly.js';
import { fillSection } from './assemble/settle.js';
import type { SectionSummary } from './event.js';
import { type JsonObject, listAt } from './fhir/json.js';
import { type Ledger, RANK } from './ledger.js';
import { type Draft, type Pending, SETTLED } from './map/draft.js';
import { child, children, isLeaf, type Node, peek, visitLeaves } from './read/node.js';
import { createLists, type Lists } from './section-lists.js';

export interface Sections {
  /** The body begins; the Composition its sections go into, if the header made one. */
  begin(composition: Draft | undefined): void;
  /** True if there is a Composition for sections to go into. */
  isKept(): boolean;
  open(section: Node): void;
  /** What an entry of the innermost section became. */
  add(drafts: readonly Draft[], counts: boolean): void;
  /** The section's own fields as mapped. */
  close(section: Node, draft: Draft | undefined): void;
  /** The narrative element with that ID, in the innermost section or one around it. */
  narrative(id: string): Node | undefined;
}

interface Open {
  readonly node: Node;
  /** Its Composition.section, filled when it closes. */
  readonly slot: JsonObject;
  readonly references: Pending[];
  lists: Lists | undefined;
  ids: Map<string, Node> | undefined;
  statements: number;
  converted: number;
}

/** Resources a Composition names itself; what comes then goes into Lists, so that neither has to hold them all. */
const MOST_NAMED = 10_000;

export interface SectionsSetup {
  readonly describe: (node: Node) => string;
  readonly ledger: Ledger;
  readonly assembly: Assembly;
  readonly section: (summary: SectionSummary) => void;
}

export function createSections(setup: SectionsSetup): Sections {
  const stack: Open[] = [];
  let composition: Draft | undefined;
  let opened = 0;
  let named = 0;

  const holder = (): JsonObject | undefined => stack[stack.length - 1]?.slot ?? composition?.resource;

  /** Adds what an entry became to the section, or to a List the section names. */
  function name(section: Open, owner: Draft, draft: Draft): void {
    // Drafts are in the assembly by now, which knows how to follow what they are called; keeping the draft itself
    // would keep its source too, to the end of the document.
    const { settled } = draft;
    const holder: JsonObject = settled === undefined ? { type: draft.resource.resourceType } : { reference: settled };
    const pending = settled === undefined ? { holder, target: draft, rule: 0 } : { holder, target: SETTLED, rule: -1 };
    if (named >= MOST_NAMED) {
      section.lists ??= createLists(setup.assembly, owner, opened, listAt(section.slot, 'entry'));
      section.lists.add(pending);
      return;
    }
    named++;
    listAt(section.slot, 'entry').push(holder);
    section.references.push(pending);
  }

  return {
    begin(draft) {
      composition = draft;
    },
    isKept: () => composition !== undefined,
    open(node) {
      opened++;
      const slot: JsonObject = {};
      const parent = holder();
      if (parent) listAt(parent, 'section').push(slot);
      stack.push({ node, slot, references: [], lists: undefined, ids: undefined, statements: 0, converted: 0 });
    },
    add(drafts, counts) {
      const section = stack[stack.length - 1];
      if (!section) return;
      if (counts) section.statements++;
      if (counts && drafts.length > 0) section.converted++;
      if (composition) for (const draft of drafts) name(section, composition, draft);
    },
    close(node, draft) {
      const section = stack.pop();
      if (!section) return;
      for (const text of children(node, 'text')) {
        visitLeaves(text, (leaf) => setup.ledger.mark(leaf.index, RANK.narrative, 0));
      }
      section.lists?.close();
      complete(section.slot, draft?.resource ?? {});
      if (composition) setup.assembly.adopt(composition, [...(draft?.references ?? []), ...section.references]);
      const code = peek(child(node, 'code') ?? node, 'code')?.trim();
      setup.section({
        path: setup.describe(node),
        // What is no LOINC code could be anything.
        ...(code && /^\d{1,6}-\d$/.test(code) && { code }),
        line: node.line,
        statements: section.statements,
        converted: section.converted,
      });
    },
    narrative(id) {
      const wanted = id.trim().replace(/^#/, '');
      for (let depth = stack.length - 1; depth >= 0; depth--) {
        const section = stack[depth];
        if (!section) continue;
        section.ids ??= indexIds(section.node);
        const found = section.ids.get(wanted);
        if (found) return found;
      }
      return undefined;
    },
  };
}

/** Puts the mapped fields first; keeps the invariants cmp-1 (some content) and cmp-2 (empty means no entries). */
function complete(slot: JsonObject, fields: JsonObject): void {
  const { section, entry } = slot;
  // Last in, first out: so the engine keeps it a plain object.
  for (const key of Object.keys(slot).reverse()) delete slot[key];
  Object.assign(slot, fields);
  if (entry) {
    slot.entry = entry;
    delete slot.emptyReason;
  }
  if (section) slot.section = section;
  fillSection(slot);
}

function indexIds(section: Node): Map<string, Node> {
  const ids = new Map<string, Node>();
  const visit = (node: Node): void => {
    const id = peek(node, 'ID')?.trim();
    if (id && !ids.has(id)) ids.set(id, node);
    for (const item of node.content) if (!isLeaf(item)) visit(item);
  };
  for (const text of children(section, 'text')) visit(text);
  return ids;
}
