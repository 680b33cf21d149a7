/** Selecting a piece of data on one side, and finding it on the other. */
import { need } from '../../client/dom.js';
import type { List } from '../../client/list.js';
import type { LeafData } from '../data.js';
import type { Filter } from './filter.js';
import { sayLeaf, sayNothing } from './inspector.js';
import { elementOf, isElement, isMarked, type State, WHOLE } from './state.js';
import { toggle, unfold } from './tree.js';

export interface Chooser {
  /** Selects a leaf, and shows where it went. */
  chooseLeaf(line: number, leaf: number): void;
  /** Selects what a line of a resource was made of; again: the next piece. The resource's own line folds. */
  chooseTarget(line: number): void;
  /** Shows the resource the selected leaf went into. */
  goToTarget(): void;
  /** Selects the next leaf after, or before, the selected one for which a test holds, among the lines not filtered out. */
  step(forward: boolean, test: (leaf: LeafData) => boolean): void;
}

/** @param lists the two sides; @param update draws both; @param uncover brings the resources to the front */
export function createChooser(
  state: State,
  filter: Filter,
  lists: { readonly source: List; readonly target: List },
  update: () => void,
  uncover: () => void,
): Chooser {
  const { source, target } = state.data;
  const inspector = need('#inspector');
  let turn = 0;

  function select(line: number, index: number): boolean {
    const at = source[line];
    const leaf = at?.[3][index];
    if (!at || !leaf) return false;
    state.place = [line, index];
    state.marked = leaf[4] >= 0 ? [leaf[4], elementOf(state, leaf)] : undefined;
    // What a filter hides could not be shown.
    if (filter.isActive() && !filter.matches(line)) filter.clear();
    unfold(state.source, line);
    inspector.replaceChildren(...sayLeaf(state.data, at, leaf, goToTarget));
    update();
    lists.source.reveal(line);
    return true;
  }

  function chooseLeaf(line: number, index: number): void {
    if (select(line, index)) showTarget();
  }

  function goToTarget(): void {
    uncover();
    showTarget();
  }

  function showTarget(): void {
    if (!state.marked) return;
    const [resource, element] = state.marked;
    const head = target.findIndex((line) => line[3] === resource);
    if (head < 0) return;
    const own = target.findIndex(
      (line) => line[3] === resource && line[0] === 1 && line[4] && isElement(line[4], element),
    );
    state.target.folded.delete(head);
    update();
    lists.target.reveal(own < 0 ? head : own);
  }

  function chooseTarget(line: number): void {
    const [depth, , , resource, element] = target[line] ?? [0, '', '', -1, ''];
    const wanted = [resource, depth === 0 ? WHOLE : element] as const;
    if (depth === 0) toggle(state.target, line);
    turn = state.marked?.[0] === wanted[0] && state.marked[1] === wanted[1] ? turn + 1 : 0;
    state.marked = wanted;
    const found = source.flatMap((at, number) =>
      at[3].flatMap((leaf, index) => (isMarked(state, leaf) ? [[number, index] as const] : [])),
    );
    const hit = found[turn % Math.max(found.length, 1)];
    if (hit) select(...hit);
    else inspector.replaceChildren(sayNothing());
    state.marked = wanted;
    update();
    lists.target.reveal(line);
  }

  const leavesAt = (line: number): readonly LeafData[] =>
    !filter.isActive() || filter.matches(line) ? (source[line]?.[3] ?? []) : [];

  function step(forward: boolean, test: (leaf: LeafData) => boolean): void {
    const by = forward ? 1 : -1;
    const [start, from] = state.place ?? [forward ? -1 : source.length, 0];
    for (let line = start; line >= -1 && line <= source.length; line += by) {
      const places = [...leavesAt(line).entries()].filter(([, leaf]) => test(leaf)).map(([index]) => index);
      const beyond = line === start ? places.filter((index) => (forward ? index > from : index < from)) : places;
      const next = beyond.at(forward ? 0 : -1);
      if (next === undefined) continue;
      chooseLeaf(line, next);
      return;
    }
  }

  return { chooseLeaf, chooseTarget, goToTarget, step };
}
