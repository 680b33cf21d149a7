/** Names like the one that was asked for. */

/** Number of insertions, deletions and replacements between two words. */
export function distance(one: string, other: string): number {
  let row = Array.from({ length: other.length + 1 }, (_, index) => index);
  for (let at = 0; at < one.length; at++) {
    const next = [at + 1];
    for (let to = 0; to < other.length; to++) {
      const replaced = (row[to] ?? 0) + (one[at] === other[to] ? 0 : 1);
      next.push(Math.min(replaced, (row[to + 1] ?? 0) + 1, (next[to] ?? 0) + 1));
    }
    row = next;
  }
  return row[other.length] ?? 0;
}

/**
 * The names most like the wanted one, best first: those that hold it, those that hold its last part, those spelled
 * nearly the same.
 */
export function findNearest(wanted: string, names: readonly string[], most = 6): string[] {
  const word = wanted.toLowerCase();
  const last = word.split('.').at(-1) ?? word;
  const score = (name: string): number => {
    const low = name.toLowerCase();
    const spelled = distance(word, low);
    const lastSpelled = distance(last, low.split('.').at(-1) ?? low);
    if (word.length > 2 && low.includes(word)) return spelled / 10;
    const sameTable = word.includes('.') && low.split('.')[0] === word.split('.')[0];
    return Math.min(spelled, lastSpelled <= 2 ? lastSpelled + 2 : spelled, sameTable ? 1.5 * lastSpelled + 1 : spelled);
  };
  return names
    .map((name) => ({ name, score: score(name) }))
    .filter((item) => item.score <= Math.max(3, wanted.length / 3))
    .sort((one, other) => one.score - other.score || (one.name < other.name ? -1 : 1))
    .slice(0, most)
    .map(({ name }) => name);
}
