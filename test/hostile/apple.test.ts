/** Exports of Apple Health with payloads in all their values: nothing of them runs or asks for anything in a page. */
import { describe, expect, it } from 'vitest';
import { appleFiles } from '../../scripts/apple-archive.js';
import { mergeAll, prepareLossPage, timelineToHtml, toTimeline } from '../../src/index.js';
import { type ApplePart, convertAppleHealth } from '../../src/intake/apple/convert.js';
import { IN_A_BROWSER, noBrowser, useBrowser } from '../view/browser.js';
import { LINKS, MARKUP } from './payloads.js';

const PAYLOADS = [
  ...MARKUP,
  ...LINKS.map((target) => `<a href="${target}">a</a>`),
  `</script><img src=x onerror=globalThis.hacked=1>`,
  `" onmouseover="globalThis.hacked=1`,
];
/** Without these nothing would be read at all. */
const STRUCTURAL = /^(type|creationDate|startDate|endDate|value|workoutActivityType|version|locale|identifier|key)$/;
const STRUCTURAL_JSON = /^(resourceType|id|reference|fullUrl|status|intent|system|url|.*[dD]ate.*|.*Time|period)$/;

const escapeXml = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;').replaceAll('\0', '');

let next = 0;
const payload = (): string => PAYLOADS[next++ % PAYLOADS.length] ?? '';

const plantXml = (xml: string): string =>
  xml.replace(/(\s)([A-Za-z]+)="([^"]*)"/g, (whole, space: string, name: string, value: string) =>
    STRUCTURAL.test(name) ? whole : `${space}${name}="${value}${escapeXml(payload())}"`,
  );

const plantJson = (value: unknown, name = ''): unknown => {
  if (typeof value === 'string') {
    if (name === 'div') return `<div xmlns="http://www.w3.org/1999/xhtml">${MARKUP.join('')}</div>`;
    return STRUCTURAL_JSON.test(name) ? value : `${value}${payload()}`;
  }
  if (Array.isArray(value)) return value.map((item) => plantJson(item, name));
  if (typeof value !== 'object' || value === null) return value;
  const planted = Object.entries(value).map(([key, item]) => [key, plantJson(item, key)]);
  const text = 'resourceType' in value ? { text: { status: 'generated', div: plantJson('', 'div') } } : {};
  return { ...Object.fromEntries(planted), ...text };
};

async function* bytesOf(text: string): AsyncGenerator<Uint8Array> {
  yield new TextEncoder().encode(text);
}

/** Every value of every file with a payload, the next one each time: made again, other values have it. */
const partsOf = (): ApplePart[] =>
  Object.entries(appleFiles())
    .filter(([name]) => /\.(json|xml)$/.test(name))
    .map(([name, content]) => {
      const kind = name.endsWith('.json') ? 'record' : name.endsWith('_cda.xml') ? 'cda' : 'export';
      const text = kind === 'record' ? JSON.stringify(plantJson(JSON.parse(content))) : plantXml(content);
      return { kind, name: `${payload()}${name}`, open: () => bytesOf(text) };
    });

async function pages(): Promise<string[]> {
  const loss = prepareLossPage({ name: `${payload()}.zip` });
  const { html } = await loss.toHtml(convertAppleHealth(partsOf(), loss.options));
  const merged = await mergeAll([{ resources: convertAppleHealth(partsOf()), title: payload() }]);
  const timelines = await Promise.all(
    merged.patients.map(({ reference }) => toTimeline(merged, { patient: reference })),
  );
  return [html, ...timelines.map((timeline) => timelineToHtml(timeline))];
}

describe.skipIf(noBrowser)(IN_A_BROWSER, () => {
  const browser = useBrowser();

  it('an export with a payload in each value opens no dialog and asks for nothing', { timeout: 120_000 }, async () => {
    const made = (await Promise.all(Array.from({ length: 2 }, pages))).flat();
    expect(made.join('')).toContain('hacked');
    for (const html of made) {
      const { tab, said } = await browser.open(html);
      await tab.evaluate(() => {
        for (const details of document.querySelectorAll('details')) details.open = true;
        for (const element of document.querySelectorAll('main *'))
          for (const kind of ['mouseover', 'focus', 'click', 'toggle', 'load', 'error'])
            if (element.tagName !== 'A') element.dispatchEvent(new Event(kind));
      });
      await tab.waitForTimeout(100);
      expect(await tab.evaluate('globalThis.hacked')).toBeUndefined();
      const strangers = 'main img, main script, main iframe, main object, main style, main form, main base, main link';
      expect(await tab.locator(strangers).count()).toBe(0);
      const targets = await tab
        .locator('main a[href]')
        .evaluateAll((links) => links.map((one) => one.getAttribute('href') ?? ''));
      for (const target of targets) expect(target).toMatch(/^(https?:|mailto:|#)/);
      expect(said).toEqual([]);
      await tab.close();
    }
  });
});
