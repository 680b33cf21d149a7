import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { convert } from '../../src/convert.js';
import type { LossReport } from '../../src/event.js';
import { listSubjects } from '../../src/explain/find.js';
import { prepareLossPage } from '../../src/loss-page.js';
import { loadShipped } from '../../src/map/shipped.js';
import type { PageData } from '../../src/view/loss/data.js';
import { IN_A_BROWSER, noBrowser, type OpenPage, prepareAxe, useBrowser } from './browser.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
async function makePage(source: string, name = 'a.xml'): Promise<{ html: string; loss: LossReport }> {
  const page = prepareLossPage({ name });
  return page.toHtml(convert(source, page.options));
}

const dataOf = (html: string): PageData =>
  JSON.parse(/<script type="application\/json" id="data">(.*?)<\/script>/s.exec(html)?.[1] ?? '') as PageData;

const EVIL = `</script><script>globalThis.hacked=1</script><img src=x onerror=globalThis.hacked=1>" onload="globalThis.hacked=1`;
const escapeXml = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
/** Payloads in every place a document can put a text: attribute, text, narrative, CDATA, foreign element. */
const evilDocument = `<?xml version="1.0"?>
<ClinicalDocument xmlns="urn:hl7-org:v3" xmlns:x="http://x/&lt;script>globalThis.hacked=1&lt;/script>">
  <id root="2.16.840.1.113883.19.5" extension="${escapeXml(EVIL)}"/>
  <code code="34133-9" codeSystem="2.16.840.1.113883.6.1" displayName="${escapeXml(EVIL)}"/>
  <title><![CDATA[<!--<script>${EVIL.replaceAll(']]>', '')}]]></title>
  <effectiveTime value="20200203040506-0500"/>
  <recordTarget><patientRole><id root="2.16.840.1.113883.19.6" extension="p"/>
    <patient><name><given>${escapeXml(EVIL)}</given><family>Test</family></name></patient></patientRole></recordTarget>
  <x:evil x:onload="${escapeXml(EVIL)}">${escapeXml(EVIL)}</x:evil>
  <component><structuredBody><component><section><title>${escapeXml(EVIL)}</title>
    <text><paragraph ID="${escapeXml(EVIL)}">${escapeXml(EVIL)} javascript:hacked=1</paragraph></text></section></component>
  </structuredBody></component>
</ClinicalDocument>`;

let sample = '';
let page: { html: string; loss: LossReport };
let data: PageData;
beforeAll(async () => {
  sample = await readFile(join(root, 'samples/ccd-r21-rich.xml'), 'utf8');
  page = await makePage(sample);
  data = dataOf(page.html);
}, 60_000);

