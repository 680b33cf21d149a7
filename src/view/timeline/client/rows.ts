/** One row of the timeline as an element. */
import { button, make, set } from '../../client/dom.js';
import { sayDate, sayWithinYear, yearOf } from './dates.js';
import { type Item, markOf, plural, sayRange } from './history.js';
import { KINDS, toIcon } from './kinds.js';
import type { Row } from './lanes.js';

export interface RowActions {
  open(item: Item): void;
  toggle(item: Item): void;
}

const INSIDE_SHOWN = 4;
/** What nearly all results are, and what says nothing new of them. */
const USUAL = new Set(['Final', 'Finished']);

export function toRow(row: Row, newSince: (item: Item) => boolean, actions: RowActions): HTMLElement {
  return row.kind === 'head' ? toHead(row, actions) : toItem(row, newSince(row.item), actions);
}

function toHead({ title, note, count, visit }: Row & { kind: 'head' }, actions: RowActions): HTMLElement {
  const heading = make('h3', '', title);
  if (visit) heading.replaceChildren(button('link', () => actions.open(visit), toIcon('encounter'), title));
  const head = make('div', 'lane-head', heading);
  // A visit that is planned, or did not take place, must not look like one that did.
  if (visit && visit.line.assertion !== 'fact') head.append(toStanding(visit));
  head.append(make('span', 'note', note));
  if (count > 0) head.append(make('span', 'count', plural(count, 'entry', 'entries')));
  return set(head, { role: 'listitem' });
}

/** The year is said where the lane does not say it: an old problem told at a visit. */
function sayWhen({ line }: Item, year: string): string {
  const date = yearOf(line.date) === year ? sayWithinYear(line.date) : sayDate(line.date);
  return date || (line.end ? `until ${sayDate(line.end)}` : 'no date');
}

function toItem(
  { item, inside, open, year }: Row & { kind: 'item' },
  isNew: boolean,
  actions: RowActions,
): HTMLElement {
  const { line } = item;
  const when = make('span', 'when', inside ? '' : sayWhen(item, year));
  const title = make('span', 'title');
  if (line.assertion !== 'fact') title.append(toStanding(item), ' ');
  title.append(make('span', 'name', item.name));
  const body = make('span', 'body', title, make('span', 'sub', ...sayUnder(item, isNew)));
  const main = button('open', () => actions.open(item), when, toIcon(line.kind), body, toValue(item));
  main.tabIndex = -1;
  const row = set(make('div', `item a-${line.assertion}${inside ? ' inside' : ''}`, main), { role: 'listitem' });
  if (open !== undefined) row.append(toToggle(item, open, actions));
  return row;
}

/** How an item is to be taken, where it is not simply so. */
export const toStanding = ({ line, standing }: Item): HTMLElement =>
  make('span', `standing a-${line.assertion}${line.assertion === 'fact' && line.active ? ' on' : ''}`, standing);

/** The value, and if it is out of range, a mark and the word; of a panel of one, that of its member. */
export function toValue(item: Item): HTMLElement {
  const { line } = item.line.value ? item : (isAlone(item.members) ?? item);
  const value = make('span', 'value', line.value?.text ?? '');
  const range = sayRange(line);
  if (range) value.append(' ', make('span', 'out', `${markOf(range)} ${range}`));
  return value;
}

const isAlone = (members: readonly Item[]): Item | undefined => (members.length === 1 ? members[0] : undefined);

/** A plan that is active is a plan. */
const saysMore = (status: string, { line, standing }: Item): boolean =>
  status.toLowerCase() !== standing.toLowerCase() && !(line.assertion === 'planned' && status === 'active');

function sayUnder(item: Item, isNew: boolean): (Node | string)[] {
  const { line, members } = item;
  const said: (Node | string)[] = [];
  if (isNew) said.push(make('span', 'new', 'New'), ' ');
  if (line.conflict) said.push(make('span', 'conflict', '⚠ Sources disagree'), ' ');
  const parts = [KINDS[line.kind].one];
  if (line.assertion === 'fact' && (line.status || line.active) && !USUAL.has(item.standing)) parts.push(item.standing);
  else if (line.assertion !== 'fact' && line.status && saysMore(line.status, item)) parts.push(line.status);
  if (item.name !== item.title) parts.push(item.title);
  if (line.end && line.date) parts.push(`until ${sayDate(line.end)}`);
  if (line.sources.length > 1) parts.push(`${line.sources.length} sources`);
  said.push(parts.join(' · '));
  if (members.length > 0 && isAlone(members)?.name !== item.name) said.push(' · ', ...sayMembers(members));
  return said;
}

/** A panel says what is in it, what is out of range first. */
function sayMembers(members: readonly Item[]): (Node | string)[] {
  const ordered = [...members].sort(
    (one, other) => Number(other.line.value?.outOfRange ?? 0) - Number(one.line.value?.outOfRange ?? 0),
  );
  const said = ordered.slice(0, INSIDE_SHOWN).flatMap((member, index): (Node | string)[] => {
    const range = sayRange(member.line);
    const text = `${index > 0 ? ', ' : ''}${member.name} ${member.line.value?.text ?? ''}`.trimEnd();
    return range ? [text, ' ', make('span', 'out', `${markOf(range)} ${range}`)] : [text];
  });
  if (ordered.length > INSIDE_SHOWN) said.push(` and ${ordered.length - INSIDE_SHOWN} more`);
  return said;
}

function toToggle(item: Item, open: boolean, actions: RowActions): HTMLElement {
  const words = `${plural(item.members.length, 'value')} of ${item.name}`;
  const toggle = button('toggle', () => actions.toggle(item), open ? '▾' : '▸');
  toggle.tabIndex = -1;
  return set(toggle, {
    'aria-expanded': String(open),
    'aria-label': words,
    title: open ? `Hide ${words}` : `Show ${words}`,
  });
}
