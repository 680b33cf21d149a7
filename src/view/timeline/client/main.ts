/** The script of the page of a timeline. */
import { need, onKey, readData } from '../../client/dom.js';
import { followTheme } from '../../client/theme.js';
import type { PageData } from '../data.js';
import { sayDate } from './dates.js';
import { createDetail } from './detail.js';
import { type Choice, clearChoice, createChoice } from './filter.js';
import { toHistory, upperFirst } from './history.js';
import { showOverview } from './overview.js';
import { showResults } from './results.js';
import { toSeries } from './series.js';
import { showSources } from './sources.js';
import { createTabs } from './tabs.js';
import { createTimeline } from './timeline.js';

const history = toHistory(readData<PageData>());
const series = toSeries(history);
const choice = createChoice();

const { birthDate, gender, identifiers } = history.timeline.patient;
need('#who').textContent = [
  birthDate && `Born ${sayDate(birthDate)}`,
  gender && upperFirst(gender),
  ...identifiers.slice(0, 1).map(({ type, value }) => `${type ?? 'ID'} ${value}`),
]
  .filter(Boolean)
  .join(' · ');
followTheme(need('#theme'));
if (matchMedia('(max-width: 1000px)').matches) need('.filters').removeAttribute('open');
const show = createTabs((tab) => {
  if (tab === 'timeline') view.draw();
});
const view = createTimeline(history, series, choice, {
  open: (item) => detail.open(item),
  chosen: () => show('timeline'),
});
const detail = createDetail(history, series, view.beside, (item) => {
  if (!need('#panel-timeline').hidden) view.focus(item);
});

/** Shows the timeline with one choice and no other. */
function choose(change: (choice: Choice) => void): void {
  clearChoice(choice);
  change(choice);
  show('timeline');
  view.update();
}

showOverview(history, series, { open: detail.open, choose, show });
showResults(series, detail.open);
showSources(history, choose, detail.open);
view.update();
document.documentElement.style.setProperty('--top', `${need('.top').offsetHeight}px`);
new ResizeObserver(() => {
  document.documentElement.style.setProperty('--top', `${need('.top').offsetHeight}px`);
}).observe(need('.top'));

need('#print').addEventListener('click', () => print());
onKey((key) => {
  if (need<HTMLDialogElement>('#detail').open) return false;
  if (key !== '/') return false;
  need('#search').focus();
  return true;
});
