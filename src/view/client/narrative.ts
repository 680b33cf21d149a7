/**
 * Original narrative in the page. It was sanitised before, but the page does not rely on that: it reads the XHTML in a
 * document that runs and loads nothing, and builds anew what the lists below name. Links are shown as text, with where
 * they lead: nothing of a record can make the page ask for anything.
 */
import { make, set } from './dom.js';

const ELEMENTS = new Set(
  'a b blockquote br caption col colgroup dd del div dl dt em h1 h2 h3 h4 h5 h6 hr i ins li ol p pre q small span strong sub sup table tbody td tfoot th thead tr u ul'.split(
    ' ',
  ),
);
/** What holds no text to read. */
const SILENT = new Set(
  'script style iframe object embed template svg math noscript head title meta link base form input button select textarea audio video source track canvas applet frame frameset'.split(
    ' ',
  ),
);
const ATTRIBUTES: Readonly<Record<string, RegExp>> = {
  colspan: /^[1-9]\d{0,2}$/,
  rowspan: /^[1-9]\d{0,2}$/,
  scope: /^(row|col|rowgroup|colgroup)$/,
};
/** Headings of the narrative stand below those of the page. */
const HEADING = /^h[1-6]$/;

/** The narrative as an element of the page; text that is no XHTML becomes a paragraph. */
export function toNarrative(xhtml: string): HTMLElement {
  const root = make('div', 'narrative');
  if (!/^\s*</.test(xhtml)) {
    root.append(make('p', '', xhtml));
    return root;
  }
  const read = new DOMParser().parseFromString(xhtml, 'text/html');
  copyInside(read.body, root);
  return root;
}

/** The words of a narrative, for searching. */
export const toText = (xhtml: string): string =>
  xhtml
    .replace(/<[^>]*>/g, ' ')
    .replace(/&nbsp;|&#160;/g, ' ')
    .replace(/&lt;/g, '<')
    .replace(/&gt;/g, '>')
    .replace(/&amp;/g, '&');

function copyInside(from: Node, to: HTMLElement): void {
  for (const node of from.childNodes) {
    if (node.nodeType === Node.TEXT_NODE) to.append(node.textContent ?? '');
    else if (node instanceof Element) copyElement(node, to);
  }
}

function copyElement(from: Element, to: HTMLElement): void {
  const name = from.localName.toLowerCase();
  if (SILENT.has(name)) return;
  if (name === 'img') {
    to.append(make('span', 'missing', `[picture${from.getAttribute('alt') ? `: ${from.getAttribute('alt')}` : ''}]`));
    return;
  }
  if (!ELEMENTS.has(name)) {
    copyInside(from, to);
    return;
  }
  const copy = document.createElement(HEADING.test(name) ? 'h5' : name === 'a' ? 'span' : name);
  for (const [attribute, form] of Object.entries(ATTRIBUTES)) {
    const value = from.getAttribute(attribute);
    if (value !== null && form.test(value)) set(copy, { [attribute]: value });
  }
  copyInside(from, copy);
  const link = name === 'a' ? (from.getAttribute('href') ?? '') : '';
  if (/^(https?|mailto):/i.test(link) && link !== copy.textContent)
    copy.append(make('span', 'link-target', ` (${link})`));
  // What is too wide scrolls, and must be reached by keyboard for that.
  to.append(
    name === 'table' ? set(make('div', 'wide', copy), { tabindex: '0', role: 'group', 'aria-label': 'Table' }) : copy,
  );
}
