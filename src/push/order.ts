/** In which order resources can be sent: what is referred to first, what refers to each other together. */

/** What ordering needs of a resource. */
export interface Node {
  /** `Type/id`. */
  readonly key: string;
  /** Keys it refers to; those of resources that are not in the list are of no account. */
  readonly references: readonly string[];
}

interface Visit {
  readonly node: number;
  /** How many of its references were looked at. */
  next: number;
}

/**
 * The strongly connected components of the graph of references, targets before what refers to them (Tarjan 1972, with a
 * stack of its own: chains of references may be longer than the call stack).
 * @returns groups in sending order; each must be sent as one, within it the order is that of the input
 */
export function groupByReference<T extends Node>(nodes: readonly T[]): T[][] {
  const places = new Map(nodes.map(({ key }, place) => [key, place]));
  const order = new Int32Array(nodes.length).fill(-1);
  const low = new Int32Array(nodes.length);
  const open = new Uint8Array(nodes.length);
  const stack: number[] = [];
  const groups: T[][] = [];
  let count = 0;

  function enter(node: number): Visit {
    order[node] = low[node] = count++;
    open[node] = 1;
    stack.push(node);
    return { node, next: 0 };
  }

  /** A node from which nothing earlier is reached closes the group that lies above it on the stack. */
  function leave(node: number): void {
    if (low[node] !== order[node]) return;
    const members = stack.splice(stack.lastIndexOf(node));
    for (const member of members) open[member] = 0;
    groups.push(members.sort((one, other) => one - other).flatMap((member) => nodes[member] ?? []));
  }

  for (let root = 0; root < nodes.length; root++) {
    if (order[root] !== -1) continue;
    const path = [enter(root)];
    for (let visit = path.at(-1); visit; visit = path.at(-1)) {
      const reference = nodes[visit.node]?.references[visit.next++];
      if (reference === undefined) {
        path.pop();
        leave(visit.node);
        const above = path.at(-1);
        if (above) lower(above.node, low[visit.node]);
        continue;
      }
      const target = places.get(reference);
      if (target === undefined) continue;
      if (order[target] === -1) path.push(enter(target));
      else if (open[target] === 1) lower(visit.node, order[target]);
    }
  }
  return groups;

  function lower(node: number, value = 0): void {
    low[node] = Math.min(low[node] ?? 0, value);
  }
}
