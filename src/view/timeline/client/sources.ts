/** Where it all comes from, how much of each source was carried over, and what was merged: what to trust. */
import type { PatientSuggestion, SourceFinding, SourceLoss, TimelineSource } from '../../../timeline/model.js';
import { button, make, need, set, toTable, toTableRow } from '../../client/dom.js';
import { sayDate } from './dates.js';
import type { Choice } from './filter.js';
import { type History, type Item, plural } from './history.js';

const KIND_WORDS: Readonly<Record<string, string>> = {
  ccd: 'Clinical document (CCD)',
  bundle: 'FHIR Bundle',
  ndjson: 'FHIR export (NDJSON)',
  resource: 'FHIR resource',
};
const LOST_SHOWN = 20;

export function showSources(
  history: History,
  choose: (change: (choice: Choice) => void) => void,
  open: (item: Item) => void,
): void {
  const { timeline, reasons } = history;
  need('#sources').replaceChildren(
    ...toSuggestions(timeline.reconcile.suggestions),
    make('h2', '', plural(timeline.sources.length, 'source')),
    ...toSum(timeline.sources),
    make(
      'div',
      'grid sources',
      ...timeline.sources.map((source) =>
        toSource(source, reasons, () => choose((choice) => choice.sources.add(source.id))),
      ),
    ),
    toMerging(history, open),
  );
}

/** All converted documents in one sentence. */
function toSum(sources: readonly TimelineSource[]): HTMLElement[] {
  const losses = sources.flatMap(({ loss }) => loss ?? []);
  if (losses.length < 2) return [];
  const statements = losses.reduce((sum, loss) => sum + loss.statements, 0);
  const converted = losses.reduce((sum, loss) => sum + loss.converted, 0);
  const words = `${converted.toLocaleString('en')} of ${plural(statements, 'statement')} in ${losses.length} converted documents became entries. What did not is listed below, with the reason.`;
  return [make('p', 'sum', words)];
}

function toSource(source: TimelineSource, reasons: Readonly<Record<string, string>>, show: () => void): HTMLElement {
  const { title, kind, author, date, upgradedFrom, loss, resources, findings } = source;
  const under = [KIND_WORDS[kind], upgradedFrom && `upgraded from FHIR ${upgradedFrom}`, author, sayDate(date)];
  const count = Object.values(resources).reduce((sum, one) => sum + one, 0);
  const card = make(
    'section',
    'card source',
    make('h3', '', title),
    make('p', 'sub', under.filter(Boolean).join(' · ')),
  );
  if (loss) card.append(...toLoss(loss, title, reasons));
  else card.append(make('p', 'figure', `${plural(count, 'FHIR record')} read as they are; nothing was converted.`));
  card.append(...toFindings(findings), button('more', show, 'Show its entries'));
  return card;
}

function toLoss(loss: SourceLoss, title: string, reasons: Readonly<Record<string, string>>): HTMLElement[] {
  const { statements, converted, leaves, complete, sections, lost } = loss;
  const text = statements - converted;
  const share = statements === 0 ? 1 : converted / statements;
  const bar = set(make('div', 'share', make('span')), {
    role: 'img',
    'aria-label': `${Math.floor(share * 100)} % of statements converted`,
  });
  (bar.firstElementChild as HTMLElement).style.width = `${share * 100}%`;
  const said: HTMLElement[] = [
    bar,
    make(
      'p',
      'figure',
      make('strong', '', `${converted.toLocaleString('en')} of ${plural(statements, 'statement')}`),
      text === 0
        ? ' became entries; none was left as text only.'
        : ` became entries; ${text.toLocaleString('en')} stand in the text of their section only.`,
    ),
    make(
      'p',
      'sub',
      `${plural(leaves.total, 'piece')} of data read, ${leaves.lost.toLocaleString('en')} not carried over, each with its reason.`,
    ),
  ];
  if (!complete) said.push(make('p', 'warning', '⚠ The document ends early: what stood after that is missing.'));
  const partial = sections.filter((section) => section.converted < section.statements);
  if (partial.length > 0) said.push(toSections(partial));
  if (lost.length > 0) said.push(toLost(lost, title, reasons));
  return said;
}

