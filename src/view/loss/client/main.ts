/** The script of the loss page: the document on one side, its resources on the other. */
import { need, onKey, readData } from '../../client/dom.js';
import { createList } from '../../client/list.js';
import type { PageData } from '../data.js';
import { type Chooser, createChooser } from './choose.js';
import { addRules, addSections, addStates } from './controls.js';
import { createFilter } from './filter.js';
import { toSourceRow, toTargetRow } from './rows.js';
import { createState, isLost } from './state.js';
import { createText } from './text.js';
import { filterLines, hasInside, toggle } from './tree.js';

const ROW_HEIGHT = 24;

const state = createState(readData<PageData>());
const filter = createFilter(state, restart);
const panes = { source: need('#source'), target: need('#target') };
const actions = {
  chooseLeaf: (line: number, leaf: number): void => chooser.chooseLeaf(line, leaf),
  chooseTarget: (line: number): void => chooser.chooseTarget(line),
  fold(tree: typeof state.source, line: number): void {
    toggle(tree, line);
    update();
  },
};
const common = { scrolls: 'pane', heightOf: () => ROW_HEIGHT } as const;
const lists = {
  source: createList({ ...common, pane: panes.source, row: (line) => toSourceRow(state, filter, line, actions) }),
  target: createList({ ...common, pane: panes.target, row: (line) => toTargetRow(state, filter, line, actions) }),
};
const chooser: Chooser = createChooser(state, filter, lists, update, () => showBeside('target'));
const text = createText(state, actions.chooseLeaf);

function update(): void {
  const active = filter.isActive();
  const words = filter.words();
  text.follow();
  lists.source.show(filterLines(state.source, active ? filter.matches : undefined));
  const has = (line: number): boolean => {
    const [, key, value] = state.data.target[line] ?? [0, '', ''];
    return `${key} ${value}`.toLowerCase().includes(words);
  };
  lists.target.show(filterLines(state.target, words === '' ? undefined : has));
  const hits = active ? state.data.source.filter((_, line) => filter.matches(line)).length : 0;
  panes.source.classList.toggle('none', active && hits === 0);
  need('#hits').textContent = active ? `${hits} ${hits === 1 ? 'line' : 'lines'}` : '';
}

/** After a filter has changed, what fits is shown from its start. */
function restart(): void {
  for (const pane of Object.values(panes)) pane.scrollTop = 0;
  update();
}

function clear(): void {
  filter.clear();
  update();
  if (state.place) lists.source.reveal(state.place[0]);
}

/** What can be folded away: the narrative, the sections, the parts of the header; the resources. */
function isHead(line: number): boolean {
  const [depth, label] = state.data.source[line] ?? [0, ''];
  if (!hasInside(state.source, line)) return false;
  return label.startsWith('section[') || label === 'text' || (depth === 1 && label !== 'component');
}

function foldAll(fold: boolean): void {
  for (const { folded } of [state.source, state.target]) folded.clear();
  if (fold) {
    for (const line of state.data.source.keys()) if (isHead(line)) state.source.folded.add(line);
    for (const [line, [depth]] of state.data.target.entries()) if (depth === 0) state.target.folded.add(line);
  }
  update();
}

/** Folds what the selected leaf stands in. */
function foldAbove(): void {
  const at = state.place ? (state.source.above[state.place[0]] ?? -1) : -1;
  if (at < 0) return;
  state.source.folded.add(at);
  update();
  lists.source.reveal(at);
}

const stepLost = (forward: boolean): void => chooser.step(forward, (leaf) => isLost(state, leaf));
const KEYS: Readonly<Record<string, () => void>> = {
  n: () => stepLost(true),
  p: () => stepLost(false),
  ArrowDown: () => chooser.step(true, () => true),
  ArrowUp: () => chooser.step(false, () => true),
  ArrowLeft: foldAbove,
  Enter: chooser.goToTarget,
  '/': () => filter.search.focus(),
  Escape: clear,
};

/** The resources, or the text, beside the document. */
function showBeside(wanted: string): void {
  for (const side of ['target', 'text']) {
    const tab = need<HTMLButtonElement>(`#show-${side}`);
    tab.setAttribute('aria-selected', String(side === wanted));
    tab.tabIndex = side === wanted ? 0 : -1;
  }
  panes.target.hidden = wanted !== 'target';
  text.show(wanted === 'text');
  lists.target.draw();
}

addStates(state, restart);
addSections(state);
addRules(state);
for (const [id, act] of Object.entries({
  '#clear': clear,
  '#show-target': () => showBeside('target'),
  '#show-text': () => showBeside('text'),
  '#unfold': () => foldAll(false),
  '#fold': () => foldAll(true),
  '#next': () => stepLost(true),
  '#previous': () => stepLost(false),
}))
  need(id).addEventListener('click', act);
need('.sides').addEventListener('keydown', (event) => {
  if (event.key !== 'ArrowLeft' && event.key !== 'ArrowRight') return;
  event.stopPropagation();
  showBeside(panes.target.hidden ? 'target' : 'text');
  need('.sides [aria-selected=true]').focus();
});
onKey((key, { target }) => {
  const act = KEYS[key];
  if (!act) return false;
  if (target instanceof HTMLElement) target.blur();
  act();
  return true;
});
foldAll(true);
