/** Short answers: the latest value of each test that was searched for. */
import { button, make } from '../../client/dom.js';
import { sayDate } from './dates.js';
import { type Item, sayReference } from './history.js';
import { toValue } from './rows.js';
import type { Series } from './series.js';
import { toSparkline } from './sparkline.js';

/** With more tests than that, a search did not ask for one. */
const MOST = 4;

/** @param wanted by the place of an item, from the filter */
export function toAnswers(series: readonly Series[], wanted: Uint8Array, open: (item: Item) => void): HTMLElement[] {
  const found = series.filter(({ items }) => items.some(({ place }) => wanted[place]));
  return found.length > MOST ? [] : found.map((one) => toSeriesCard(one, open));
}

/** A test with its latest value and its course; it opens the latest. */
export function toSeriesCard(series: Series, open: (item: Item) => void): HTMLElement {
  const { name, items, latest } = series;
  const reference = sayReference(latest.line);
  const under = [
    items.length > 1 ? `Latest of ${items.length}` : 'Once',
    latest.line.date ? sayDate(latest.line.date) : 'date not known',
    reference && `range ${reference}`,
  ];
  const card = button(
    'series',
    () => open(latest),
    make('span', 'name', name),
    toValue(latest),
    make('span', 'sub', under.filter(Boolean).join(' · ')),
  );
  const line = toSparkline(series);
  if (line) card.append(line);
  return card;
}
