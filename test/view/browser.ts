/** A real browser for the tests of pages: an installed Chromium, or none. */
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, expect } from 'vitest';

const executablePath = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  process.env.CHROMIUM ?? '',
].find((path) => path !== '' && existsSync(path));

/** What a suite that needs a browser is called, and whether it is left out. */
export const noBrowser = executablePath === undefined;
export const IN_A_BROWSER = 'in a browser (skipped: no Chromium is installed)';

export interface OpenPage {
  readonly tab: Page;
  /** What the page complained of, or asked the network for. */
  readonly said: string[];
}

export interface TestBrowser {
  open(html: string, options?: BrowserContextOptions): Promise<OpenPage>;
  close(): Promise<void>;
}

/** A browser for the tests of a suite. */
export function useBrowser(): Pick<TestBrowser, 'open'> {
  let browser: TestBrowser;
  beforeAll(async () => {
    browser = await startBrowser();
  }, 60_000);
  afterAll(() => browser.close());
  return { open: (html, options) => browser.open(html, options) };
}

/** Starts the browser; pages are opened from files, as a reader opens them. */
export async function startBrowser(): Promise<TestBrowser> {
  const folder = await mkdtemp(join(tmpdir(), 'ccd2fhir-page-'));
  const browser = await chromium.launch({ executablePath: executablePath ?? '', args: ['--no-sandbox'] });
  let pages = 0;
  return {
    async open(html, options = {}) {
      const path = join(folder, `page${++pages}.html`);
      await writeFile(path, html);
      const tab = await browser.newPage({ viewport: { width: 1300, height: 800 }, ...options });
      const said: string[] = [];
      tab.on('console', (message) => said.push(message.text()));
      tab.on('pageerror', (error) => said.push(error.message));
      tab.on('dialog', (dialog) => {
        said.push(`dialog ${dialog.message()}`);
        dialog.dismiss().catch(() => undefined);
      });
      tab.on('request', (request) => {
        if (request.url() !== pathToFileURL(path).href) said.push(request.url());
      });
      await tab.goto(pathToFileURL(path).href);
      return { tab, said };
    },
    async close() {
      await browser.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** What axe-core says of a page, as its script gives it. */
interface Axe {
  run(options: unknown): Promise<{ violations: { id: string; nodes: { html: string }[] }[] }>;
}

/**
 * Loads axe-core into a page, which starts anew.
 * @returns holds the page as it is to the accessibility rules; in the dark only to that about contrast, as no other knows
 *   colours
 */
export async function prepareAxe(tab: Page, colorScheme: 'light' | 'dark'): Promise<(where: string) => Promise<void>> {
  // The policy of the page forbids foreign scripts; the debugger may bring one.
  const session = await tab.context().newCDPSession(tab);
  await session.send('Page.setBypassCSP', { enabled: true });
  await tab.reload();
  await tab.addScriptTag({ path: createRequire(import.meta.url).resolve('axe-core/axe.min.js') });
  const rules = colorScheme === 'light' ? {} : { runOnly: ['color-contrast'] };
  return async (where) => {
    const violations = await tab.evaluate(async (options) => {
      const { axe } = globalThis as unknown as { axe: Axe };
      return (await axe.run(options)).violations.map(
        ({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 120)).join(' | ')}`,
      );
    }, rules);
    expect(violations, where).toEqual([]);
  };
}
