/**
 * Narrative of any source, fit for a page: closed lists of elements and attributes, nothing else reaches the output.
 * FHIR forbids more than this already (txt-1), but a Bundle from elsewhere need not obey.
 */
import { ELEMENTS, SAFE_LINK, SILENT, TABLE_ATTRIBUTES, VOID } from '../fhir/narrative-rules.js';

const ALLOWED: ReadonlySet<string> = new Set([...ELEMENTS.values(), 'small', 'u', 'dl', 'dt', 'dd', 'blockquote']);
const TOKEN = /<!--[\s\S]*?-->|<[^>]*>?|[^<]+/g;
const TAG = /^<(\/?)([A-Za-z][A-Za-z0-9]*)((?:\s[^>]*)?)(\/?)>$/;
const ATTRIBUTE = /([A-Za-z]+)\s*=\s*(?:"([^"]*)"|'([^']*)')/g;

/** A well-formed `div` without scripts, styles, pictures, and links to anything but the web, mail or itself. */
export function sanitizeXhtml(div: string): string {
  const open: string[] = [];
  let silent = '';
  let text = '';
  for (const [token] of div.matchAll(TOKEN)) {
    if (!token.startsWith('<')) {
      if (!silent) text += token.replaceAll('>', '&gt;').replace(/&(?!#?\w+;)/g, '&amp;');
      continue;
    }
    const [, closing, rawName = '', attributes = ''] = TAG.exec(token) ?? [];
    const name = rawName.toLowerCase();
    if (SILENT.has(name)) silent = closing ? '' : attributes.endsWith('/') ? '' : name;
    else if (!silent && ALLOWED.has(name)) text += closing ? close(name) : start(name, attributes);
  }
  return (
    text +
    open
      .reverse()
      .map((name) => `</${name}>`)
      .join('')
  );

  function start(name: string, attributes: string): string {
    const isEmpty = VOID.has(name) || attributes.trimEnd().endsWith('/');
    if (!isEmpty) open.push(name);
    return `<${name}${keepAttributes(name, attributes)}${isEmpty ? '/' : ''}>`;
  }

  /** Closes what was opened since, as a browser would. */
  function close(name: string): string {
    const at = open.lastIndexOf(name);
    if (at < 0) return '';
    return open
      .splice(at)
      .reverse()
      .map((each) => `</${each}>`)
      .join('');
  }
}

function keepAttributes(name: string, attributes: string): string {
  let kept = '';
  for (const [, rawKey = '', double, single] of attributes.matchAll(ATTRIBUTE)) {
    const key = rawKey.toLowerCase();
    const value = (double ?? single ?? '').trim();
    const isKept =
      key === 'href'
        ? name === 'a' && SAFE_LINK.test(value)
        : TABLE_ATTRIBUTES.get(key)?.test(value) || key === 'title';
    if (isKept) kept += ` ${key}="${value.replaceAll('"', '&quot;').replaceAll('<', '&lt;')}"`;
  }
  return kept;
}
