import type { Page } from 'playwright-core';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Timeline } from '../../src/timeline/model.js';
import { timelineToHtml } from '../../src/view/timeline/page.js';
import { IN_A_BROWSER, noBrowser, type OpenPage, prepareAxe, useBrowser } from './browser.js';
import { toLine, toLongTimeline, toTimeline } from './timeline-data.js';

const EVIL = `</script><script>globalThis.hacked=1</script><img src=x onerror="globalThis.hacked=1"><svg onload=globalThis.hacked=1>" onfocus="globalThis.hacked=1" autofocus="`;
const EVIL_XHTML = `<div xmlns="http://www.w3.org/1999/xhtml" onclick="globalThis.hacked=1" style="background:url(http://evil.example/a)">
<script>globalThis.hacked=1</script><img src="http://evil.example/b" onerror="globalThis.hacked=1" alt="scan"/>
<a href="javascript:globalThis.hacked=1">one</a><a href="data:text/html,&lt;script>hacked=1&lt;/script>">two</a><a href="https://evil.example/c">three</a>
<iframe src="http://evil.example/d" srcdoc="&lt;script>parent.hacked=1&lt;/script>"></iframe><svg><script>globalThis.hacked=1</script><a href="javascript:hacked=1"><text>svg</text></a></svg>
<math><mtext><table><mglyph><style><img src=x onerror=globalThis.hacked=1></style></mglyph></table></mtext></math>
<object data="http://evil.example/e"></object><form action="http://evil.example/f"><input autofocus onfocus="globalThis.hacked=1"/><button>send</button></form>
<link rel="stylesheet" href="http://evil.example/g"/><style>@import url(http://evil.example/h);</style><base href="http://evil.example/"/><meta http-equiv="refresh" content="0;url=http://evil.example/i"/>
<p>kept words</p><table><tr><td colspan="2" onmouseover="globalThis.hacked=1">kept cell</td></tr></table></div>`;

/** Payloads in every place a record can put a text. */
function toEvilTimeline(): Timeline {
  const line = toLine({
    id: EVIL,
    kind: 'result',
    title: EVIL,
    date: '2020-01-01',
    status: EVIL,
    value: { text: EVIL, number: 1, unit: EVIL, interpretation: EVIL, outOfRange: true },
    codes: [{ system: EVIL, code: EVIL, display: EVIL }],
    details: [{ label: EVIL, value: EVIL }],
    narrative: EVIL_XHTML,
    resources: [EVIL],
    sources: [EVIL],
    conflict: { with: ['other'], why: 'value' },
  });
  const other = toLine({ ...line, id: 'other', date: '2021-01-01', narrative: EVIL });
  const timeline = toTimeline();
  const [source] = timeline.sources;
  return toTimeline({
    patient: { reference: EVIL, name: EVIL, birthDate: EVIL, gender: EVIL, identifiers: [{ value: EVIL, type: EVIL }] },
    lines: [line, other],
    sources: source
      ? [
          {
            ...source,
            id: EVIL,
            title: EVIL,
            author: EVIL,
            date: EVIL,
            findings: [{ code: EVIL, severity: 'error', message: EVIL, path: EVIL }],
          },
        ]
      : [],
    reconcile: { ...timeline.reconcile, suggestions: [{ patients: [EVIL], why: EVIL }] },
    since: EVIL,
  });
}

