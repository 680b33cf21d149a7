/** Which lines of the document the reader wants to see. */
import { need } from '../../client/dom.js';
import type { LeafData } from '../data.js';
import { releaseStates } from './controls.js';
import type { State } from './state.js';

export interface Filter {
  readonly search: HTMLInputElement;
  /** In lower case. */
  words(): string;
  isActive(): boolean;
  /** Whether a leaf of a line with this label is wanted. */
  fits(leaf: LeafData, label: string): boolean;
  matches(line: number): boolean;
  clear(): void;
}

/** Reads the fields of the page; `changed` is called when the reader changes one. */
export function createFilter(state: State, changed: () => void): Filter {
  const { data, picked } = state;
  const search = need<HTMLInputElement>('#search');
  const section = need<HTMLSelectElement>('#section');
  const rule = need<HTMLInputElement>('#rule');
  const fields = [search, section, rule];
  for (const field of fields) field.addEventListener('input', changed);

  const words = (): string => search.value.trim().toLowerCase();

  function fits(leaf: LeafData, label: string): boolean {
    if (picked.size > 0 && !picked.has(leaf[2])) return false;
    const id = data.rules[leaf[3]]?.[0] ?? '';
    if (rule.value !== '' && id !== rule.value && !id.startsWith(`${rule.value}.`)) return false;
    return words() === '' || `${leaf[1]} ${leaf[0]} ${label} ${id}`.toLowerCase().includes(words());
  }

  function isInSection(line: number): boolean {
    const from = Number(section.value);
    return section.value === '' || (line >= from && line < (state.source.end[from] ?? 0));
  }

  return {
    search,
    words,
    fits,
    isActive: () => picked.size > 0 || fields.some((field) => field.value !== ''),
    matches(line) {
      const [, label, , leaves] = data.source[line] ?? [0, '', 0, []];
      return isInSection(line) && leaves.some((leaf) => fits(leaf, label));
    },
    clear() {
      picked.clear();
      for (const field of fields) field.value = '';
      releaseStates();
    },
  };
}
