import { describe, expect, it } from 'vitest';
import { convert, mergeAll, prepareLossPage, timelineToHtml, toTimeline } from '../../src/index.js';
import { sanitizeXhtml } from '../../src/timeline/sanitize.js';
import { type Element, parse } from '../property/xml.js';
import { IN_A_BROWSER, noBrowser, useBrowser } from '../view/browser.js';
import { withText } from './documents.js';
import { LINKS, MARKUP } from './payloads.js';

const escapeXml = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');

const link = (target: string): string =>
  `<linkHtml href="${target}" name="${target}" title="${target}">l</linkHtml><a href="${target}">a</a>`;

const words = [...MARKUP, ...LINKS.map(link)].map((markup) => `<content>${markup}</content>`);

/** One document with everything, and one for each: what breaks the XML must not hide the rest. */
const EVIL = `</script><img src=x onerror=globalThis.hacked=1>"onload="globalThis.hacked=1`;
const whole = withText(words.join('\n'))
  .replace('Hostile', escapeXml(EVIL))
  .replace('Allergies', escapeXml(EVIL))
  .replace(
    'extension="p-1"/>',
    `extension="${escapeXml(EVIL)}"/><patient><name><given>${escapeXml(EVIL)}</given></name></patient>`,
  );

interface Narrative {
  readonly type: string;
  readonly div: string;
}

async function narrativesOf(source: string): Promise<Narrative[]> {
  const found: Narrative[] = [];
  const collect = (type: string, value: unknown): void => {
    if (typeof value !== 'object' || value === null) return;
    for (const [key, item] of Object.entries(value)) {
      if (key === 'div' && typeof item === 'string') found.push({ type, div: item });
      else collect(type, item);
    }
  };
  for await (const event of convert(source))
    if (event.kind === 'resource') collect(event.resource.resourceType, event.resource);
  return found;
}

