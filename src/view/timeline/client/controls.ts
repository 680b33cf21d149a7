/** The controls of the timeline: what to show, and what of it is chosen now. */
import { button, make, need, set } from '../../client/dom.js';
import { type Choice, clearChoice, isFiltering } from './filter.js';
import { type History, type Item, plural } from './history.js';
import { KIND_ORDER, KINDS, toIcon } from './kinds.js';

export interface Controls {
  /** Shows the choice as it is, and how many entries fit it. */
  update(found: number): void;
}

/** How many of a list show before the rest is folded; all kinds do. */
const SHOWN = 8;
const KINDS_SHOWN = KIND_ORDER.length;

export function createControls(history: History, choice: Choice, changed: () => void): Controls {
  const search = need<HTMLInputElement>('#search');
  const updates: (() => void)[] = [];

  function addGroup<T>(
    id: string,
    title: string,
    picked: Set<T>,
    options: readonly (readonly [T, string, number, Node?])[],
    most = SHOWN,
  ): void {
    if (options.length < 2) return;
    const group = make('fieldset', 'group', make('legend', '', title));
    const boxes = options.map(([value, words, count, icon]) => {
      const box = set(make('input'), { type: 'checkbox' });
      box.addEventListener('change', () => {
        if (!picked.delete(value)) picked.add(value);
        changed();
      });
      updates.push(() => {
        box.checked = picked.has(value);
      });
      return make(
        'label',
        'option',
        box,
        ...(icon ? [icon] : []),
        make('span', 'words', words),
        make('span', 'count', count.toLocaleString('en')),
      );
    });
    group.append(...boxes.slice(0, most));
    if (boxes.length > most)
      group.append(make('details', '', make('summary', '', `${boxes.length - most} more`), ...boxes.slice(most)));
    need(id).append(group);
  }

  function addSwitch(
    words: string,
    fits: (item: Item) => boolean,
    read: () => boolean,
    write: (on: boolean) => void,
  ): void {
    const count = history.items.filter(fits).length;
    if (count === 0) return;
    const box = set(make('input'), { type: 'checkbox' });
    box.addEventListener('change', () => {
      write(box.checked);
      changed();
    });
    updates.push(() => {
      box.checked = read();
    });
    need('#switches').append(
      make('label', 'option', box, make('span', 'words', words), make('span', 'count', count.toLocaleString('en'))),
    );
  }

  const count = <T>(keys: (item: Item) => readonly T[]): Map<T, number> => {
    const counts = new Map<T, number>();
    for (const item of history.items) for (const key of keys(item)) counts.set(key, (counts.get(key) ?? 0) + 1);
    return counts;
  };

  const kinds = count(({ line }) => [line.kind]);
  addGroup(
    '#kinds',
    'Kind',
    choice.kinds,
    KIND_ORDER.filter((kind) => kinds.has(kind)).map((kind) => [
      kind,
      KINDS[kind].many,
      kinds.get(kind) ?? 0,
      toIcon(kind),
    ]),
    KINDS_SHOWN,
  );
  addSwitch(
    'Out of range',
    ({ line }) => line.value?.outOfRange === true,
    () => choice.outOfRange,
    (on) => {
      choice.outOfRange = on;
    },
  );
  addSwitch(
    'Sources disagree',
    ({ line }) => line.conflict !== undefined,
    () => choice.conflicts,
    (on) => {
      choice.conflicts = on;
    },
  );
  const standings = [...count(({ standing }) => [standing])].sort((one, other) => other[1] - one[1]);
  addGroup(
    '#standings',
    'Status',
    choice.standings,
    standings.map(([standing, number]) => [standing, standing, number]),
  );
  const sources = count(({ line }) => line.sources);
  addGroup(
    '#sources-filter',
    'Source',
    choice.sources,
    history.timeline.sources.map(({ id, title, author }) => [
      id,
      author ? `${title}, ${author}` : title,
      sources.get(id) ?? 0,
    ]),
  );

  const since = need<HTMLInputElement>('#since');
  since.addEventListener('input', () => {
    choice.since = since.value;
    changed();
  });
  let waiting: number | undefined;
  search.addEventListener('input', () => {
    clearTimeout(waiting);
    waiting = setTimeout(() => {
      choice.words = search.value.trim();
      changed();
    }, 60) as unknown as number;
  });
  const clear = (): void => {
    clearChoice(choice);
    changed();
  };
  need('#clear').addEventListener('click', clear);

  return {
    update(found) {
      for (const update of updates) update();
      if (choice.words !== search.value.trim()) search.value = choice.words;
      if (choice.since !== since.value) since.value = choice.since;
      need('#found').textContent = isFiltering(choice)
        ? `${plural(found, 'entry', 'entries')} of ${history.items.length.toLocaleString('en')}`
        : plural(history.items.length, 'entry', 'entries');
      need('#clear').hidden = !isFiltering(choice);
      need('#chosen').replaceChildren(...toChips(history, choice, changed));
    },
  };
}

/** What is chosen, each with a way to drop it. */
function toChips({ sources }: History, choice: Choice, changed: () => void): HTMLElement[] {
  const chips: HTMLElement[] = [];
  const add = (words: string, drop: () => void): void => {
    const act = (): void => {
      drop();
      changed();
    };
    chips.push(set(button('chip', act, words, make('span', 'x', '×')), { 'aria-label': `Remove filter: ${words}` }));
  };
  if (choice.words) add(`“${choice.words}”`, () => (choice.words = ''));
  for (const kind of choice.kinds) add(KINDS[kind].many, () => choice.kinds.delete(kind));
  for (const standing of choice.standings) add(standing, () => choice.standings.delete(standing));
  for (const id of choice.sources) add(sources.get(id)?.title ?? id, () => choice.sources.delete(id));
  if (choice.outOfRange) add('Out of range', () => (choice.outOfRange = false));
  if (choice.conflicts) add('Sources disagree', () => (choice.conflicts = false));
  if (choice.since) add(`New since ${choice.since}`, () => (choice.since = ''));
  return chips;
}
