/** What adds to a resource that is known by its identifiers only and has not come yet. */
import type { Draft, LinkedBase } from '../map/draft.js';

export interface Addition {
  readonly draft: Draft;
  readonly base: LinkedBase;
}

export interface Waiting {
  /** @returns the one that has waited longest, if there are too many now: it waits no more */
  add(addition: Addition): Addition | undefined;
  /** Those that wait for one of the keys; they wait no more. */
  take(keys: readonly string[]): readonly Addition[];
  /** All that are left; they wait no more. */
  drain(): readonly Addition[];
}

/** @param most how many wait at a time: memory does not follow a document that refers to what it does not have */
export function createWaiting(most: number): Waiting {
  const all = new Set<Addition>();
  const byKey = new Map<string, Set<Addition>>();

  function remove(addition: Addition): void {
    all.delete(addition);
    for (const key of addition.base.link.keys) {
      const others = byKey.get(key);
      others?.delete(addition);
      if (others?.size === 0) byKey.delete(key);
    }
  }

  function takeAll(found: Iterable<Addition>): readonly Addition[] {
    const taken = [...new Set(found)];
    taken.forEach(remove);
    return taken;
  }

  return {
    add(addition) {
      all.add(addition);
      for (const key of addition.base.link.keys) byKey.set(key, (byKey.get(key) ?? new Set()).add(addition));
      const [oldest] = all.size > most ? all : [];
      if (oldest) remove(oldest);
      return oldest;
    },
    take: (keys) => (all.size === 0 ? [] : takeAll(keys.flatMap((key) => [...(byKey.get(key) ?? [])]))),
    drain: () => takeAll(all),
  };
}
