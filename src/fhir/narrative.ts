/** CDA narrative to the XHTML subset FHIR allows, by allow-list (NA-01 to NA-04). Text is escaped, never trusted. */
import { child, isLeaf, type Leaf, type Node, peek } from '../read/node.js';
import {
  BLOCK,
  CONTAINERS,
  ELEMENTS,
  SAFE_LINK,
  SILENT,
  STYLE_CODES,
  TABLE_ATTRIBUTES,
  TABLE_PARTS,
  VOID,
} from './narrative-rules.js';
import { enclose, localName } from './narrative-table.js';

const XHTML = 'http://www.w3.org/1999/xhtml';
const ILLEGAL = /[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu;

/** IDs one div holds so far, and those it is known to end up with: the only places its links may point. */
interface Div {
  readonly ids: Set<string>;
  readonly targets: ReadonlySet<string>;
  /** Set when a link to an ID not among the targets was left out. */
  dangling: boolean;
}

/**
 * A section's `text`, or any element inside it, as one XHTML `div`.
 * A table row, cell or body alone is put into a table with the header it stands under (NA-01).
 * @returns the div as a string, or undefined if there is nothing to read in it
 */
export function toXhtml(node: Node): string | undefined {
  const whole = enclose(node);
  const draft: Div = { ids: new Set(), targets: new Set(), dangling: false };
  const body = renderWhole(whole, draft);
  if (!hasText(body)) return undefined;
  // Which IDs the div ends up with is known only now; text with links to them is written a second time.
  const final = draft.dangling ? renderWhole(whole, { ids: new Set(), targets: draft.ids, dangling: false }) : body;
  return `<div xmlns="${XHTML}">${final.trim()}</div>`;
}

/** True if there is more than tags and white space: in what was rendered `<` and `>` stand for nothing but tags. */
function hasText(xhtml: string): boolean {
  let from = 0;
  for (let tag = xhtml.indexOf('<'); tag >= 0; tag = xhtml.indexOf('<', from)) {
    if (tag > from && xhtml.slice(from, tag).trim() !== '') return true;
    from = xhtml.indexOf('>', tag) + 1;
    if (from === 0) return true;
  }
  return xhtml.slice(from).trim() !== '';
}

function renderWhole(node: Node, div: Div): string {
  return ELEMENTS.has(localName(node)) ? renderItem(node, undefined, div) : renderContent(node, undefined, div);
}

/**
 * The text of an element as a reader sees it: white space collapsed, blocks on lines of their own, table cells apart.
 * Text marked as deleted (`revised="delete"`) is not part of it.
 */
export function plainText(node: Node): string {
  return collect(node)
    .replace(/[^\S\n]+/g, ' ')
    .replace(/ ?\n[ \n]*/g, '\n')
    .trim();
}

function collect(item: Node | Leaf): string {
  if (isLeaf(item)) return item.name === '#text' ? item.value.replace(ILLEGAL, '').replace(/\s+/g, ' ') : '';
  const name = localName(item);
  if (SILENT.has(name) || isDeleted(item)) return '';
  const html = ELEMENTS.get(name) ?? '';
  const edge = BLOCK.has(html) ? '\n' : TABLE_PARTS.has(html) ? ' ' : '';
  return `${edge}${item.content.map(collect).join('')}${edge}`;
}

const isDeleted = (node: Node): boolean => peek(node, 'revised') === 'delete';

const UNFIT = /[^\w.:-]/;

const cleanId = (id: string): string => (UNFIT.test(id) ? id.trim().replace(/[^\w.:-]/g, '_') : id);

/** Text without any of these needs no thought: most of it. */
const UNUSUAL = /[&<>"]|[^ -\uD7FF]| {2}/;
const LAYOUT = /[\t\r\n]| {2}/;
const SPECIAL = /[&<>"]|[^\t\n\r\u0020-\uD7FF]/;

/** One character after the other: a call for each of many millions would take more memory than the text. */
const escapeText = (text: string): string =>
  SPECIAL.test(text)
    ? text
        .replace(ILLEGAL, '')
        .replace(/&/g, '&amp;')
        .replace(/</g, '&lt;')
        .replace(/>/g, '&gt;')
        .replace(/"/g, '&quot;')
    : text;

function renderContent(node: Node, container: string | undefined, div: Div): string {
  let text = '';
  for (const item of node.content) text += renderItem(item, container, div);
  return text;
}

/** `container` is the XHTML element around, if that is one that holds only elements. */
function renderItem(item: Node | Leaf, container: string | undefined, div: Div): string {
  if (isLeaf(item)) return item.name === '#text' ? renderText(item.value, container) : '';
  const name = localName(item);
  if (SILENT.has(name)) return '';
  const html = ELEMENTS.get(name);
  if (html === undefined) return renderContent(item, container, div);
  if (name === 'list' || html === 'ul' || html === 'ol') return renderList(item, html, div);
  if (name === 'renderMultiMedia') return renderMedia(item, container, div);
  if (html === 'a') return renderLink(item, div);
  if (html === 'caption' && container !== 'table') return wrap(renderElement(item, 'span', div), container);
  return renderElement(item, html, div);
}

function renderElement(node: Node, html: string, div: Div, extra = ''): string {
  const start = `<${html}${extra}${renderAttributes(node, html, div)}`;
  // Words in a line break are none of its own: they stand after it.
  if (html === 'br' || html === 'hr') return `${start}/>${renderContent(node, undefined, div)}`;
  if (VOID.has(html)) return `${start}/>`;
  const content = renderContent(node, CONTAINERS.has(html) ? html : undefined, div);
  // `del` is not in the FHIR subset, and a class alone would show struck-out text as if it still held.
  return `${start}>${isDeleted(node) ? `[deleted: ${content}]` : content}</${html}>`;
}

function renderText(value: string, container: string | undefined): string {
  const text = UNUSUAL.test(value) ? escapeText(LAYOUT.test(value) ? value.replace(/[ \t\r\n]+/g, ' ') : value) : value;
  if (container === undefined) return text;
  return text.trim() === '' ? '' : wrap(text.trim(), container);
}

/** Puts text into the elements its container demands, e.g. into a cell within a row. */
function wrap(xhtml: string, container: string | undefined): string {
  if (container === undefined) return xhtml;
  const wrappers = CONTAINERS.get(container) ?? [];
  return wrappers.reduceRight((inner, name) => `<${name}>${inner}</${name}>`, xhtml);
}

/** XHTML has no caption for lists: it becomes a paragraph before the list. */
function renderList(node: Node, html: string, div: Div): string {
  const caption = child(node, 'caption');
  const before = caption === undefined ? '' : renderElement(caption, 'p', div);
  const items: Node = { ...node, content: node.content.filter((item) => item !== caption) };
  return `${before}${renderElement(items, peek(node, 'listType') === 'ordered' ? 'ol' : html, div)}`;
}

/** The media object itself is a resource of its own; here stands a sign that it belongs at this place. */
function renderMedia(node: Node, container: string | undefined, div: Div): string {
  const content = renderContent(node, undefined, div).trim();
  return wrap(`<span${renderAttributes(node, 'span', div)}>[media]${content && ` ${content}`}</span>`, container);
}

function renderLink(node: Node, div: Div): string {
  const note = localName(node) === 'footnoteRef';
  const href = note ? `#${peek(node, 'IDREF') ?? ''}` : (peek(node, 'href') ?? '');
  const target = safeLink(href, div);
  if (target === undefined) return note ? '' : renderElement(node, 'span', div);
  const link = ` href="${escapeText(target)}"`;
  return note ? `<a${link}>*</a>` : renderElement(node, 'a', div, link);
}

/** The link target if it is of an allowed scheme, or an ID that this very div holds (NA-03, NA-04). */
function safeLink(href: string, div: Div): string | undefined {
  const compact = href.replace(ILLEGAL, '').replace(/\s+/g, '');
  if (!SAFE_LINK.test(compact)) return undefined;
  if (!compact.startsWith('#')) return compact;
  const id = cleanId(href.trim().slice(1));
  if (div.targets.has(id)) return `#${id}`;
  div.dangling = true;
  return undefined;
}

function renderAttributes(node: Node, html: string, div: Div): string {
  let text = '';
  const isFootnote = localName(node) === 'footnote';
  if (node.attributes.length === 0 && !isFootnote) return text;
  const written = peek(node, 'ID');
  const id = written === undefined ? '' : cleanId(written);
  if (id && !div.ids.has(id)) {
    div.ids.add(id);
    text += ` id="${id}"`;
  }
  const styles = peek(node, 'styleCode');
  if (styles !== undefined || isFootnote) text += renderClass(styles ?? '', isFootnote);
  if (!TABLE_PARTS.has(html)) return text;
  for (const [name, pattern] of TABLE_ATTRIBUTES) {
    const value = peek(node, name)?.trim();
    if (value !== undefined && pattern.test(value)) text += ` ${name}="${value}"`;
  }
  return text;
}

function renderClass(styles: string, isFootnote: boolean): string {
  const codes = styles.toLowerCase().split(/\s+/);
  const classes = [...new Set(codes.flatMap((code) => STYLE_CODES.get(code) ?? []))];
  if (isFootnote) classes.push('footnote');
  return classes.length > 0 ? ` class="${classes.join(' ')}"` : '';
}
