/** Lists for what the entries of a section became, beyond what a Composition names itself. */
import type { Assembly } from './assemble/assembly.js';
import type { Json, JsonObject } from './fhir/json.js';
import type { Draft, Pending } from './map/draft.js';

export interface Lists {
  /** Adds a reference. One that has its value and is in the List already is passed over. */
  add(pending: Pending): void;
  /** The section is complete. */
  close(): void;
}

/** Entries of one List. */
const MOST_LISTED = 10_000;

/**
 * Each List goes to the assembly as soon as it is full, so that memory does not follow the number of entries.
 * @param owner the Composition
 * @param section number of the section in its document: ids of the Lists follow from it
 * @param entries the section's entries, which name the Lists
 */
export function createLists(assembly: Assembly, owner: Draft, section: number, entries: Json[]): Lists {
  let pendings: Pending[] = [];
  let known = new Set<Json>();
  let number = 0;

  function close(): void {
    if (pendings.length === 0) return;
    const name = [owner.settled, section, ++number].join('\n');
    const list = createList(owner.resource, number, pendings);
    entries.push({ reference: assembly.putNamed(name, list, pendings) });
    pendings = [];
    known = new Set();
  }

  return {
    add(pending) {
      const { reference } = pending.holder;
      if (reference !== undefined && known.has(reference)) return;
      if (reference !== undefined) known.add(reference);
      pendings.push(pending);
      if (pendings.length >= MOST_LISTED) close();
    },
    close,
  };
}

function createList({ subject }: JsonObject, number: number, pendings: readonly Pending[]): JsonObject {
  return {
    resourceType: 'List',
    status: 'current',
    mode: 'snapshot',
    title: `Further entries of a section, part ${number}`,
    ...(subject && { subject }),
    entry: pendings.map(({ holder }) => ({ item: holder })),
  };
}
