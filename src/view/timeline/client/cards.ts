/** The cards of the overview: of each kind what is so now before what was. */
import type { LineKind } from '../../../timeline/model.js';
import { button, make } from '../../client/dom.js';
import { sayDate, saySpan } from './dates.js';
import type { Choice } from './filter.js';
import { type Item, plural } from './history.js';
import { KINDS, toIcon } from './kinds.js';
import { toStanding, toValue } from './rows.js';
import type { Series } from './series.js';
import { toSparkline } from './sparkline.js';

export interface OverviewActions {
  open(item: Item): void;
  /** Shows the timeline, with this choice and no other. */
  choose(change: (choice: Choice) => void): void;
  show(tab: 'results' | 'sources'): void;
}

const SHOWN = 6;
/** Of what matters most, more. */
const MOST_SHOWN = 12;

/** A card; what does not fit is one step away. */
function toCard(
  kind: LineKind,
  title: string,
  all: (() => void) | undefined,
  ...content: (Node | string)[]
): HTMLElement {
  const head = make('div', 'card-head', toIcon(kind), make('h2', '', title));
  if (all) head.append(button('more', all, 'Show all'));
  return make('section', `card c-${kind}`, head, ...content);
}

const toEmpty = (words: string): HTMLElement => make('p', 'empty', words);

/** Entries as a list, the rest counted. */
function toEntries(
  items: readonly Item[],
  { open }: OverviewActions,
  under: (item: Item) => string,
  most = SHOWN,
): HTMLElement {
  const list = make('ul', 'entries');
  for (const item of items.slice(0, most)) {
    const said = under(item);
    const entry = button(
      'entry',
      () => open(item),
      make('span', 'name', ...(item.line.assertion === 'fact' ? [] : [toStanding(item), ' ']), item.name),
    );
    if (item.line.conflict) entry.append(make('span', 'conflict', '⚠ Sources disagree'));
    if (said) entry.append(make('span', 'sub', said));
    list.append(make('li', '', entry));
  }
  if (items.length > most) list.append(make('li', 'rest', `and ${items.length - most} more`));
  return list;
}

const only =
  (kind: LineKind, standing?: string) =>
  (choice: Choice): void => {
    choice.kinds.add(kind);
    if (standing) choice.standings.add(standing);
  };

/** Whether a fact goes on now; one without status is not called past. */
const isCurrent = ({ line }: Item): boolean =>
  line.assertion === 'fact' && (line.active === true || line.status === undefined);

export function toAllergies(items: readonly Item[], actions: OverviewActions): HTMLElement {
  // One that is only suspected is no less to be known.
  const current = items.filter((item) => isCurrent(item) || item.line.assertion === 'uncertain');
  const denied = items.filter(({ line }) => line.assertion === 'negated');
  const content: HTMLElement[] = [];
  if (current.length > 0)
    content.push(toEntries(current, actions, (item) => sayDetails(item) || item.standing, MOST_SHOWN));
  else if (denied.length === 0) content.push(toEmpty('No allergy is recorded. That does not mean that there is none.'));
  if (denied.length > 0) content.push(toEntries(denied, actions, sayWhen, MOST_SHOWN));
  content.push(...sayRest(items, current.length + denied.length));
  return toCard(
    'allergy',
    'Allergies',
    items.length > 0 ? () => actions.choose(only('allergy')) : undefined,
    ...content,
  );
}

/** What goes on now; what does not is counted. */
export function toNow(
  kind: 'medication' | 'condition',
  title: string,
  items: readonly Item[],
  actions: OverviewActions,
): HTMLElement {
  const current = items.filter(isCurrent);
  const none =
    items.length > 0 ? 'None of those recorded is active.' : `No ${KINDS[kind].one.toLowerCase()} is recorded.`;
  const content = current.length > 0 ? toEntries(current, actions, sayNow, MOST_SHOWN) : toEmpty(none);
  const all = items.length > 0 ? () => actions.choose(only(kind)) : undefined;
  return toCard(kind, title, all, content, ...sayRest(items, current.length));
}

function sayRest(items: readonly Item[], shown: number): HTMLElement[] {
  const rest = items.length - shown;
  return rest > 0 ? [make('p', 'rest', `${rest} more that ${rest === 1 ? 'is' : 'are'} past, planned or not so`)] : [];
}

