/** A real browser for the tests of pages: an installed Chromium, or none. */
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type BrowserContextOptions, chromium, type Page } from 'playwright-core';

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
