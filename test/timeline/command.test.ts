/** The command as it is called: what it writes can be read again, in any order and together with more. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import yargs from 'yargs';
import { declare, run } from '../../src/cli/timeline.js';

const folder = mkdtempSync(join(tmpdir(), 'timeline-'));
afterAll(() => rmSync(folder, { recursive: true }));

const places = ['kittiwake.xml', 'fulmar-point.xml', 'petrel.json'].map((name) => `samples/timeline/${name}`);
const timeline = async (out: string, inputs: readonly string[], ...more: string[]): Promise<Record<string, string>> => {
  const args = declare(yargs().command('* <input..>', 'merge', (each) => declare(each))).parserConfiguration({
    'greedy-arrays': false,
  });
  expect(
    await run((await args.parseAsync([...inputs, '--out', join(folder, out), '--check', 'off', ...more])) as never),
  ).toBe(0);
  return Object.fromEntries(
    readdirSync(join(folder, out)).map((name) => [name, readFileSync(join(folder, out, name), 'utf8')]),
  );
};

describe('timeline --out', () => {
  it('gives the same files in any order, again, and step by step', async () => {
    const [a = '', b = '', c = ''] = places;
    const all = await timeline('all', [a, b, c]);
    expect(Object.keys(all)).toHaveLength(2);
    expect(await timeline('turned', [c, a, b])).toEqual(all);
    expect(await timeline('again', [join(folder, 'all')])).toEqual(all);
    await timeline('first', [a, b]);
    expect(await timeline('then', [join(folder, 'first'), c])).toEqual(all);
    const lines = await timeline('lines', [a, b, c], '--format', 'ndjson', '--ips');
    expect(Object.keys(lines).map((name) => name.replace(/^[^.]+/, ''))).toEqual([
      '.ips.json',
      '.ndjson',
      '.reconcile.json',
    ]);
    expect(await timeline('back', [join(folder, 'lines')])).toEqual(all);
  }, 60_000);

  it('reads a record that was changed since as a source of its own', async () => {
    const [name = ''] = readdirSync(join(folder, 'all')).filter((file) => !file.includes('reconcile'));
    const path = join(folder, 'all', name);
    const bundle = JSON.parse(readFileSync(path, 'utf8'));
    bundle.entry = bundle.entry.slice(0, 5);
    writeFileSync(path, JSON.stringify(bundle));
    const read = await timeline('changed', [join(folder, 'all')]);
    expect(
      JSON.parse(Object.entries(read).find(([file]) => file.includes('reconcile'))?.[1] ?? '{}').undo.sources,
    ).toHaveLength(1);
  }, 60_000);
});