describe('the page of a document', () => {
  it('shows every leaf once, in a state the loss report counts', () => {
    const leaves = data.source.flatMap(([, , , own]) => own);
    expect(leaves).toHaveLength(page.loss.leaves.total);
    const count = (id: string): number => leaves.filter((leaf) => data.states[leaf[2]]?.id === id).length;
    const { copied, implied, tested, frame, narrative } = page.loss.leaves;
    const kept = { copied, implied, tested, frame, narrative };
    expect(Object.fromEntries(Object.keys(kept).map((id) => [id, count(id)]))).toEqual(kept);
  });

  it('keeps the order of the document: lines never go back', () => {
    const lines = data.source.map(([, , line]) => line);
    expect(lines.every((line, index) => line >= (lines[index - 1] ?? 0))).toBe(true);
    expect(data.source[0]?.slice(0, 2)).toEqual([0, 'ClinicalDocument']);
  });

  it('leads from copied leaves to the resource that holds their value', () => {
    const texts = new Map<number, string>();
    for (const [, , value, resource] of data.target) texts.set(resource, `${texts.get(resource) ?? ''}\n${value}`);
    const copied = data.states.findIndex(({ id }) => id === 'copied');
    const linked = data.source.flatMap(([, , , own]) => own).filter((leaf) => leaf[2] === copied);
    expect(linked.filter((leaf) => leaf[4] < 0).length / linked.length).toBeLessThan(0.02);
    // A rule with a code table writes what the code becomes.
    const translating = new Set(
      listSubjects(loadShipped()).flatMap((it) => (it.kind === 'rule' && it.rule.map ? [it.rule.id] : [])),
    );
    const codes = linked.filter(
      ([name, value, , rule]) =>
        name === '@code' && /^[\d-]{6,}$/.test(value) && !translating.has(data.rules[rule]?.[0] ?? ''),
    );
    expect(codes.length).toBeGreaterThan(50);
    const found = codes.filter(([, value, , , resource]) => texts.get(resource)?.includes(value));
    expect(found.length / codes.length).toBeGreaterThan(0.98);
  });

  it('writes the same bytes for the same document', async () => {
    expect((await makePage(sample)).html).toBe(page.html);
  });

  it('allows no network, no other script, and ends no element early', async () => {
    const { html } = await makePage(evilDocument, `${EVIL}.xml`);
    expect(html).toMatch(
      /Content-Security-Policy" content="default-src 'none'; script-src 'sha256-[\w+/=]+'; style-src 'sha256-/,
    );
    expect(html.match(/<script\b/g)).toHaveLength(2);
    expect(html.match(/<img|<\/script><script>globalThis/g)).toBeNull();
    expect(html.replace(/<style>.*?<\/style>/s, '')).not.toMatch(
      /https?:\/\/(?!hl7|www\.w3|snomed|loinc|terminology|unitsofmeasure)[^"\\]*"\s+(?:src|href)=/,
    );
  });
});

describe.skipIf(noBrowser)(IN_A_BROWSER, () => {
  const browser = useBrowser();
  const open = (html: string): Promise<OpenPage> => browser.open(html);

  it('runs no script of the document, whatever is unfolded, selected or searched for', async () => {
    const { html } = await makePage(evilDocument, `${EVIL}.xml`);
    const { tab, said } = await open(html);
    await tab.click('#unfold');
    await tab.fill('#search', 'hacked');
    for (let index = 0; index < 8; index++) await tab.click('#source .chip:not(.dim)', { position: { x: 3, y: 3 } });
    for (let index = 0; index < 12; index++) await tab.keyboard.press('n');
    await tab.click('#target .row');
    await tab.click('#show-text');
    expect(await tab.locator('#text').innerText()).toContain('onerror=globalThis.hacked=1');
    await tab.click('#text .told');
    expect(await tab.evaluate('globalThis.hacked')).toBeUndefined();
    expect(await tab.locator('main img, main script').count()).toBe(0);
    expect(await tab.locator('#source').innerText()).toContain('onerror=globalThis.hacked=1');
    expect(said).toEqual([]);
    await tab.close();
  });

  it('goes from a piece of data to its resource, and back', async () => {
    const { tab, said } = await open(page.html);
    await tab.fill('#search', 'amoxicillin');
    await tab.click('#source .chip.s-copied:not(.dim)');
    expect(await tab.locator('#inspector').innerText()).toMatch(/copied[\s\S]*rule allergy\.substance/);
    expect(await tab.locator('#target .row.resource.marked').innerText()).toContain('AllergyIntolerance');
    await tab.click('#target .row.marked:not(.resource) >> nth=0');
    expect(await tab.locator('#source .chip.here').count()).toBe(1);
    expect(said).toEqual([]);
    await tab.close();
  });

  it('shows the text as people read it, each piece in the colour of its fate, and goes from words to data', async () => {
    const { tab, said } = await open(page.html);
    await tab.click('#show-text');
    const text = tab.locator('#text');
    expect(await text.locator('h3').count()).toBe(data.sections.length);
    const told = text.locator('td .told', { hasText: /^Amoxicillin$/ }).first();
    expect(await told.getAttribute('class')).toContain('s-copied');
    // Nearly all words of the text are pieces of the source.
    const [pieces, words] = await text.evaluate((pane) => {
      const length = (found: Iterable<Element>): number =>
        [...found].reduce((sum, { textContent }) => sum + (textContent ?? '').replace(/\s+/g, '').length, 0);
      return [length(pane.querySelectorAll('.told')), length(pane.querySelectorAll('.narrative'))];
    });
    expect(pieces / words).toBeGreaterThan(0.95);
    await told.click();
    expect(await tab.locator('#source .chip.here').innerText()).toContain('Amoxicillin');
    expect(await tab.locator('#inspector').innerText()).toContain('rule allergy.substance');
    await tab.click('#inspector .link');
    expect(await tab.locator('#target .row.resource.marked').innerText()).toContain('AllergyIntolerance');
    expect(said).toEqual([]);
    await tab.close();
  });

  it.each(['light', 'dark'] as const)('satisfies the accessibility rules of axe-core, %s', async (colorScheme) => {
    const { tab } = await browser.open(page.html, { colorScheme });
    const check = await prepareAxe(tab, colorScheme);
    await check('start');
    await tab.fill('#search', 'amoxicillin');
    await tab.click('#source .chip.s-copied:not(.dim)');
    await check('a piece chosen');
    await tab.click('#lost button.s-unread');
    await check('filtered');
    await tab.keyboard.press('Escape');
    await tab.click('#show-text');
    await check('text');
    await tab.close();
  });

  it('filters by state and section, steps through losses by key, clears by Escape', async () => {
    const { tab } = await open(page.html);
    await tab.click('#lost button.s-unread');
    const chips = tab.locator('#source .chip:not(.dim)');
    expect(await chips.count()).toBeGreaterThan(0);
    expect(await tab.locator('#source .chip.s-copied:not(.dim)').count()).toBe(0);
    await tab.keyboard.press('n');
    expect(await tab.locator('#source .chip.here.s-unread').count()).toBe(1);
    await tab.keyboard.press('Escape');
    expect(await tab.locator('#source .chip.dim').count()).toBe(0);
    await tab.selectOption('#section', { index: 1 });
    expect(await tab.locator('#source .row.section').count()).toBe(1);
    await tab.close();
  });

  it('keeps few elements and answers at once on a megabyte; prints all of it', async () => {
    const large = sample.replace(/<entry[ >][\s\S]*?<\/entry>/g, (entry) => entry.repeat(4));
    expect(large.length).toBeGreaterThan(1e6);
    const { tab } = await open((await makePage(large)).html);
    await tab.click('#unfold');
    expect(await tab.locator('*').count()).toBeLessThan(5000);
    const slowest = await tab.evaluate(() => {
      const times: number[] = [];
      const time = (act: () => void): void => {
        const from = performance.now();
        act();
        times.push(performance.now() - from);
      };
      const search = document.querySelector<HTMLInputElement>('#search');
      time(() => document.querySelector<HTMLElement>('#next')?.click());
      for (const words of ['a', 'amox', ''])
        time(() => {
          if (search) search.value = words;
          search?.dispatchEvent(new Event('input'));
        });
      return Math.max(...times);
    });
    expect(slowest).toBeLessThan(2000);
    await tab.evaluate(() => dispatchEvent(new Event('beforeprint')));
    expect(await tab.locator('#source .row').count()).toBeGreaterThan(10_000);
    await tab.close();
  });
});
