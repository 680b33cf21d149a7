/** The page of a timeline: one HTML file a patient or a doctor opens in a browser, without network. */
import { TIMELINE, WORDS } from '../../pages.gen.js';
import { REASONS } from '../../report/terminal.js';
import type { Timeline } from '../../timeline/model.js';
import { escapeHtml, toPage } from '../page.js';
import type { PageData } from './data.js';

/**
 * The whole HTML. It holds the patient's data: what the page is for.
 * @param timeline as `toTimeline` makes it; its lines may be in any order and any number
 */
export function timelineToHtml(timeline: Timeline): string {
  const data: PageData = { timeline, words: WORDS, reasons: REASONS };
  const name = timeline.patient.name ?? 'Health record';
  return toPage({ title: `${name}: health record`, body: toBody(name), data, assets: TIMELINE });
}

const TABS = { overview: 'Overview', timeline: 'Timeline', results: 'Results', sources: 'Sources' } as const;

function toBody(name: string): string {
  const tabs = Object.entries(TABS).map(
    ([id, title], index) =>
      `<button type="button" role="tab" id="tab-${id}" aria-controls="panel-${id}" aria-selected="${index === 0}"${index === 0 ? '' : ' tabindex="-1"'}>${title}</button>`,
  );
  return `<a class="skip" href="#main">Skip to the content</a>
<header class="top">
<div class="bar">
<div class="who"><h1>${escapeHtml(name)}</h1><p class="facts" id="who"></p></div>
<div class="find" role="search"><input id="search" type="search" placeholder="Search: HbA1c, allergies, active medications …" aria-label="Search the record" autocomplete="off" spellcheck="false"></div>
<div class="tools"><button type="button" id="theme">Dark</button><button type="button" id="print">Print</button></div>
</div>
<nav aria-label="Views"><div class="tabs" role="tablist" aria-label="Views">${tabs.join('')}</div></nav>
</header>
<main id="main" tabindex="-1">
<section id="panel-overview" role="tabpanel" aria-labelledby="tab-overview"><div id="notices"></div><div id="cards"></div></section>
<section id="panel-timeline" role="tabpanel" aria-labelledby="tab-timeline" hidden>
<h2 class="hidden">Timeline</h2>
<details class="filters" open><summary>Filters</summary>
<div class="filter-groups"><div id="kinds"></div><div id="switches" class="group"></div>
<div class="group"><label class="since" for="since">New since</label><input id="since" type="date"></div>
<div id="standings"></div><div id="sources-filter"></div></div></details>
<div class="main-column">
<div class="toolbar"><span id="found" role="status"></span><span id="chosen"></span><button type="button" class="more" id="clear" hidden>Clear all</button>
<span class="push"></span><select id="jump" aria-label="Go to year"></select>
<select id="order" aria-label="Order"><option value="year">By year, newest first</option><option value="year-oldest">By year, oldest first</option><option value="visit">By visit, newest first</option><option value="visit-oldest">By visit, oldest first</option></select></div>
<div id="answers" class="grid"></div>
<div id="lanes"></div>
<p id="nothing" class="empty" hidden>Nothing in the record fits. Try fewer words, or clear the filters.</p>
</div>
<nav class="rail" aria-label="Years"><ul id="years"></ul></nav>
</section>
<section id="panel-results" role="tabpanel" aria-labelledby="tab-results" hidden><input id="find-test" type="search" placeholder="Find a test" aria-label="Find a test" autocomplete="off"><div id="tests"></div></section>
<section id="panel-sources" role="tabpanel" aria-labelledby="tab-sources" hidden><div id="sources"></div></section>
</main>
<footer>This page works offline and sends nothing. It holds personal health data: keep it as you keep your other health papers. It was put together by software from the sources named in it, and may be incomplete; for decisions ask your doctor. <span class="keys">Keys: <kbd>/</kbd> search, <kbd>↑</kbd> <kbd>↓</kbd> entries, <kbd>Enter</kbd> open, <kbd>←</kbd> <kbd>→</kbd> in an open entry: previous, next; <kbd>Esc</kbd> close.</span></footer>
<dialog id="detail" aria-labelledby="detail-title"><div class="detail-bar"><button type="button" id="previous" aria-label="Previous entry">←</button><button type="button" id="next" aria-label="Next entry">→</button><span class="push"></span><button type="button" id="close">Close</button></div><div id="detail-content"></div></dialog>`;
}
