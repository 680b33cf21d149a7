/**
 * How the page of a timeline behaves with many entries, in Chromium: `npx tsx --conditions=source
 * bench/timeline-page.ts [entries ...]` (default 5000 and 50000). Times in milliseconds; what is drawn counts with what
 * is worked out.
 */
import { timelineToHtml } from '../src/view/timeline/page.js';
import { startBrowser } from '../test/view/browser.js';
import { toLongTimeline } from '../test/view/timeline-data.js';

const counts = process.argv.slice(2).map(Number);
const browser = await startBrowser();

for (const count of counts.length > 0 ? counts : [5000, 50_000]) {
  const timeline = toLongTimeline(count);
  const from = performance.now();
  const html = timelineToHtml(timeline);
  const write = performance.now() - from;
  const { tab, said } = await browser.open(html);
  const load = await tab.evaluate(() => {
    const [entry] = performance.getEntriesByType('navigation') as PerformanceNavigationTiming[];
    return entry?.domContentLoadedEventEnd ?? 0;
  });
  // tsx wraps names of functions in `__name`, which the page does not have.
  await tab.evaluate('globalThis.__name = (f) => f');
  // A frame is over when the next but one begins.
  const times = await tab.evaluate(async () => {
    const frame = (): Promise<unknown> =>
      new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
    const time = async (act: () => void): Promise<number> => {
      const start = performance.now();
      act();
      await frame();
      return Math.round(performance.now() - start);
    };
    const click = (selector: string) => () => document.querySelector<HTMLElement>(selector)?.click();
    const type = (words: string) => async (): Promise<number> => {
      const field = document.querySelector<HTMLInputElement>('#search');
      if (field) field.value = words;
      const start = performance.now();
      field?.dispatchEvent(new Event('input'));
      await new Promise((done) => setTimeout(done, 61));
      await frame();
      return Math.round(performance.now() - start);
    };
    const order = (value: string) => () => {
      const select = document.querySelector<HTMLSelectElement>('#order');
      if (select) select.value = value;
      select?.dispatchEvent(new Event('change'));
    };
    const scroll = (share: number) => () => scrollTo(0, document.body.scrollHeight * share);
    return {
      timeline: await time(click('#tab-timeline')),
      filter: await time(click('#kinds input')),
      unfilter: await time(click('#clear')),
      'first search': await type('hba1c')(),
      'next search': await type('follow-up visit 7')(),
      clear: await time(click('#clear')),
      'by visit': await time(order('visit')),
      scroll: Math.max(...(await Promise.all([time(scroll(0.5))])), await time(scroll(0.9))),
      results: await time(click('#tab-results')),
      elements: document.querySelectorAll('*').length,
    };
  });
  console.log({
    count,
    megabytes: Math.round(html.length / 1e5) / 10,
    write: Math.round(write),
    load: Math.round(load),
    ...times,
    said,
  });
  await tab.close();
}
await browser.close();
