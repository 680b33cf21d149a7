/** The timeline: lanes of rows, of which only those in view are in the page; one of them can be walked to by keys. */
import { button, make, need, set } from '../../client/dom.js';
import { createList } from '../../client/list.js';
import { toAnswers } from './answers.js';
import { createControls } from './controls.js';
import { type Choice, createFilter } from './filter.js';
import { type History, type Item, isNewSince } from './history.js';
import { type Layout, type Row, toRows } from './lanes.js';
import { toRow } from './rows.js';
import type { Series } from './series.js';

export interface TimelineView {
  /** Shows what is chosen now. */
  update(): void;
  /** Draws what may have changed its size. */
  draw(): void;
  /** The item after, or before, another one among those shown. */
  beside(item: Item, by: 1 | -1): Item | undefined;
  /** Brings an item into view and gives it the focus. */
  focus(item: Item): void;
}

const NARROW = matchMedia('(max-width: 700px)');
/** As the style has them. */
const HEIGHTS = { head: 52, item: 64, narrow: 84 } as const;

export function createTimeline(
  history: History,
  series: readonly Series[],
  choice: Choice,
  /** `chosen`: the reader has changed what to show. */
  { open, chosen }: { open(item: Item): void; chosen(): void },
): TimelineView {
  const pane = need('#lanes');
  const order = need<HTMLSelectElement>('#order');
  const layout = { by: 'year' as Layout['by'], newestFirst: true, opened: new Set<Item>() };
  const filter = createFilter(history);
  const controls = createControls(history, choice, restart);
  let rows: Row[] = [];
  let current = -1;
  let itemHeight: number = NARROW.matches ? HEIGHTS.narrow : HEIGHTS.item;

  const actions = {
    open,
    toggle(item: Item): void {
      if (!layout.opened.delete(item)) layout.opened.add(item);
      update();
      focusRow(
        rows.findIndex((row) => row.kind === 'item' && row.item === item),
        '.toggle',
      );
    },
  };
  const isNew = (item: Item): boolean => choice.since !== '' && isNewSince(item, history, choice.since);
  const list = createList({
    pane,
    scrolls: 'page',
    covered: () => need('.top').offsetHeight,
    heightOf: (at) => (rows[at]?.kind === 'head' ? HEIGHTS.head : itemHeight),
    row(at, place, total) {
      const row = rows[at];
      const element = row ? toRow(row, isNew, actions) : make('div');
      if (at === current) for (const target of element.querySelectorAll('button')) target.tabIndex = 0;
      return set(element, { 'aria-posinset': String(place + 1), 'aria-setsize': String(total) });
    },
  });
  set(need('#lanes .rows'), { role: 'list', 'aria-label': 'Entries, by date' });

  function update(): void {
    const wanted = filter(choice);
    rows = toRows(history, wanted, layout);
    current = rows.findIndex(({ kind }) => kind === 'item');
    list.show([...rows.keys()]);
    controls.update(wanted.reduce((sum, one) => sum + one, 0));
    need('#nothing').hidden = rows.length > 0;
    need('#answers').replaceChildren(...(choice.words ? toAnswers(series, wanted, open) : []));
    updateYears();
  }

  /** After the choice has changed, what fits is shown from its start. */
  function restart(): void {
    chosen();
    if (scrollY > 0) scrollTo(0, 0);
    update();
  }

  function updateYears(): void {
    const years = new Map<string, number>();
    for (const [at, row] of rows.entries()) if (row.kind === 'head' && !years.has(row.year)) years.set(row.year, at);
    const jump = (at: number): void => list.reveal(at, true);
    need('#years').replaceChildren(
      ...[...years].map(([year, at]) =>
        make(
          'li',
          '',
          button('year', () => jump(at), year || 'No date'),
        ),
      ),
    );
    const select = need<HTMLSelectElement>('#jump');
    select.replaceChildren(
      set(make('option', '', 'Go to year'), { value: '' }),
      ...[...years].map(([year, at]) => set(make('option', '', year || 'No date'), { value: String(at) })),
    );
    select.hidden = years.size < 2;
  }

  need<HTMLSelectElement>('#jump').addEventListener('change', (event) => {
    const select = event.target as HTMLSelectElement;
    if (select.value !== '') list.reveal(Number(select.value), true);
    select.value = '';
  });

  /** Moves the focus to a row that is an item. */
  function focusRow(at: number, selector = '.open'): void {
    if (rows[at]?.kind !== 'item') return;
    const before = list.elementOf(current);
    for (const target of before?.querySelectorAll('button') ?? []) target.tabIndex = -1;
    current = at;
    list.reveal(at);
    const element = list.elementOf(at);
    for (const target of element?.querySelectorAll('button') ?? []) target.tabIndex = 0;
    (element?.querySelector<HTMLElement>(selector) ?? element?.querySelector('button'))?.focus({ preventScroll: true });
  }

  /** The next row after one, in a direction, that is an item. */
  function nextItem(from: number, by: 1 | -1): number {
    for (let at = from; at >= 0 && at < rows.length; at += by) if (rows[at]?.kind === 'item') return at;
    return -1;
  }

  const keys: Readonly<Record<string, () => void>> = {
    ArrowDown: () => focusRow(nextItem(current + 1, 1)),
    ArrowUp: () => focusRow(nextItem(current - 1, -1)),
    PageDown: () => focusRow(nextItem(Math.min(current + 10, rows.length - 1), -1)),
    PageUp: () => focusRow(nextItem(Math.max(current - 10, 0), 1)),
    Home: () => focusRow(nextItem(0, 1)),
    End: () => focusRow(nextItem(rows.length - 1, -1)),
    ArrowRight: () => fold(true),
    ArrowLeft: () => fold(false),
  };

  function fold(wanted: boolean): void {
    const row = rows[current];
    if (row?.kind === 'item' && row.open !== undefined && row.open !== wanted) actions.toggle(row.item);
  }

  pane.addEventListener('keydown', (event) => {
    const act = keys[event.key];
    if (!act || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    act();
  });
  pane.addEventListener('focusin', ({ target }) => {
    const place = (target as Element).closest('[aria-posinset]')?.getAttribute('aria-posinset');
    if (place) current = Number(place) - 1;
  });
  order.addEventListener('change', () => {
    layout.by = order.value.startsWith('visit') ? 'visit' : 'year';
    layout.newestFirst = !order.value.endsWith('oldest');
    restart();
  });
  NARROW.addEventListener('change', ({ matches }) => {
    itemHeight = matches ? HEIGHTS.narrow : HEIGHTS.item;
    update();
  });

  const placeOf = (item: Item): number => rows.findIndex((row) => row.kind === 'item' && row.item === item);
  return {
    update,
    draw: list.draw,
    beside(item, by) {
      const at = placeOf(item);
      const row = at < 0 ? undefined : rows[nextItem(at + by, by)];
      return row?.kind === 'item' ? row.item : undefined;
    },
    focus: (item) => focusRow(placeOf(item)),
  };
}
