/** Which rows the timeline shows: lanes by year or by visit, their items, and what lies inside these. */
import { saySpan, yearOf } from './dates.js';
import type { History, Item } from './history.js';

export type Row =
  | {
      readonly kind: 'head';
      readonly title: string;
      readonly note: string;
      readonly count: number;
      /** The year it belongs to, `` if none is known. */
      readonly year: string;
      /** The visit it stands for. */
      readonly visit?: Item;
    }
  | {
      readonly kind: 'item';
      readonly item: Item;
      /** Of its lane. */
      readonly year: string;
      readonly inside: boolean;
      /** Undefined: it holds nothing. */
      readonly open: boolean | undefined;
    };

export interface Layout {
  readonly by: 'year' | 'visit';
  readonly newestFirst: boolean;
  /** Panels the reader has opened. */
  readonly opened: ReadonlySet<Item>;
}

interface Lane {
  readonly title: string;
  readonly note: string;
  readonly year: string;
  readonly visit?: Item;
  readonly items: Item[];
}

/** @param wanted by the place of an item, from the filter */
export function toRows(history: History, wanted: Uint8Array, layout: Layout): Row[] {
  const shown = history.items.filter(
    (item) => item.panel === undefined && (wanted[item.place] || item.members.some(({ place }) => wanted[place])),
  );
  const lanes = layout.by === 'year' ? byYear(shown) : byVisit(shown, history);
  const [dated, undated] = [lanes.filter(({ year }) => year !== ''), lanes.filter(({ year }) => year === '')];
  if (layout.newestFirst) {
    dated.reverse();
    for (const lane of dated) lane.items.reverse();
  }
  return [...dated, ...undated].flatMap((lane) => toLaneRows(lane, wanted, layout));
}

function toLaneRows({ items, ...head }: Lane, wanted: Uint8Array, { opened }: Layout): Row[] {
  const rows: Row[] = [{ kind: 'head', ...head, count: items.length }];
  for (const item of items) {
    const { members } = item;
    const found = members.filter(({ place }) => wanted[place]);
    // What was looked for shows even if it lies inside something else.
    const inside = opened.has(item) ? members : found.length < members.length || !wanted[item.place] ? found : [];
    rows.push({
      kind: 'item',
      item,
      year: head.year,
      inside: false,
      open: members.length > 0 ? inside.length > 0 : undefined,
    });
    for (const member of inside)
      rows.push({ kind: 'item', item: member, year: head.year, inside: true, open: undefined });
  }
  return rows;
}

/** Items come oldest first, undated ones last, and so do the lanes. */
function byYear(items: readonly Item[]): Lane[] {
  const lanes = new Map<string, Lane>();
  for (const item of items) {
    const year = yearOf(item.line.date);
    const lane = lanes.get(year) ?? toYearLane(year);
    lanes.set(year, lane);
    lane.items.push(item);
  }
  return [...lanes.values()];
}

const toYearLane = (year: string): Lane => ({
  title: year || 'Date not known',
  note: year ? '' : 'The records do not say when.',
  year,
  items: [],
});

/** Visits with what belongs to them; what belongs to none, by year between them. */
function byVisit(items: readonly Item[], history: History): Lane[] {
  const lanes = new Map<Item | string, Lane>();
  for (const item of items) {
    const visit = visitOf(item, history);
    const year = yearOf((visit ?? item).line.date);
    const lane =
      lanes.get(visit ?? year) ??
      (visit ? toVisitLane(visit, year) : { ...toYearLane(year), note: 'Not linked to a visit' });
    lanes.set(visit ?? year, lane);
    if (item !== visit) lane.items.push(item);
  }
  return [...lanes.values()].sort((one, other) => startOf(one) - startOf(other));
}

const toVisitLane = (visit: Item, year: string): Lane => ({
  title: visit.name,
  note: saySpan(visit.line.date, visit.line.end),
  year,
  visit,
  items: [],
});

const startOf = ({ visit, items }: Lane): number => (visit ?? items[0])?.place ?? 0;

/** The visit an item belongs to, or is; a panel also goes with its results. */
function visitOf(item: Item, history: History): Item | undefined {
  if (item.line.kind === 'encounter') return item;
  const id = item.line.encounter ?? item.members.find(({ line }) => line.encounter !== undefined)?.line.encounter;
  return id === undefined ? undefined : history.byId.get(id);
}
