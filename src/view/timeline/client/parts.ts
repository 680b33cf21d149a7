/** What is said of one item: its parts, each a section of the view. */
import { button, make, set, toTable, toTableRow } from '../../client/dom.js';
import { toNarrative } from '../../client/narrative.js';
import { toChart } from './chart.js';
import { sayDate, saySpan } from './dates.js';
import { type History, type Item, markOf, plural, sayRange, sayReference, saySeen } from './history.js';
import { KINDS, toIcon } from './kinds.js';
import { toStanding, toValue } from './rows.js';
import type { Series } from './series.js';
import { sayUnits } from './units.js';

/** What the item stands in. */
export interface Around {
  readonly history: History;
  readonly seriesOf: ReadonlyMap<Item, Series>;
  open(item: Item): void;
}

const WHY: Readonly<Record<string, string>> = {
  negation: 'One source says it is so, another that it is not.',
  status: 'The sources give it a different status.',
  subject: 'The sources do not agree on whom it is about.',
  value: 'The sources give it different values.',
};
const VALUES_SHOWN = 12;

export const toParts = (item: Item, around: Around): HTMLElement[] => [
  toHead(item),
  ...toConflict(item, around),
  ...toMembers(item, around),
  ...toCourse(item, around),
  ...toFacts(item, around),
  toSources(item, around),
  ...toOriginal(item),
  toTechnical(item),
];

const toLink = (item: Item, words: string, { open }: Around): HTMLElement => button('link', () => open(item), words);

function toHead(item: Item): HTMLElement {
  const { line, name, title } = item;
  const when = saySpan(line.date, line.end, true) || 'Date not known';
  const head = make(
    'header',
    '',
    make('p', 'kind', toIcon(line.kind), KINDS[line.kind].one),
    set(make('h2', '', name), { id: 'detail-title', tabindex: '-1' }),
    ...(name === title ? [] : [make('p', 'sub', title)]),
    make('p', 'standing-line', toStanding(item), ' ', when),
  );
  if (!line.value) return head;
  const reference = sayReference(line);
  const value = make('p', 'big', toValue(item));
  if (reference) value.append(make('span', 'sub', `Reference range ${reference}`));
  head.append(value);
  return head;
}

/** Both sides, each with its sources: the reader is to decide, with help. */
function toConflict(item: Item, { history, open }: Around): HTMLElement[] {
  const { conflict } = item.line;
  if (!conflict) return [];
  const titlesOf = ({ line }: Item): string =>
    line.sources.map((id) => history.sources.get(id)?.title ?? id).join(', ');
  const say = (one: Item): HTMLElement[] => [
    make('span', 'name', toStanding(one), ' ', one.name),
    toValue(one),
    make('span', 'sub', `${titlesOf(one)}${one.line.date ? ` · ${sayDate(one.line.date)}` : ''}`),
  ];
  const others = conflict.with.flatMap((id) => history.byId.get(id) ?? []);
  return [
    make(
      'section',
      'disagree',
      make('h3', '', '⚠ Sources disagree'),
      make('p', '', `${WHY[conflict.why] ?? ''} Nothing was decided: please ask your doctor which is right.`),
      make('span', 'sub', 'This entry'),
      make('div', 'this', ...say(item)),
      make('span', 'sub', 'The other side'),
      ...others.map((other) => button('entry', () => open(other), ...say(other))),
    ),
  ];
}

/** The results of a panel. */
function toMembers({ members }: Item, around: Around): HTMLElement[] {
  if (members.length === 0) return [];
  const rows = members.map((member) =>
    toTableRow('', toLink(member, member.name, around), toValue(member), sayReference(member.line)),
  );
  const table = toTable('values', ['Test', 'Value', 'Reference range'], rows);
  return [make('section', '', make('h3', '', plural(members.length, 'value')), make('div', 'wide', table))];
}

/** The same test at other times, as a chart and as a table. */
function toCourse(item: Item, around: Around): HTMLElement[] {
  const series = around.seriesOf.get(item);
  if (!series || series.items.length < 2) return [];
  const rows = [...series.items].reverse().map((each) => toValueRow(each, each === item, around));
  const table = toTable('values', ['Date', 'Value', 'Range'], rows.slice(0, VALUES_SHOWN));
  const chart = toChart(series);
  const section = make(
    'section',
    '',
    make('h3', '', 'Over time'),
    ...(chart ? [chart] : []),
    make('div', 'wide', table),
  );
  if (rows.length > VALUES_SHOWN) {
    const showAll = (): void => {
      table.tBodies[0]?.append(...rows.slice(VALUES_SHOWN));
      more.remove();
    };
    const more = button('more', showAll, `Show all ${rows.length} values`);
    section.append(more);
  }
  return [section];
}

function toValueRow(item: Item, isThis: boolean, around: Around): HTMLTableRowElement {
  const { line } = item;
  const range = sayRange(line);
  const when = line.date ? sayDate(line.date, true) : 'no date';
  return toTableRow(
    isThis ? 'this' : '',
    isThis ? make('strong', '', when) : toLink(item, when, around),
    line.value?.text ?? '',
    range ? make('span', 'out', `${markOf(range)} ${range}`) : sayReference(line) && 'in range',
  );
}

/** Dates stand in details as FHIR writes them. */
const sayIfDate = (value: string): string =>
  /^\d{4}-\d\d(-\d\d(T[\d:.]+(Z|[+-]\d\d:\d\d))?)?$/.test(value) ? sayDate(value, true) : value;

function toFacts({ line, panel }: Item, around: Around): HTMLElement[] {
  const facts = line.details.map(({ label, value }): [string, Node | string] => [label, sayIfDate(value)]);
  for (const { title, value } of line.components ?? []) facts.push([title, sayUnits(value.text)]);
  const visit = line.encounter === undefined ? undefined : around.history.byId.get(line.encounter);
  if (visit && visit.line !== line)
    facts.push(['Visit', toLink(visit, `${visit.name}, ${saySpan(visit.line.date, visit.line.end)}`, around)]);
  if (panel) facts.push(['Part of', toLink(panel, panel.name, around)]);
  if (facts.length === 0) return [];
  const list = make('dl', '', ...facts.flatMap(([label, value]) => [make('dt', '', label), make('dd', '', value)]));
  return [make('section', '', make('h3', '', 'Details'), list)];
}

function toSources({ line }: Item, { history }: Around): HTMLElement {
  const items = line.sources.map((id) => {
    const source = history.sources.get(id);
    const under = [source?.author, sayDate(source?.date)].filter(Boolean).join(' · ');
    return make('li', '', make('span', 'name', source?.title ?? id), ...(under ? [make('span', 'sub', under)] : []));
  });
  const seen = saySeen(line);
  return make(
    'section',
    '',
    make('h3', '', plural(line.sources.length, 'source')),
    ...(seen ? [make('p', 'sub', `Stated ${seen}.`)] : []),
    make('ul', 'plain', ...items),
  );
}

const toOriginal = ({ line: { narrative } }: Item): HTMLElement[] =>
  narrative ? [make('section', '', make('h3', '', 'As written in the source'), toNarrative(narrative))] : [];

function toTechnical({ line }: Item): HTMLElement {
  const codes = (line.codes ?? []).map(({ system, code, display }) =>
    make('li', '', make('code', '', code ?? ''), ` ${display ?? ''} `, make('span', 'sub', system ?? '')),
  );
  const resources = line.resources.map((reference) => make('li', '', make('code', '', reference)));
  return make(
    'details',
    'technical',
    make('summary', '', 'Codes and FHIR resources'),
    make('ul', 'plain', ...codes, ...resources),
  );
}