/** Labels of details that belong beside the name, in this order. */
const BESIDE: Readonly<Partial<Record<LineKind, readonly RegExp[]>>> = {
  allergy: [/^reaction/i, /^severity/i, /^criticality/i, /^note/i],
  medication: [/^dos/i, /^instruction/i, /^route/i],
};

/** In at most two: `Hives, severe`. */
function sayDetails({ line }: Item): string {
  const said = (BESIDE[line.kind] ?? []).flatMap((label) => line.details.filter((detail) => label.test(detail.label)));
  return said
    .slice(0, 2)
    .map(({ label, value }) =>
      /^criticality/i.test(label) ? `criticality ${value}` : value.replace(/\bmanifestation: /g, ''),
    )
    .join(', ');
}

const sayNow = (item: Item): string => [sayDetails(item), sayActive(item)].filter(Boolean).join(' · ');

/** Since when, and who says so still. */
function sayActive({ line }: Item): string {
  const parts = [line.date ? `since ${sayDate(line.date)}` : ''];
  if (line.status === undefined && !line.active) parts.push('status not stated');
  if (line.end) parts.push(`until ${sayDate(line.end)}`);
  else if (line.seen?.lastActive && sayDate(line.seen.lastActive) !== sayDate(line.date))
    parts.push(`last stated active ${sayDate(line.seen.lastActive)}`);
  return parts.filter(Boolean).join(', ');
}

const sayWhen = ({ line }: Item): string => saySpan(line.date, line.end) || 'date not known';

/** The latest value of each test, what people ask for first. */
export function toTests(
  kind: Series['kind'],
  title: string,
  all: readonly Series[],
  { open, show }: OverviewActions,
): HTMLElement {
  const series = all.filter((one) => one.kind === kind);
  if (series.length === 0)
    return toCard(kind, title, undefined, toEmpty(`No ${KINDS[kind].one.toLowerCase()} is recorded.`));
  const list = make('ul', 'entries tests');
  for (const one of series.slice(0, kind === 'result' ? 8 : SHOWN)) {
    const { line } = one.latest;
    const entry = button(
      'entry test',
      () => open(one.latest),
      make('span', 'name', one.name),
      toValue(one.latest),
      make('span', 'sub', line.date ? sayDate(line.date) : 'date not known'),
    );
    const course = toSparkline(one);
    if (course) entry.append(course);
    list.append(make('li', '', entry));
  }
  const rest = series.length - list.children.length;
  if (rest > 0) list.append(make('li', 'rest', `and ${plural(rest, 'more test')}`));
  return toCard(kind, title, () => show('results'), list);
}

/** One entry per vaccine: the last time, and how often. */
export function toImmunizations(items: readonly Item[], actions: OverviewActions): HTMLElement {
  const given = new Map<string, Item[]>();
  for (const item of items) {
    if (item.line.assertion !== 'fact') continue;
    const group = given.get(item.name) ?? [];
    given.set(item.name, [...group, item]);
  }
  const latest = [...given.values()].flatMap(([first]) => (first ? [first] : []));
  const say = (item: Item): string => {
    const times = given.get(item.name)?.length ?? 1;
    return times > 1 ? `last ${sayWhen(item)}, ${times} times` : sayWhen(item);
  };
  const content = latest.length > 0 ? toEntries(latest, actions, say) : toEmpty('No immunization is recorded.');
  return toCard(
    'immunization',
    'Immunizations',
    items.length > 0 ? () => actions.choose(only('immunization')) : undefined,
    content,
  );
}

/** The newest of some kinds. */
export function toRecent(title: string, items: readonly Item[], actions: OverviewActions): HTMLElement {
  const kinds = [...new Set(items.map(({ line }) => line.kind))];
  const kind = kinds[0] ?? (title.startsWith('Social') ? 'social' : title.startsWith('Notes') ? 'note' : 'encounter');
  if (items.length === 0) return toCard(kind, title, undefined, toEmpty('Nothing is recorded.'));
  const all = (): void =>
    actions.choose((choice) => {
      for (const one of kinds) choice.kinds.add(one);
    });
  const say = (item: Item): string => [item.line.value?.text, sayWhen(item)].filter(Boolean).join(' · ');
  return toCard(
    kind,
    title,
    all,
    toEntries(
      items.filter(({ line }) => line.assertion !== 'void'),
      actions,
      say,
    ),
  );
}