function toSections(sections: SourceLoss['sections']): HTMLElement {
  const items = sections.map(({ title, statements, converted }) =>
    make('li', '', `${title}: ${statements - converted} of ${statements} as text only`),
  );
  return make('details', '', make('summary', '', 'Sections kept partly as text'), make('ul', 'plain', ...items));
}

function toLost(lost: SourceLoss['lost'], title: string, reasons: Readonly<Record<string, string>>): HTMLElement {
  const rows = lost
    .slice(0, LOST_SHOWN)
    .map(({ reason, path, count }) =>
      toTableRow('', reasons[reason] ?? reason, make('span', 'path', path), count.toLocaleString('en')),
    );
  const table = make('div', 'wide', toTable('values', ['Why', 'Where', 'Pieces'], rows));
  set(table, { tabindex: '0', role: 'region', 'aria-label': `What was not carried over from ${title}` });
  const details = make('details', '', make('summary', '', 'What was not carried over'), table);
  if (lost.length > LOST_SHOWN)
    details.append(
      make('p', 'rest', `and ${lost.length - LOST_SHOWN} more kinds: see the loss report of the document`),
    );
  return details;
}

function toFindings(findings: readonly SourceFinding[]): HTMLElement[] {
  const told = findings.filter(({ severity }) => severity !== 'information');
  if (told.length === 0) return [];
  const items = told.map(({ severity, message, count, path }) =>
    make(
      'li',
      '',
      `${severity === 'error' ? '⚠ ' : ''}${message}${count && count > 1 ? ` (${count} times)` : ''}`,
      ...(path ? [make('span', 'sub', path)] : []),
    ),
  );
  return [make('details', '', make('summary', '', plural(told.length, 'warning')), make('ul', 'plain', ...items))];
}

/** Records of someone who may be the same person: people decide. */
function toSuggestions(suggestions: readonly PatientSuggestion[]): HTMLElement[] {
  if (suggestions.length === 0) return [];
  const items = suggestions.map(({ patients, why }) => make('li', '', why, make('span', 'sub', patients.join(', '))));
  return [
    make(
      'section',
      'disagree',
      make('h2', '', '⚠ Possibly the same person'),
      make('p', '', 'These records were not merged. Merge them with --patient if they are.'),
      make('ul', 'plain', ...items),
    ),
  ];
}

function toMerging({ timeline, items }: History, open: (item: Item) => void): HTMLElement {
  const { read, kept, merged, conflicts } = timeline.reconcile.counts;
  const facts: [string, string][] = [
    ['Records read', read.toLocaleString('en')],
    ['Records kept', kept.toLocaleString('en')],
    ['Merged from several', merged.toLocaleString('en')],
    ['Kept apart, as they contradict each other', conflicts.toLocaleString('en')],
  ];
  const list = make('dl', '', ...facts.flatMap(([label, value]) => [make('dt', '', label), make('dd', '', value)]));
  const card = make(
    'section',
    'card',
    make('h2', '', 'What was merged'),
    make(
      'p',
      'sub',
      'One fact in several records is one entry, and names all its sources. Nothing is merged across a contradiction.',
    ),
    list,
  );
  const disagree = items.filter(({ line }) => line.conflict);
  if (disagree.length > 0)
    card.append(
      make('h3', '', 'Where sources disagree'),
      make(
        'ul',
        'entries',
        ...disagree.slice(0, 50).map((item) =>
          make(
            'li',
            '',
            button('entry', () => open(item), item.name, ' ', make('span', 'sub', item.standing)),
          ),
        ),
      ),
    );
  return card;
}
