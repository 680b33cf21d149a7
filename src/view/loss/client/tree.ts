/** Lines that lie inside others, and which of them show. */

export interface Tree {
  /** The line after the last one inside a line. */
  readonly end: readonly number[];
  /** The line around a line, or -1. */
  readonly above: readonly number[];
  /** Lines whose inside does not show. */
  readonly folded: Set<number>;
}

/** The tree of lines that tell how deep they lie. */
export function createTree(depths: readonly number[]): Tree {
  const end = depths.map(() => depths.length);
  const above = depths.map(() => -1);
  const open: number[] = [];
  depths.forEach((depth, line) => {
    while (open.length > 0 && (depths[open[open.length - 1] ?? 0] ?? 0) >= depth) end[open.pop() ?? 0] = line;
    above[line] = open[open.length - 1] ?? -1;
    open.push(line);
  });
  return { end, above, folded: new Set() };
}

export const hasInside = (tree: Tree, line: number): boolean => (tree.end[line] ?? 0) > line + 1;

/** Shows what hides a line. */
export function unfold({ above, folded }: Tree, line: number): void {
  for (let at = above[line] ?? -1; at >= 0; at = above[at] ?? -1) folded.delete(at);
}

/** Folds an open line, and unfolds a folded one. */
export function toggle({ folded }: Tree, line: number): void {
  if (!folded.delete(line)) folded.add(line);
}

/** Lines to show: all that are not folded away; with a filter those that match, and what they stand in. */
export function filterLines(tree: Tree, matches: ((line: number) => boolean) | undefined): number[] {
  return matches ? matchingLines(tree, matches) : openLines(tree);
}

function openLines({ end, folded }: Tree): number[] {
  const shown: number[] = [];
  for (let line = 0; line < end.length; line++) {
    shown.push(line);
    if (folded.has(line)) line = (end[line] ?? line + 1) - 1;
  }
  return shown;
}

function matchingLines({ end, above }: Tree, matches: (line: number) => boolean): number[] {
  const wanted = new Uint8Array(end.length);
  for (let line = 0; line < end.length; line++) {
    if (!matches(line)) continue;
    for (let at = line; at >= 0 && !wanted[at]; at = above[at] ?? -1) wanted[at] = 1;
  }
  return [...end.keys()].filter((line) => wanted[line]);
}
