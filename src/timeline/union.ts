/** Disjoint sets: which of n things are one. The smallest number of a set is its root. */
export interface Union {
  find(index: number): number;
  /** Makes the sets of both one; returns its root. */
  join(one: number, other: number): number;
}

export function createUnion(size: number): Union {
  const parents = Array.from({ length: size }, (_, index) => index);

  function find(index: number): number {
    let root = index;
    for (let up = parents[root]; up !== undefined && up !== root; up = parents[root]) root = up;
    for (let at = index; at !== root; ) {
      const next = parents[at] ?? root;
      parents[at] = root;
      at = next;
    }
    return root;
  }

  return {
    find,
    join(one, other) {
      const [a, b] = [find(one), find(other)];
      const [low, high] = a < b ? [a, b] : [b, a];
      parents[high] = low;
      return low;
    },
  };
}
