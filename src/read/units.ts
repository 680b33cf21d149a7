/** Hands the document over unit by unit, and lets go of each as soon as it was handed over. */
import type { Ledger } from '../ledger.js';
import { type Kind, kindOf } from './kind.js';
import type { Node } from './node.js';
import { createParts } from './parts.js';
import type { DocumentHandler } from './read.js';

export interface Units {
  /** An element opens: called before it is put into its parent. */
  open(node: Node): void;
  /** An element closes: it is the last item of its parent. */
  close(node: Node): void;
  end(document: Node, complete: boolean): void;
  /** True inside a field: nobody looks at an element before it is complete. */
  readonly field: boolean;
  /** True inside a section's `text`. */
  readonly narrative: boolean;
  /** True while leaves are not to be numbered yet. */
  isWaiting(): boolean;
}

export function createUnits(handler: DocumentHandler, ledger: Ledger, maxComponents: number): Units {
  const parts = createParts(handler, ledger, maxComponents);
  const kinds: Kind[] = []; // of the open elements down to the first field
  const heights: number[] = [];
  const unopened: Node[] = []; // sections whose fields are still being read
  let document: Node | undefined;
  let headed = false;
  let late = false;
  let fields = 0; // open elements below the last kind: nothing below a field is a unit

  function openHeader(): void {
    if (!headed && document !== undefined) handler.header(document);
    headed = true;
  }

  function openSections(): void {
    for (const section of unopened) handler.openSection(section);
    unopened.length = 0;
  }

  function letGo(node: Node, height: number): void {
    node.parent?.content.pop();
    handler.release([node]);
    ledger.truncate(height);
  }

  function openField(node: Node): void {
    if (!headed || late || node.parent !== document) return;
    late = true;
    handler.report('header-late', node.line);
  }

  const opened: Partial<Record<Kind, (node: Node) => void>> = {
    document(node) {
      document = node;
    },
    section(node) {
      openHeader();
      openSections();
      unopened.push(node);
      // The wrapper is released together with its section.
      const outer = kinds.length - 2;
      if (kinds[outer] === 'component') kinds[outer] = 'wrapper';
    },
    narrative() {
      units.narrative = true;
    },
    entry(node) {
      openHeader();
      openSections();
      parts.openEntry(node);
    },
    organizer: parts.openOrganizer,
    part: parts.openComponent,
  };

  const closed: Partial<Record<Kind, (node: Node, height: number) => void>> = {
    section(node, height) {
      openSections();
      handler.closeSection(node);
      if (kinds[kinds.length - 1] !== 'wrapper') letGo(node, height);
    },
    wrapper(node, height) {
      if (node.content.some((item) => 'content' in item && item.name === 'section')) letGo(node, height);
    },
    narrative() {
      units.narrative = false;
    },
    entry(node, height) {
      handler.statement(node, { index: parts.index, last: true });
      letGo(node, height);
    },
    part: parts.closeComponent,
  };

  const units = {
    field: false,
    narrative: false,
    open(node: Node): void {
      if (fields > 0) {
        fields++;
        return;
      }
      const kind = kindOf(node.name, kinds[kinds.length - 1]);
      if (kind === 'field') {
        fields = 1;
        units.field = true;
        openField(node);
        return;
      }
      kinds.push(kind);
      heights.push(ledger.height);
      opened[kind]?.(node);
    },
    close(node: Node): void {
      if (fields > 0) {
        fields--;
        units.field = fields > 0;
        return;
      }
      const kind = kinds.pop();
      const height = heights.pop() ?? 0;
      if (kind !== undefined) closed[kind]?.(node, height);
    },
    end(node: Node, complete: boolean): void {
      openHeader();
      handler.end(node, complete);
      handler.release([node]);
      ledger.truncate(0);
    },
    isWaiting: (): boolean => parts.waiting,
  };
  return units;
}
