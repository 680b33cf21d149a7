/** The resources that have not left yet: by id, and how many of them count against the window. */
import type { JsonObject } from '../fhir/json.js';
import { createEntry, type Entry, isPinned } from './entry.js';

export interface Held {
  get(id: string): Entry | undefined;
  has(id: string): boolean;
  /** In the order they came. */
  all(): readonly Entry[];
  /** @param more what the entry has besides */
  add(id: string, type: string, resource: JsonObject, more?: Partial<Entry>): Entry;
  remove(entry: Entry): void;
  /** The oldest that are to leave once there are more than the window has room for: down to half of it. */
  overdue(): Generator<Entry, void>;
}

/** @param window how many are held back at most, beside those that are pinned */
export function createHeld(window: number): Held {
  const entries = new Map<string, Entry>();
  const pinned = new Map<string, number>();
  let counted = 0; // entries that are not pinned

  return {
    get: (id) => entries.get(id),
    has: (id) => entries.has(id),
    all: () => [...entries.values()],
    add(id, type, resource, more = {}) {
      const number = pinned.get(type) ?? 0;
      const entry = { ...createEntry(id, resource), pinned: isPinned(type, number), ...more };
      entries.set(id, entry);
      if (entry.pinned) pinned.set(type, number + 1);
      else counted++;
      return entry;
    },
    remove(entry) {
      entries.delete(entry.id);
      if (entry.pinned) pinned.set(entry.type, (pinned.get(entry.type) ?? 0) - 1);
      else counted--;
    },
    *overdue() {
      if (counted <= window) return;
      let excess = counted - window / 2;
      for (const entry of entries.values()) {
        if (excess <= 0) return;
        if (entry.pinned) continue;
        excess--;
        yield entry;
      }
    },
  };
}
