/** One item in full: what is said of it, by whom, its course, its original words. */
import { button, make, need, set } from '../../client/dom.js';
import { toNarrative } from '../../client/narrative.js';
import { toChart } from './chart.js';
import { sayDate, saySpan } from './dates.js';
import { type History, type Item, markOf, plural, sayRange, sayReference, saySeen } from './history.js';
import { KINDS, toIcon } from './kinds.js';
import { toStanding, toValue } from './rows.js';
import type { Series } from './series.js';

export interface Detail {
  open(item: Item): void;
}

const WHY: Readonly<Record<string, string>> = {
  negation: 'One source says it is so, another that it is not.',
  status: 'The sources give it a different status.',
  subject: 'The sources do not agree on whom it is about.',
  value: 'The sources give it different values.',
};
const VALUES_SHOWN = 12;

/** @param beside the item after or before another one, for going on; @param closed called with the last item */
export function createDetail(
  history: History,
  series: readonly Series[],
  beside: (item: Item, by: 1 | -1) => Item | undefined,
  closed: (item: Item) => void,
): Detail {
  const dialog = need<HTMLDialogElement>('#detail');
  const content = need('#detail-content');
  const seriesOf = new Map(series.flatMap((one) => one.items.map((item) => [item, one] as const)));
  let shown: Item | undefined;

  function open(item: Item): void {
    shown = item;
    content.replaceChildren(...toContent(item));
    for (const [selector, by] of [
      ['#previous', -1],
      ['#next', 1],
    ] as const)
      need<HTMLButtonElement>(selector).disabled = !beside(item, by);
    if (!dialog.open) dialog.showModal();
    content.scrollTop = 0;
    need('#detail h2').focus();
  }

  function go(by: 1 | -1): void {
    const next = shown && beside(shown, by);
    if (next) open(next);
  }

  function toContent(item: Item): HTMLElement[] {
    const { line } = item;
    const one = seriesOf.get(item);
    return [
      toHead(item),
      ...toConflict(item),
      ...toMembers(item),
      ...(one ? toCourse(one, item) : []),
      ...toFacts(item),
      ...toSources(item),
      ...(line.narrative
        ? [make('section', '', make('h3', '', 'As written in the source'), toNarrative(line.narrative))]
        : []),
      ...toTechnical(item),
    ];
  }

  function toHead(item: Item): HTMLElement {
    const { line } = item;
    const when = saySpan(line.date, line.end, true) || 'Date not known';
    const kind = make('p', 'kind', toIcon(line.kind), KINDS[line.kind].one);
    const title = set(make('h2', '', item.name), { id: 'detail-title', tabindex: '-1' });
    const head = make('header', '', kind, title, make('p', 'standing-line', toStanding(item), ' ', when));
    if (item.name !== line.title) title.after(make('p', 'sub', line.title));
    if (line.value) head.append(toBigValue(item));
    return head;
  }

  function toBigValue(item: Item): HTMLElement {
    const reference = sayReference(item.line);
    const value = make('p', 'big', toValue(item));
    if (reference) value.append(make('span', 'sub', `Reference range ${reference}`));
    return value;
  }

  function toLinks(items: readonly Item[], say: (item: Item) => (Node | string)[]): HTMLElement {
    return make(
      'ul',
      'entries',
      ...items.map((item) =>
        make(
          'li',
          '',
          button('entry', () => open(item), ...say(item)),
        ),
      ),
    );
  }

  const titlesOf = ({ line }: Item): string =>
    line.sources.map((id) => history.sources.get(id)?.title ?? id).join(', ');

  function toConflict(item: Item): HTMLElement[] {
    const { conflict } = item.line;
    if (!conflict) return [];
    const others = conflict.with.flatMap((id) => history.byId.get(id) ?? []);
    const say = (one: Item): (Node | string)[] => [
      make('span', 'name', toStanding(one), ' ', one.name),
      toValue(one),
      make('span', 'sub', `${titlesOf(one)}${one.line.date ? ` · ${sayDate(one.line.date)}` : ''}`),
    ];
    return [
      make(
        'section',
        'disagree',
        make('h3', '', '⚠ Sources disagree'),
        make('p', '', `${WHY[conflict.why] ?? ''} Nothing was decided: please ask your doctor which is right.`),
        make('div', 'this', make('span', 'sub', 'This entry'), ...say(item)),
        make('span', 'sub', 'The other side'),
        toLinks(others, say),
      ),
    ];
  }

  function toMembers({ members }: Item): HTMLElement[] {
    if (members.length === 0) return [];
    const head = make(
      'tr',
      '',
      ...['Test', 'Value', 'Reference range'].map((words) => set(make('th', '', words), { scope: 'col' })),
    );
    const rows = members.map((member) =>
      make(
        'tr',
        '',
        make(
          'td',
          '',
          button('link', () => open(member), member.name),
        ),
        make('td', '', toValue(member)),
        make('td', '', sayReference(member.line)),
      ),
    );
    return [
      make(
        'section',
        '',
        make('h3', '', plural(members.length, 'value')),
        make('div', 'wide', make('table', 'values', make('thead', '', head), make('tbody', '', ...rows))),
      ),
    ];
  }

  function toCourse(one: Series, item: Item): HTMLElement[] {
    if (one.items.length < 2) return [];
    const section = make('section', '', make('h3', '', 'Over time'));
    const chart = toChart(one);
    if (chart) section.append(chart);
    const rows = [...one.items].reverse().map((each) => toValueRow(each, each === item));
    const head = make(
      'tr',
      '',
      ...['Date', 'Value', 'Range'].map((words) => set(make('th', '', words), { scope: 'col' })),
    );
    const body = make('tbody', '', ...rows.slice(0, VALUES_SHOWN));
    section.append(make('div', 'wide', make('table', 'values', make('thead', '', head), body)));
    if (rows.length > VALUES_SHOWN) {
      const more = button(
        'more',
        () => {
          body.append(...rows.slice(VALUES_SHOWN));
          more.remove();
        },
        `Show all ${rows.length} values`,
      );
      section.append(more);
    }
    return [section];
  }

  function toValueRow(item: Item, isThis: boolean): HTMLElement {
    const range = sayRange(item.line);
    const when = item.line.date ? sayDate(item.line.date, true) : 'no date';
    return make(
      'tr',
      isThis ? 'this' : '',
      make('td', '', isThis ? make('strong', '', when) : button('link', () => open(item), when)),
      make('td', '', item.line.value?.text ?? ''),
      make('td', '', range ? make('span', 'out', `${markOf(range)} ${range}`) : sayReference(item.line) && 'in range'),
    );
  }

  function toFacts(item: Item): HTMLElement[] {
    const { line } = item;
    const facts = [...line.details.map(({ label, value }) => [label, value] as const)];
    const visit = line.encounter === undefined ? undefined : history.byId.get(line.encounter);
    if (facts.length === 0 && !visit && !item.panel) return [];
    const list = make('dl', '', ...facts.flatMap(([label, value]) => [make('dt', '', label), make('dd', '', value)]));
    if (visit && visit !== item)
      list.append(
        make('dt', '', 'Visit'),
        make(
          'dd',
          '',
          button('link', () => open(visit), `${visit.name}, ${saySpan(visit.line.date, visit.line.end)}`),
        ),
      );
    const { panel } = item;
    if (panel)
      list.append(
        make('dt', '', 'Part of'),
        make(
          'dd',
          '',
          button('link', () => open(panel), panel.name),
        ),
      );
    return [make('section', '', make('h3', '', 'Details'), list)];
  }

  function toSources({ line }: Item): HTMLElement[] {
    const items = line.sources.map((id) => {
      const source = history.sources.get(id);
      const under = [source?.author, sayDate(source?.date)].filter(Boolean).join(' · ');
      return make('li', '', make('span', 'name', source?.title ?? id), ...(under ? [make('span', 'sub', under)] : []));
    });
    const seen = saySeen(line);
    return [
      make(
        'section',
        '',
        make('h3', '', plural(line.sources.length, 'source')),
        ...(seen ? [make('p', 'sub', `Stated ${seen}.`)] : []),
        make('ul', 'plain', ...items),
      ),
    ];
  }

  function toTechnical({ line }: Item): HTMLElement[] {
    const codes = (line.codes ?? []).map(({ system, code, display }) =>
      make('li', '', make('code', '', `${code ?? ''}`), ` ${display ?? ''} `, make('span', 'sub', system ?? '')),
    );
    const resources = line.resources.map((reference) => make('li', '', make('code', '', reference)));
    return [
      make(
        'details',
        'technical',
        make('summary', '', 'Codes and FHIR resources'),
        make('ul', 'plain', ...codes, ...resources),
      ),
    ];
  }

  need('#previous').addEventListener('click', () => go(-1));
  need('#next').addEventListener('click', () => go(1));
  need('#close').addEventListener('click', () => dialog.close());
  dialog.addEventListener('click', ({ target }) => {
    if (target === dialog) dialog.close();
  });
  dialog.addEventListener('close', () => {
    if (shown) closed(shown);
    shown = undefined;
    content.replaceChildren();
  });
  dialog.addEventListener('keydown', (event) => {
    if (event.target instanceof HTMLElement && event.target.closest('.wide, summary')) return;
    if (event.key === 'ArrowRight') go(1);
    else if (event.key === 'ArrowLeft') go(-1);
  });
  return { open };
}
