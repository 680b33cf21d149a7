/** The library as a page has it: bundled for a browser, and giving the same as in Node.js. */
import { readFileSync } from 'node:fs';
import { build } from 'esbuild';
import { describe, expect, it } from 'vitest';
import { bundleToJson, convert, toBundle } from '../src/index.js';
import { IN_A_BROWSER, noBrowser, useBrowser } from './view/browser.js';

const sample = readFileSync(new URL('../samples/ccd-r21-rich.xml', import.meta.url));

/** What the bundle calls itself. */
interface Library {
  readonly convert: typeof convert;
  readonly toBundle: typeof toBundle;
  readonly bundleToJson: typeof bundleToJson;
}

describe.skipIf(noBrowser)(IN_A_BROWSER, () => {
  const browser = useBrowser();

  it('converts as in Node.js, and asks nobody for anything', async () => {
    // What reads folders is loaded only when folders are read.
    const { outputFiles } = await build({
      entryPoints: ['dist/index.js'],
      bundle: true,
      write: false,
      platform: 'browser',
      format: 'iife',
      globalName: 'ccd2fhir',
      external: ['node:*'],
    });
    const { tab, said } = await browser.open('<!DOCTYPE html><meta charset="utf-8"><title>Empty</title>');
    await tab.addScriptTag({ content: outputFiles[0]?.text ?? '' });
    const json = await tab.evaluate(async (bytes) => {
      const { ccd2fhir } = globalThis as unknown as { ccd2fhir: Library };
      const source = Uint8Array.from(bytes);
      return ccd2fhir.bundleToJson(
        await ccd2fhir.toBundle(ccd2fhir.convert(source, { check: 'full' }), { format: 'transaction' }),
      );
    }, Array.from(sample));
    expect(json).toBe(bundleToJson(await toBundle(convert(sample, { check: 'full' }), { format: 'transaction' })));
    expect(said).toEqual([]);
  }, 60_000);
});
