/** All tests with their latest value and course: laboratory first, then vital signs. */
import { button, make, need } from '../../client/dom.js';
import { toSeriesCard } from './answers.js';
import type { Item } from './history.js';
import { plural } from './history.js';
import type { Series } from './series.js';

const AT_ONCE = 60;

export function showResults(series: readonly Series[], open: (item: Item) => void): void {
  const field = need<HTMLInputElement>('#find-test');
  const update = (): void => {
    const words = field.value.trim().toLowerCase();
    const found = series.filter(
      ({ name, latest, items }) =>
        words === '' || `${name} ${latest.line.title} ${items[0]?.line.title}`.toLowerCase().includes(words),
    );
    need('#tests').replaceChildren(
      ...toGroup(
        'Lab results',
        found.filter(({ kind }) => kind === 'result'),
        open,
      ),
      ...toGroup(
        'Vital signs',
        found.filter(({ kind }) => kind === 'vital'),
        open,
      ),
      ...(found.length > 0
        ? []
        : [
            make(
              'p',
              'empty',
              series.length > 0 ? 'No test has such a name.' : 'The records hold no results and no vital signs.',
            ),
          ]),
    );
  };
  field.addEventListener('input', update);
  update();
}

function toGroup(title: string, series: readonly Series[], open: (item: Item) => void): HTMLElement[] {
  if (series.length === 0) return [];
  const grid = make('div', 'grid', ...series.slice(0, AT_ONCE).map((one) => toSeriesCard(one, open)));
  const group = make(
    'section',
    'tests',
    make('h2', '', title, ' ', make('span', 'count', plural(series.length, 'test'))),
    grid,
  );
  const rest = series.slice(AT_ONCE);
  if (rest.length > 0) {
    const more = button(
      'more',
      () => more.replaceWith(...rest.map((one) => toSeriesCard(one, open))),
      `Show ${plural(rest.length, 'more test')}`,
    );
    grid.append(more);
  }
  return [group];
}
