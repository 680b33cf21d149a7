/** What the reader wants to see of the timeline. */
import type { LineKind } from '../../../timeline/model.js';
import { createHaystack, type History, type Item, isNewSince } from './history.js';

export interface Choice {
  words: string;
  /** Empty: all of them. */
  readonly kinds: Set<LineKind>;
  readonly standings: Set<string>;
  readonly sources: Set<string>;
  outOfRange: boolean;
  conflicts: boolean;
  /** A day, or empty. */
  since: string;
}

export const createChoice = (since = ''): Choice => ({
  words: '',
  kinds: new Set(),
  standings: new Set(),
  sources: new Set(),
  outOfRange: false,
  conflicts: false,
  since,
});

/** Wants everything again. */
export function clearChoice(choice: Choice): void {
  choice.words = '';
  for (const picked of [choice.kinds, choice.standings, choice.sources]) picked.clear();
  choice.outOfRange = false;
  choice.conflicts = false;
  choice.since = '';
}

export const isFiltering = (choice: Choice): boolean =>
  choice.words !== '' ||
  choice.kinds.size + choice.standings.size + choice.sources.size > 0 ||
  choice.outOfRange ||
  choice.conflicts ||
  choice.since !== '';

/** @returns a function that says of each item, by its place, whether it is wanted */
export function createFilter(history: History): (choice: Choice) => Uint8Array {
  const haystack = createHaystack(history);
  return (choice) => {
    const words = choice.words.toLowerCase().split(/\s+/).filter(Boolean);
    const wanted = new Uint8Array(history.items.length);
    for (const item of history.items)
      if (isPicked(item, choice, history) && (words.length === 0 || hasAll(haystack(item), words)))
        wanted[item.place] = 1;
    return wanted;
  };
}

function isPicked(item: Item, choice: Choice, history: History): boolean {
  const { line, standing } = item;
  if (choice.kinds.size > 0 && !choice.kinds.has(line.kind)) return false;
  if (choice.standings.size > 0 && !choice.standings.has(standing)) return false;
  if (choice.sources.size > 0 && !line.sources.some((id) => choice.sources.has(id))) return false;
  if (choice.outOfRange && !line.value?.outOfRange) return false;
  if (choice.conflicts && !line.conflict) return false;
  return choice.since === '' || isNewSince(item, history, choice.since);
}

const hasAll = (text: string, words: readonly string[]): boolean => words.every((word) => text.includes(word));
