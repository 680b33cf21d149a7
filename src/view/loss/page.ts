/** The page: one HTML file that needs no network, runs no script but its own, and shows values only as text. */
import type { PageData } from './data.js';

export interface PageParts {
  readonly title: string;
  readonly summary: string;
  readonly data: PageData;
  readonly style: string;
  readonly script: string;
  /** Base64 SHA-256 of a text, for the content security policy. */
  readonly digest: (text: string) => string;
}

/** The whole HTML. */
export function toPage({ title, summary, data, style, script, digest }: PageParts): string {
  const policy = [
    "default-src 'none'",
    `script-src 'sha256-${digest(script)}'`,
    `style-src 'sha256-${digest(style)}'`,
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="referrer" content="no-referrer">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)}: what became of it</title>
<style>${style}</style>
</head>
<body>
<header>
<h1>${escapeHtml(title)}</h1>
<p class="notice">${escapeHtml(summary)} This page holds the content of the document, patient data included: treat it as you treat the document. It works offline and sends nothing.</p>
<div id="bar" aria-hidden="true"></div>
<div class="states" id="kept" role="group" aria-label="Show only what was kept so"><span>Kept</span></div>
<div class="states" id="lost" role="group" aria-label="Show only what was lost so"><span>Lost</span></div>
</header>
<nav aria-label="Filters">
<input id="search" type="search" placeholder="Search values, names, rules" aria-label="Search">
<select id="section" aria-label="Section"><option value="">All sections</option></select>
<input id="rule" list="rules" placeholder="Rule" aria-label="Rule"><datalist id="rules"></datalist>
<button id="previous">◂ Previous loss</button><button id="next">Next loss ▸</button>
<button id="unfold">Unfold all</button><button id="fold">Fold</button><button id="clear">Clear filters</button>
<span id="hits" role="status"></span>
</nav>
<main>
<section><h2>Document</h2><div class="pane" id="source" tabindex="0" aria-label="Document"></div></section>
<section><h2>FHIR resources</h2><div class="pane" id="target" tabindex="0" aria-label="FHIR resources"></div></section>
</main>
<aside id="inspector" aria-live="polite"><div class="foot">Click a piece of data to see what became of it, or a line of a resource to see where it is from.</div></aside>
<footer><kbd>↓</kbd> <kbd>↑</kbd> next and previous piece, <kbd>n</kbd> <kbd>p</kbd> next and previous loss, <kbd>Enter</kbd> to the resource, <kbd>←</kbd> fold, <kbd>/</kbd> search, <kbd>Esc</kbd> clear filters</footer>
<noscript><p>This page needs its own script to show the document.</p></noscript>
<script type="application/json" id="data">${escapeJson(JSON.stringify(data))}</script>
<script>${script}</script>
</body>
</html>
`;
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};
const escapeHtml = (text: string): string => text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? '');

/** JSON that cannot end the element it stands in, nor open a comment. */
const escapeJson = (text: string): string =>
  text.replace(/[<>&\u2028\u2029]/g, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);
