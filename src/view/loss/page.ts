/** The page of one conversion: the document beside its resources. */
import { LOSS } from '../../pages.gen.js';
import { escapeHtml, toPage } from '../page.js';
import type { PageData } from './data.js';

export interface LossPageParts {
  readonly title: string;
  /** What became of the document, in a sentence. */
  readonly summary: string;
  readonly data: PageData;
}

/** The whole HTML. */
export const toLossPage = ({ title, summary, data }: LossPageParts): string =>
  toPage({ title: `${title}: what became of it`, body: toBody(title, summary), data, assets: LOSS });

const toBody = (title: string, summary: string): string => `<header>
<h1>${escapeHtml(title)}</h1>
<p class="notice">${escapeHtml(summary)} This page holds the content of the document, patient data included: treat it as you treat the document. It works offline and sends nothing.</p>
<div id="bar" aria-hidden="true"></div>
<div class="states" id="kept" role="group" aria-label="Show only what was kept so"><span>Kept</span></div>
<div class="states" id="lost" role="group" aria-label="Show only what was lost so"><span>Lost</span></div>
</header>
<nav aria-label="Filters">
<input id="search" type="search" placeholder="Search values, names, rules" aria-label="Search">
<select id="section" aria-label="Section"><option value="">All sections</option></select>
<input id="rule" list="rules" placeholder="Rule of conversion" aria-label="Rule"><datalist id="rules"></datalist>
<button id="previous">◂ Previous loss</button><button id="next">Next loss ▸</button>
<button id="unfold">Unfold all</button><button id="fold">Fold</button><button id="clear">Clear filters</button>
<span id="hits" role="status"></span>
</nav>
<main>
<section><h2>Document</h2><div class="pane" id="source" role="group" tabindex="0" aria-label="Document"></div></section>
<section><div class="sides" role="tablist" aria-label="Beside the document"><button type="button" role="tab" id="show-target" aria-controls="target" aria-selected="true">FHIR resources</button><button type="button" role="tab" id="show-text" aria-controls="text" aria-selected="false" tabindex="-1">Text, as people read it</button></div><div class="pane" id="target" role="tabpanel" tabindex="0" aria-labelledby="show-target"></div><div class="pane" id="text" role="tabpanel" tabindex="0" aria-labelledby="show-text" hidden></div></section>
</main>
<aside id="inspector" aria-live="polite"><div class="foot">On the left stands the document as it came, piece by piece, in the colours of what became of them (see above: point at one to read what it means). On the right stands what was made of it. Click a piece of data to see what became of it, a line of a resource to see where it is from, or words of the text to see both.</div></aside>
<footer><kbd>↓</kbd> <kbd>↑</kbd> next and previous piece, <kbd>n</kbd> <kbd>p</kbd> next and previous loss, <kbd>Enter</kbd> to the resource, <kbd>←</kbd> fold, <kbd>/</kbd> search, <kbd>Esc</kbd> clear filters</footer>`;
