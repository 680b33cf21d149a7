/** What a person, or a doctor, wants to know first. */
import type { LineKind } from '../../../timeline/model.js';
import { button, make, need } from '../../client/dom.js';
import { type OverviewActions, toAllergies, toImmunizations, toNow, toRecent, toTests } from './cards.js';
import { sayDate } from './dates.js';
import { type History, type Item, isNewSince, plural } from './history.js';
import type { Series } from './series.js';

export function showOverview(history: History, series: readonly Series[], actions: OverviewActions): void {
  const of = (...kinds: LineKind[]): Item[] =>
    newestFirst(history.items.filter(({ line }) => kinds.includes(line.kind)));
  need('#notices').replaceChildren(...toNotices(history, actions));
  need('#cards').replaceChildren(
    toAllergies(of('allergy'), actions),
    toNow('medication', 'Medications now', of('medication'), actions),
    toNow('condition', 'Conditions now', of('condition'), actions),
    toTests('result', 'Latest results', series, actions),
    toTests('vital', 'Latest vital signs', series, actions),
    toImmunizations(of('immunization'), actions),
    toRecent('Visits and procedures', of('encounter', 'procedure'), actions),
    toRecent('Notes and documents', of('note', 'document'), actions),
    toRecent('Social history', of('social'), actions),
  );
}

/** Undated ones last. */
const newestFirst = (items: readonly Item[]): Item[] =>
  [...items].sort((one, other) => Number(!one.line.date) - Number(!other.line.date) || other.place - one.place);

/** What to know before reading on. */
function toNotices(history: History, { choose, show }: OverviewActions): HTMLElement[] {
  const { timeline, items } = history;
  const notices: HTMLElement[] = [];
  const add = (words: string, label: string, act: () => void, name = ''): void => {
    notices.push(make('div', `notice ${name}`, make('p', '', words), button('more', act, label)));
  };
  const { since } = timeline;
  if (since !== undefined) {
    const count = items.filter((item) => isNewSince(item, history, since)).length;
    add(
      `${plural(count, 'entry', 'entries')} new since ${sayDate(since)}.`,
      'Show what is new',
      () => choose((choice) => (choice.since = since)),
      'fresh',
    );
  }
  if (timeline.conflicts.length > 0)
    add(
      `⚠ The sources disagree in ${plural(timeline.conflicts.length, 'place')}. Both sides are shown; nothing was decided for you.`,
      'Show them',
      () => choose((choice) => (choice.conflicts = true)),
      'warning',
    );
  if (timeline.reconcile.suggestions.length > 0)
    add(
      `Other records may belong to the same person (${timeline.reconcile.suggestions.length}). They were not merged.`,
      'See why',
      () => show('sources'),
      'warning',
    );
  return notices;
}
