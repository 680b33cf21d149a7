/** One line of the document, or of a resource, as an element. */
import { button, make, set } from '../../client/dom.js';
import type { LeafData, PageData } from '../data.js';
import type { Filter } from './filter.js';
import { countLeaves, isElement, isMarked, type State } from './state.js';
import { hasInside, type Tree } from './tree.js';

export interface RowActions {
  chooseLeaf(line: number, leaf: number): void;
  chooseTarget(line: number): void;
  fold(tree: Tree, line: number): void;
}

const LONGEST = 300;

export function toSourceRow(state: State, filter: Filter, line: number, actions: RowActions): HTMLElement {
  const [depth, label, , leaves] = state.data.source[line] ?? [0, '', 0, []];
  const row = toRow(label.startsWith('section[') ? 'row section' : 'row', depth);
  const name = make('span', 'name', label.replace(/\[(.*)\]$/, ' $1'));
  row.append(toFolder(state.source, filter, line, actions), name);
  leaves.forEach((leaf, index) => {
    const chip = toChip(state.data, leaf);
    if (filter.isActive() && !filter.fits(leaf, label)) chip.classList.add('dim');
    if (state.place?.[0] === line && state.place[1] === index) chip.classList.add('here');
    else if (isMarked(state, leaf)) chip.classList.add('marked');
    chip.addEventListener('click', (event) => {
      event.stopPropagation();
      actions.chooseLeaf(line, index);
    });
    row.append(chip);
  });
  if (state.source.folded.has(line) && !filter.isActive()) row.append(...sayFolded(state, line));
  row.addEventListener('click', () => {
    if (hasInside(state.source, line)) actions.fold(state.source, line);
  });
  return row;
}

export function toTargetRow(state: State, filter: Filter, line: number, actions: RowActions): HTMLElement {
  const [depth, key, value, resource, element] = state.data.target[line] ?? [0, '', '', -1, ''];
  const row = toRow(depth === 0 ? 'row resource' : 'row', depth);
  const text = value.slice(0, LONGEST);
  row.append(toFolder(state.target, filter, line, actions), make('span', 'name', key), make('span', 'text', text));
  const { marked } = state;
  if (marked?.[0] === resource && (depth === 0 || isElement(element, marked[1]))) row.classList.add('marked');
  row.title = text;
  row.addEventListener('click', () => actions.chooseTarget(line));
  return row;
}

function toRow(name: string, depth: number): HTMLElement {
  const row = make('div', name);
  row.style.paddingLeft = `${4 + Math.min(depth, 24) * 14}px`;
  return row;
}

function toFolder(tree: Tree, filter: Filter, line: number, actions: RowActions): HTMLElement {
  if (!hasInside(tree, line)) return make('span', 'fold');
  const folded = tree.folded.has(line);
  const folder = button(
    'fold',
    (event) => {
      event.stopPropagation();
      actions.fold(tree, line);
    },
    folded && !filter.isActive() ? '▸' : '▾',
  );
  folder.tabIndex = -1;
  return set(folder, { 'aria-label': folded ? 'Unfold' : 'Fold' });
}

function sayFolded(state: State, line: number): HTMLElement[] {
  const { kept, lost } = countLeaves(state, line + 1, state.source.end[line] ?? 0);
  const said = [make('span', 'count', `${kept} kept`)];
  if (lost > 0) said.push(make('span', 'count lost', `${lost} lost`));
  return said;
}

function toChip(data: PageData, [name, value, state]: LeafData): HTMLElement {
  const known = data.states[state];
  const chip = make('span', `chip s-${known?.id ?? ''}`);
  if (name.startsWith('@')) chip.append(make('i', '', `${name.slice(1)} `));
  chip.append(name === '#empty' ? '(empty)' : value.replace(/\s+/g, ' ').slice(0, 200) || '(empty)');
  chip.title = `${known?.words ?? ''}: ${name}`;
  return chip;
}
