/** What the reader of the page has chosen, and what that means for a leaf. */
import type { LeafData, PageData } from '../data.js';
import { createTree, type Tree } from './tree.js';

/** All of a resource, where otherwise one of its elements is named (`` for none in particular). */
export const WHOLE = '*';

export interface State {
  readonly data: PageData;
  readonly source: Tree;
  readonly target: Tree;
  /** Indices of the states shown; none: all. */
  readonly picked: Set<number>;
  /** The leaf that is selected. */
  place: readonly [line: number, leaf: number] | undefined;
  /** The resource and element that are marked on both sides. */
  marked: readonly [resource: number, element: string] | undefined;
}

export const createState = (data: PageData): State => ({
  data,
  source: createTree(data.source.map(([depth]) => depth)),
  target: createTree(data.target.map(([depth]) => depth)),
  picked: new Set(),
  place: undefined,
  marked: undefined,
});

/** Whether a key of a resource is an element: `onset[x]` is also `onsetDateTime`. */
export const isElement = (key: string, element: string): boolean =>
  element === WHOLE || key === element || (element.endsWith('[x]') && key.startsWith(element.slice(0, -3)));

/** The element of a resource a leaf went into. */
export const elementOf = ({ data }: State, leaf: LeafData): string => data.rules[leaf[3]]?.[1] ?? '';

/** Whether a leaf went into what is marked. */
export function isMarked(state: State, leaf: LeafData): boolean {
  const { marked } = state;
  if (marked === undefined || leaf[4] !== marked[0]) return false;
  return marked[1] === WHOLE || (marked[1] !== '' && isElement(marked[1], elementOf(state, leaf)));
}

/** Whether a leaf is lost. */
export const isLost = ({ data }: State, leaf: LeafData): boolean => data.states[leaf[2]]?.lost === true;

/** Leaves kept and lost in a range of lines: `12 copied, 3 lost` for what is folded away. */
export function countLeaves(state: State, from: number, to: number): { kept: number; lost: number } {
  const counts = { kept: 0, lost: 0 };
  for (const [, , , leaves] of state.data.source.slice(from, to))
    for (const leaf of leaves) counts[isLost(state, leaf) ? 'lost' : 'kept']++;
  return counts;
}
