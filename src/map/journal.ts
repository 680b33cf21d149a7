/** Touches of leaves until they are committed: triples of leaf, rank and rule, in one array that is used again. */

export interface Journal {
  /** Number of touches: a point to roll back to. */
  readonly height: number;
  add(leaf: number, rank: number, rule: number): void;
  /** Forgets the touches from `height` on. */
  cut(height: number): void;
  /** Tells each touch from `height` on, oldest first. */
  tell(height: number, tellOne: (leaf: number, rank: number, rule: number) => void): void;
  /** True if the leaf was touched from `height` on; with `rank`, by a touch of that rank. */
  has(leaf: number, height: number, rank?: number): boolean;
}

/** A plain array gives its room back when it is emptied and takes it again, touch by touch, at the next statement. */
export function createJournal(): Journal {
  let touches = new Int32Array(3 * 256);
  const journal = {
    height: 0,
    add(leaf: number, rank: number, rule: number): void {
      const end = journal.height * 3;
      if (end === touches.length) {
        const larger = new Int32Array(end * 2);
        larger.set(touches);
        touches = larger;
      }
      touches[end] = leaf;
      touches[end + 1] = rank;
      touches[end + 2] = rule;
      journal.height++;
    },
    cut(height: number): void {
      if (height < journal.height) journal.height = height;
    },
    tell(height: number, tellOne: (leaf: number, rank: number, rule: number) => void): void {
      const end = journal.height * 3;
      for (let at = height * 3; at < end; at += 3)
        tellOne(touches[at] ?? -1, touches[at + 1] ?? 0, touches[at + 2] ?? 0);
    },
    has(leaf: number, height: number, rank?: number): boolean {
      const end = journal.height * 3;
      for (let at = height * 3; at < end; at += 3)
        if (touches[at] === leaf && (rank === undefined || touches[at + 1] === rank)) return true;
      return false;
    },
  };
  return journal;
}