describe('the page of a timeline', () => {
  it('is one file that allows no network and no script but its own', () => {
    const html = timelineToHtml(toEvilTimeline());
    expect(html).toMatch(
      /Content-Security-Policy" content="default-src 'none'; script-src 'sha256-[\w+/=]+'; style-src 'sha256-[\w+/=]+'; base-uri 'none'; form-action 'none'"/,
    );
    expect(html.match(/<script\b/g)).toHaveLength(2);
    expect(html.replace(/<script.*?<\/script>|<style>.*?<\/style>/gs, '')).not.toMatch(
      /<(img|svg|iframe|link|a href="(?!#main))/,
    );
  });

  it('writes the same bytes for the same timeline, and the licence of what is written into it', () => {
    const html = timelineToHtml(toTimeline());
    expect(timelineToHtml(toTimeline())).toBe(html);
    expect(html).toContain('Copyright (c) 2022 Leon Sorokin');
  });
});

describe.skipIf(noBrowser)(IN_A_BROWSER, () => {
  const browser = useBrowser();
  let html = '';
  beforeAll(() => {
    html = timelineToHtml(toTimeline());
  });
  const open = (options = {}): Promise<OpenPage> => browser.open(html, options);

  async function search(tab: Page, words: string): Promise<void> {
    await tab.fill('#search', words);
    await tab.waitForFunction((text) => document.querySelector('#chosen')?.textContent?.includes(text), `“${words}”`);
  }

  const card = (tab: Page, title: string) =>
    tab.locator('#cards .card', { has: tab.getByRole('heading', { name: title }) });

  it('answers at first sight: allergies, medications and conditions now, the last HbA1c', async () => {
    const { tab, said } = await open();
    const allergies = await card(tab, 'Allergies').innerText();
    expect(allergies).toMatch(/Penicillin G\s+Hives, severe/);
    expect(allergies).toMatch(/Not allergic\s+Sulfonamide antibiotic/);
    const medications = await card(tab, 'Medications now').innerText();
    expect(medications).toMatch(/Metformin[^\n]*\n+1 tablet twice a day/);
    expect(medications).toContain('Lisinopril');
    for (const past of ['Azithromycin', 'Amoxicillin', 'Warfarin']) expect(medications).not.toContain(past);
    const conditions = await card(tab, 'Conditions now').innerText();
    expect(conditions).toContain('Type 2 diabetes mellitus');
    for (const other of ['pneumonia', 'embolism', 'infarction']) expect(conditions).not.toContain(other);
    expect(await card(tab, 'Latest results').locator('li').first().innerText()).toMatch(/HbA1c\s+5\.4 %\s+1 Feb 2024/);
    expect(await card(tab, 'Latest results').innerText()).toMatch(/Sodium\s+133 mmol\/L ▼ low/);
    expect(said).toEqual([]);
    await tab.close();
  });

  it('finds by the words people use, and shows the latest value first', async () => {
    const { tab } = await open();
    await search(tab, 'hba1c');
    expect(await tab.locator('#answers .series').innerText()).toMatch(
      /HbA1c\s+5\.4 %\s+Latest of 6 · 1 Feb 2024 · range 4 to 5.6 %/,
    );
    expect(await tab.locator('#found').innerText()).toBe('6 entries of 48');
    await search(tab, 'active medication');
    expect((await tab.locator('#lanes .item .name').allInnerTexts()).sort()).toEqual([
      'Lisinopril 10 MG Oral Tablet',
      'Metformin hydrochloride 500 MG Oral Tablet',
    ]);
    await search(tab, 'nothing has this');
    expect(await tab.locator('#nothing').isVisible()).toBe(true);
    await tab.click('#clear');
    expect(await tab.locator('#found').innerText()).toBe('48 entries');
    await tab.close();
  });

  it('says in words what is not a present fact', async () => {
    const { tab } = await open();
    const wordsFor = async (name: string): Promise<string> => {
      await search(tab, name);
      return tab
        .locator('#lanes .item', { hasText: new RegExp(name, 'i') })
        .first()
        .innerText();
    };
    expect(await wordsFor('pulmonary embolism')).toMatch(/Ruled out/);
    expect(await wordsFor('ppv23')).toMatch(/Not given\s+Pneumococcal[\s\S]*refused/);
    const planned = await wordsFor('colonoscopy');
    expect(planned).toMatch(/Planned\s+Colonoscopy/);
    expect(planned).not.toMatch(/active/i);
    expect(await wordsFor('amoxicillin')).toMatch(/Entered in error/);
    expect(await wordsFor('infarction')).toMatch(/Family history/);
    expect(await wordsFor('no known food')).toMatch(/None known\s+No known food allergies/);
    expect(await wordsFor('warfarin')).toMatch(/Not taken/);
    await tab.close();
  });

  it('puts dates as precisely as they are known, undated ones apart, in lanes by year or visit', async () => {
    const { tab } = await open();
    await tab.click('#tab-timeline');
    const heads = (): Promise<string[]> => tab.locator('#lanes .lane-head h3').allInnerTexts();
    expect((await heads()).slice(0, 3)).toEqual(['2024', '2023', '2021']);
    await tab.click('#years .year:last-child >> nth=-1');
    expect((await heads()).at(-1)).toBe('Date not known');
    expect(await tab.locator('#lanes .item', { hasText: 'Lives alone' }).innerText()).toContain('no date');
    expect(await tab.locator('#lanes .item', { hasText: 'Appendectomy' }).locator('.when').innerText()).toBe('1976');
    expect(await tab.locator('#lanes .item', { hasText: 'hypertension' }).locator('.when').innerText()).toBe('Mar');
    await tab.selectOption('#order', 'visit');
    const visit = tab.locator('#lanes .lane-head', { hasText: 'Inpatient stay' });
    expect(await visit.innerText()).toMatch(/14 Nov 2021 to 20 Nov 2021\s+8 entries/);
    expect(await tab.locator('#lanes .lane-head', { hasText: 'Eye clinic' }).innerText()).toMatch(/Planned/);
    await tab.selectOption('#order', 'year-oldest');
    expect((await heads())[0]).toBe('1976');
    await tab.close();
  });

  it('filters by kind, source, status, range, contradiction and what is new', async () => {
    const { tab } = await open();
    const found = (): Promise<string> => tab.locator('#found').innerText();
    await tab.click('#tab-timeline');
    await tab.getByLabel('Immunizations').check();
    expect(await found()).toBe('3 entries of 48');
    await tab.click('#standings summary');
    await tab.getByLabel('Not given').check();
    expect(await found()).toBe('1 entry of 48');
    await tab.click('.chip:has-text("Immunizations")');
    await tab.click('.chip:has-text("Not given")');
    await tab.getByLabel('phone-export.json').check();
    expect(await found()).toBe('9 entries of 48');
    await tab.click('#clear');
    await tab.getByLabel('Sources disagree').check();
    expect(await tab.locator('#lanes .item').count()).toBe(2);
    await tab.click('#clear');
    await tab.getByLabel('Out of range').check();
    // What is out of range inside a panel shows, with the panel around it and nothing else of it.
    expect(await tab.locator('#lanes .item.inside').allInnerTexts()).toHaveLength(4);
    await tab.click('#clear');
    await tab.fill('#since', '2023-06-01');
    expect(await found()).toBe('6 entries of 48');
    await tab.click('#tab-overview');
    await tab.click('text=Show what is new');
    expect(await found()).toBe('2 entries of 48');
    expect(await tab.locator('#lanes .new').count()).toBe(2);
    await tab.close();
  });

  it('opens an entry: details, sources, original text, the contradiction, the values of a panel', async () => {
    const { tab } = await open();
    await search(tab, 'penicillin');
    await tab.click('#lanes .open');
    const detail = tab.getByRole('dialog');
    expect(await detail.innerText()).toMatch(
      /Penicillin G\s+Active\s+1987[\s\S]*Reaction\s+Hives[\s\S]*in 3 sources, first seen 2 May 2016, last seen 11 Feb 2024/,
    );
    expect(await detail.locator('.narrative td').allInnerTexts()).toEqual([
      'Penicillin G',
      'Hives, shortness of breath',
      'Active',
    ]);
    await tab.keyboard.press('Escape');
    await search(tab, 'sulfonamide');
    await tab.click('#lanes .open');
    expect(await detail.innerText()).toMatch(
      /Not allergic[\s\S]*Sources disagree[\s\S]*One source says it is so, another that it is not/,
    );
    await detail.locator('.disagree .entry').click();
    expect(await detail.locator('.standing-line').innerText()).toMatch(/^Active\s+Date not known/);
    await tab.click('#close');
    await search(tab, 'metabolic');
    await tab.click('#lanes .open');
    expect(await detail.locator('tbody tr').allInnerTexts()).toContainEqual(
      expect.stringMatching(/Sodium\s+133 mmol\/L ▼ low\s+136 to 145 mmol\/L/),
    );
    await tab.close();
  });

  it('draws results over time, with a table that says the same', async () => {
    const { tab, said } = await open();
    await tab.click('#tab-results');
    await tab.fill('#find-test', 'a1c');
    await tab.click('#tests .series');
    const chart = tab.getByRole('dialog').getByRole('img');
    expect(await chart.getAttribute('aria-label')).toBe(
      'Chart of HbA1c: 6 values from 2015 to 1 Feb 2024; reference range 4 to 5.6 %; 5 out of range; latest 5.4 %',
    );
    const pixels = await chart.locator('canvas').evaluate((canvas: HTMLCanvasElement) => {
      const data = canvas.getContext('2d')?.getImageData(0, 0, canvas.width, canvas.height).data ?? [];
      return new Set(Array.from({ length: data.length / 4 }, (_, at) => data.slice(at * 4, at * 4 + 4).join())).size;
    });
    expect(pixels).toBeGreaterThan(20);
    expect(await tab.getByRole('dialog').locator('tbody tr').allInnerTexts()).toEqual([
      '1 Feb 2024\t5.4 %\tin range',
      '14 Nov 2021\t8.3 %\t▲ high',
      'Aug 2019\t6.4 %\t▲ high',
      '11 Feb 2018\t6.9 %\t▲ high',
      '2 May 2016, 09:50\t7.4 %\t▲ high',
      '2015\t7.9 %\t▲ high',
    ]);
    const box = await chart.boundingBox();
    await tab.mouse.move((box?.x ?? 0) + 60, (box?.y ?? 0) + 100);
    expect(await tab.locator('figcaption').innerText()).toContain('only the year is known');
    expect(said).toEqual([]);
    await tab.close();
  });

  it('draws both numbers of a blood pressure, in units as people write them', async () => {
    const { tab } = await open();
    await tab.click('#tab-results');
    await tab.fill('#find-test', 'pressure');
    expect(await tab.locator('#tests .series').innerText()).toMatch(/Blood pressure\s+151 \/ 96 mmHg/);
    await tab.click('#tests .series');
    const chart = tab.getByRole('dialog').getByRole('img');
    expect(await chart.getAttribute('aria-label')).toMatch(/^Chart of Blood pressure: 2 values/);
    expect(await tab.locator('#detail dl').innerText()).toMatch(/Diastolic blood pressure\s+96 mmHg/);
    await tab.close();
  });

  it('goes by keyboard alone: search, walk, unfold, open, next, close', async () => {
    const { tab } = await open();
    await tab.keyboard.press('/');
    await tab.keyboard.type('metabolic');
    await tab.waitForFunction(() => document.querySelector('#found')?.textContent?.startsWith('2 '));
    const focused = (): Promise<string> => tab.evaluate(() => (document.activeElement as HTMLElement).innerText);
    while (!(await focused()).includes('14 Nov')) await tab.keyboard.press('Tab');
    await tab.keyboard.press('ArrowRight');
    expect(await tab.locator('#lanes .item.inside').count()).toBe(4);
    await tab.keyboard.press('ArrowDown');
    await tab.keyboard.press('Home');
    await tab.keyboard.press('End');
    expect(await tab.evaluate(() => document.activeElement?.textContent)).toContain('2 May');
    await tab.keyboard.press('Enter');
    expect(await tab.getByRole('dialog').innerText()).toContain('2 May 2016');
    await tab.keyboard.press('ArrowLeft');
    await tab.keyboard.press('Escape');
    expect(await tab.getByRole('dialog').isVisible()).toBe(false);
    // The focus is back in the timeline, on what was shown last.
    expect(await tab.evaluate(() => document.activeElement?.closest('#lanes') !== null)).toBe(true);
    await tab.focus('#tab-timeline');
    await tab.keyboard.press('ArrowRight');
    expect(await tab.locator('#panel-results').isVisible()).toBe(true);
    await tab.close();
  });

  it('says how far each source can be trusted', async () => {
    const { tab } = await open();
    await tab.click('#tab-sources');
    const said = await tab.locator('#sources').innerText();
    expect(said).toContain('91 of 96 statements became entries; 5 stand in the text of their section only.');
    expect(said).toMatch(/The document ends early/);
    expect(said).toContain('upgraded from FHIR DSTU2');
    await tab.click('#sources summary:has-text("What was not carried over")');
    expect(await tab.locator('#sources table').first().innerText()).toContain(
      'section[Plan of treatment]/entry/observation',
    );
    await tab.locator('#sources .source', { hasText: 'phone-export' }).getByText('Show its entries').click();
    expect(await tab.locator('#found').innerText()).toBe('9 entries of 48');
    await tab.close();
  });

  it.each(['light', 'dark'] as const)('satisfies the accessibility rules of axe-core, %s', async (colorScheme) => {
    const { tab } = await open({ colorScheme });
    const check = await prepareAxe(tab, colorScheme);
    await check('overview');
    await tab.click('#tab-timeline');
    await check('timeline');
    await search(tab, 'a1c');
    await check('search');
    await tab.click('#lanes .open');
    await tab.waitForTimeout(100);
    await check('detail');
    await tab.keyboard.press('Escape');
    await search(tab, 'penicillin');
    await tab.click('#lanes .open');
    await check('narrative');
    await tab.keyboard.press('Escape');
    await tab.click('#tab-results');
    await check('results');
    await tab.click('#tab-sources');
    for (const summary of await tab.locator('#sources summary').all()) await summary.click();
    await check('sources');
    await tab.close();
  });

  it('runs nothing and loads nothing of the record, wherever it is shown', async () => {
    const { tab, said } = await browser.open(timelineToHtml(toEvilTimeline()));
    for (const name of ['timeline', 'results', 'sources', 'overview']) await tab.click(`#tab-${name}`);
    await search(tab, 'hacked');
    for (const at of [0, 1]) {
      await tab.locator('#lanes .open').nth(at).click();
      await tab.locator('#detail summary').click();
      await tab.keyboard.press('Escape');
    }
    await tab.locator('#lanes .open').nth(1).click();
    const narrative = tab.locator('.narrative');
    expect(await narrative.innerText()).toMatch(
      /\[picture: scan\][\s\S]*three \(https:\/\/evil\.example\/c\)[\s\S]*kept words[\s\S]*kept cell/,
    );
    expect(await narrative.locator('td').getAttribute('colspan')).toBe('2');
    const left = await tab.evaluate(() =>
      [...document.querySelectorAll('.narrative *')].flatMap((element) => [
        element.localName,
        ...element.getAttributeNames(),
      ]),
    );
    // Those of the box a table scrolls in are the page's own.
    const own = ['aria-label', 'class', 'role', 'tabindex'];
    const kept = ['colspan', 'div', 'p', 'span', 'table', 'tbody', 'td', 'tr'];
    expect([...new Set(left)].sort()).toEqual([...own, ...kept].sort());
    await narrative.locator('td').hover();
    await tab.keyboard.press('Escape');
    expect(await tab.evaluate('globalThis.hacked')).toBeUndefined();
    expect(await tab.locator('main script, main img, main iframe, main a').count()).toBe(0);
    // What a narrative tries is refused even where it is only read, and Chromium says so.
    expect(said.filter((text) => !text.includes('violates the following Content Security Policy'))).toEqual([]);
    await tab.close();
  });

  it('changes over to dark and back, and draws its charts anew', async () => {
    const { tab } = await open({ colorScheme: 'light' });
    const back = (): Promise<string> => tab.evaluate(() => getComputedStyle(document.body).backgroundColor);
    const light = await back();
    await tab.click('#theme');
    expect(await back()).not.toBe(light);
    await tab.click('#theme');
    expect(await back()).toBe(light);
    await tab.emulateMedia({ colorScheme: 'dark' });
    expect(await back()).toBe(light);
    await tab.close();
  });

  it('prints all that is shown, not only what is in view', async () => {
    const { tab } = await browser.open(timelineToHtml(toLongTimeline(300)));
    await tab.click('#tab-timeline');
    expect(await tab.locator('#lanes .item').count()).toBeLessThan(80);
    const pdf = await tab.pdf();
    expect(pdf.subarray(0, 5).toString()).toBe('%PDF-');
    expect((pdf.toString('latin1').match(/\/Type \/Page\b/g) ?? []).length).toBeGreaterThan(5);
    await tab.evaluate(() => dispatchEvent(new Event('beforeprint')));
    expect(await tab.locator('#lanes .item').count()).toBe(300);
    await tab.evaluate(() => dispatchEvent(new Event('afterprint')));
    expect(await tab.locator('#lanes .item').count()).toBeLessThan(80);
    await tab.close();
  });

  it('fits a phone', async () => {
    const { tab } = await open({ viewport: { width: 360, height: 740 } });
    for (const name of ['overview', 'timeline', 'results', 'sources']) {
      await tab.click(`#tab-${name}`);
      expect(await tab.evaluate(() => document.documentElement.scrollWidth), name).toBeLessThanOrEqual(360);
    }
    await tab.click('#tab-timeline');
    await tab.mouse.wheel(0, 600);
    await tab.waitForTimeout(100);
    const heights = await tab
      .locator('#lanes .item')
      .evaluateAll((items) => [...new Set(items.map((item) => item.getBoundingClientRect().height))]);
    expect(heights).toEqual([84]);
    await tab.close();
  });

  it('stays quick with many entries', async () => {
    const { tab, said } = await browser.open(timelineToHtml(toLongTimeline(5000)));
    await tab.click('#tab-timeline');
    expect(await tab.locator('*').count()).toBeLessThan(2500);
    const slowest = await tab.evaluate(() => {
      const times: number[] = [];
      for (const box of [...document.querySelectorAll<HTMLInputElement>('#kinds input')].slice(0, 3)) {
        const from = performance.now();
        box.click();
        times.push(performance.now() - from);
      }
      return Math.max(...times);
    });
    expect(slowest).toBeLessThan(1500);
    await tab.click('#clear');
    await tab.evaluate(() => scrollTo(0, document.body.scrollHeight / 2));
    await tab.waitForFunction(() => document.querySelectorAll('#lanes .item').length > 5);
    expect(said).toEqual([]);
    await tab.close();
  });
});