const ELEMENTS = new Set(
  'div span p ul ol li caption table thead tbody tfoot colgroup col tr th td br sub sup a b em h1 h2 h3 h4 h5 h6 hr i pre strong'.split(
    ' ',
  ),
);
const ATTRIBUTES: Readonly<Record<string, RegExp>> = {
  id: /^[\w.:-]+$/,
  class: /^[A-Za-z ]+$/,
  href: /^(https?:\/\/|mailto:|#)/i,
  colspan: /^\d+$/,
  rowspan: /^\d+$/,
  scope: /^(row|col|rowgroup|colgroup)$/,
  xmlns: /^http:\/\/www\.w3\.org\/1999\/xhtml$/,
};

/** What stands in a div beyond the closed lists. */
function strangersIn(element: Element): string[] {
  const strange = ELEMENTS.has(element.name) ? [] : [element.name];
  for (const [name, value] of Object.entries(element.attributes))
    if (!ATTRIBUTES[name]?.test(value)) strange.push(`${element.name}@${name}`);
  return [...strange, ...element.content.flatMap((item) => (typeof item === 'string' ? [] : strangersIn(item)))];
}

describe('what reaches text.div', () => {
  it.each([...words, words.join('\n')])('of %j is nothing but text', async (markup) => {
    for (const { div } of await narrativesOf(withText(markup))) {
      expect(strangersIn(parse(div))).toEqual([]);
    }
  });

  it('of links is only what leads to the web, to mail or to the text itself', async () => {
    const divs = await narrativesOf(withText(LINKS.map(link).join('')));
    const targets = divs.flatMap(({ div }) => [...div.matchAll(/href="([^"]*)"/g)].map(([, target]) => target));
    expect(targets.every((target) => /^https:/.test(target ?? ''))).toBe(true);
  });

  it('of a body that is no XML is nothing: it stays a file', async () => {
    const evil = `<html><script>globalThis.hacked=1</script><iframe src="http://evil.example/"></iframe></html>`;
    const body = (text: string): string =>
      withText('').replace(/<structuredBody>.*<\/structuredBody>/s, `<nonXMLBody>${text}</nonXMLBody>`);
    for (const text of [
      `<text mediaType="text/html">${escapeXml(evil)}</text>`,
      `<text mediaType="text/html"><![CDATA[${evil}]]></text>`,
      `<text mediaType="text/html">${evil}</text>`,
      `<text mediaType="text/html" representation="B64">${btoa(evil)}</text>`,
      `<text><reference value="javascript:alert(1)"/></text>`,
    ]) {
      expect(await narrativesOf(body(text))).toEqual([]);
      for await (const event of convert(body(text)))
        if (event.kind === 'resource') expect(JSON.stringify(event.resource)).not.toContain('javascript:');
    }
  });
});

describe('what reaches a page from a Bundle', () => {
  it.each(words)('of %j is nothing but text', (markup) => {
    const clean = sanitizeXhtml(`<div xmlns="http://www.w3.org/1999/xhtml">${markup}</div>`);
    // What stands in quotes is a value, with quotes and brackets as references.
    expect(clean.replace(/"[^"<>]*"/g, '""')).not.toMatch(
      /<[^>]*\son\w+\s*=|<(script|img|image|svg|math|iframe|object|embed|style|link|base|meta|form|input)\b/i,
    );
    for (const [, target = ''] of clean.matchAll(/<[^>]*\shref="([^"]*)"/g))
      expect(target).toMatch(/^(https?:\/\/|mailto:|#)/i);
  });
});

const pageOf = async (source: string): Promise<string> => {
  const page = prepareLossPage({ name: `${EVIL}.xml` });
  return (await page.toHtml(convert(source, page.options))).html;
};

const timelineOf = async (source: string): Promise<string> =>
  timelineToHtml(await toTimeline(await mergeAll([{ resources: convert(source), title: EVIL }])));

describe.skipIf(noBrowser)(IN_A_BROWSER, () => {
  const browser = useBrowser();

  /** Shows everything there is to show, and points at it. */
  const provoke = (): void => {
    for (const details of document.querySelectorAll('details')) details.open = true;
    for (const element of document.querySelectorAll('main *')) {
      for (const kind of ['mouseover', 'focus', 'toggle', 'animationstart', 'load', 'error'])
        element.dispatchEvent(new Event(kind));
    }
  };

  it.each<[string, (source: string) => Promise<string>, string]>([
    ['the loss page', pageOf, '#show-text'],
    ['the timeline page', timelineOf, 'main'],
  ])('%s opens no dialog and asks for nothing', { timeout: 120_000 }, async (_what, make, button) => {
    const { tab, said } = await browser.open(await make(whole));
    await tab.click(button, { position: { x: 4, y: 4 } });
    await tab.evaluate(provoke);
    await tab.waitForTimeout(300);
    expect(await tab.evaluate('globalThis.hacked')).toBeUndefined();
    expect(
      await tab
        .locator('main img, main script, main iframe, main svg image, main object, main style, main form')
        .count(),
    ).toBe(0);
    const hrefs = await tab
      .locator('main a[href]')
      .evaluateAll((links) => links.map((one) => one.getAttribute('href') ?? ''));
    for (const href of hrefs) expect(href).toMatch(/^(https?:|mailto:|#)/);
    expect(said).toEqual([]);
    await tab.close();
  });

  it('each div by itself, without any policy around it, opens no dialog and asks for nothing', {
    timeout: 120_000,
  }, async () => {
    const divs = await narrativesOf(whole);
    const { tab, said } = await browser.open(`<!DOCTYPE html><main>${divs.map(({ div }) => div).join('\n')}</main>`);
    await tab.evaluate(provoke);
    await tab.evaluate(() => {
      for (const link of document.querySelectorAll<HTMLAnchorElement>('a[href^="#"], a:not([href^="http"])'))
        link.click();
    });
    await tab.waitForTimeout(300);
    expect(await tab.evaluate('globalThis.hacked')).toBeUndefined();
    expect(said).toEqual([]);
    expect(divs.length).toBeGreaterThan(0);
    await tab.close();
  });
});
