/** Cuts a long organizer into parts, so that memory does not grow with the number of its components. */
import type { Ledger } from '../ledger.js';
import { children, isLeaf, leaves, type Node } from './node.js';
import type { DocumentHandler } from './read.js';

/** Index of a leaf that gets its number when its component is complete and the part before it was handed over. */
export const UNNUMBERED = -2;

export interface Parts {
  /** True while leaves must wait for their number. */
  readonly waiting: boolean;
  /** How many parts of the entry were handed over. */
  readonly index: number;
  openEntry(entry: Node): void;
  openOrganizer(organizer: Node): void;
  openComponent(): void;
  closeComponent(component: Node): void;
}

/** @param most components of one part; twice as many if they share one time */
export function createParts(handler: DocumentHandler, ledger: Ledger, most: number): Parts {
  let entry: Node | undefined;
  let organizer: Node | undefined;
  let batch: Node[] = [];
  let floor = 0; // height below which the organizer's own leaves are
  let height = 0; // after the last component

  function handOver(component: Node): void {
    if (entry === undefined || organizer === undefined) return;
    organizer.content.pop();
    handler.statement(entry, { index: parts.index, last: false });
    parts.index++;
    handler.release(batch);
    const done = new Set<unknown>(batch);
    const kept = organizer.content.filter((item) => !done.has(item));
    organizer.content.length = 0;
    for (const item of kept) organizer.content.push(item);
    organizer.content.push(component);
    batch = [];
    ledger.truncate(floor);
  }

  const parts = {
    waiting: false,
    index: 0,
    openEntry(opened: Node): void {
      entry = opened;
      parts.index = 0;
    },
    openOrganizer(opened: Node): void {
      organizer = opened;
      batch = [];
      height = -1;
    },
    openComponent(): void {
      // A field between components stays: what is below it cannot be taken off the ledger.
      if (ledger.height !== height) floor = ledger.height;
      parts.waiting = batch.length >= most;
    },
    closeComponent(component: Node): void {
      if (parts.waiting) {
        const previous = batch[batch.length - 1];
        const sameTime = previous !== undefined && timeOf(previous) === timeOf(component);
        if (!sameTime || batch.length >= 2 * most) handOver(component);
        number(component, ledger);
        parts.waiting = false;
      }
      batch.push(component);
      height = ledger.height;
    },
  };
  return parts;
}

function number(component: Node, ledger: Ledger): void {
  numberLeaves(component.attributes, ledger);
  for (const item of component.content) {
    if (!isLeaf(item)) number(item, ledger);
    else numberLeaves([item], ledger);
  }
}

function numberLeaves(items: { index: number }[], ledger: Ledger): void {
  for (const item of items) if (item.index === UNNUMBERED) item.index = ledger.add();
}

/** The first effectiveTime of a component, written out; '' if it has none. */
function timeOf(node: Node): string {
  if (node.name === 'effectiveTime') {
    let time = '';
    for (const leaf of leaves(node)) time += `${leaf.owner.name}${leaf.name}=${leaf.value} `;
    return time;
  }
  for (const item of children(node)) {
    const time = timeOf(item);
    if (time !== '') return time;
  }
  return '';
}
