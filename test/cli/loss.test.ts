import { execFile } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));
const sample = join(root, 'samples/vendor-quirks.xml');
let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ccd2fhir-loss-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

interface Result {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

function run(...args: string[]): Promise<Result> {
  const node = [join(root, 'dist/cli/main.js'), 'loss', ...args];
  return new Promise((resolve) => {
    execFile(process.execPath, node, { cwd: root, maxBuffer: 1e8 }, (error, stdout, stderr) =>
      resolve({ code: typeof error?.code === 'number' ? error.code : 0, stdout, stderr }),
    );
  });
}

interface Told {
  readonly n?: number;
  readonly path: string;
  readonly state?: string;
  readonly value?: string;
}

describe('loss', () => {
  it('writes a trace of every leaf, a page and a report in one run', async () => {
    const [trace, page] = [join(folder, 't.ndjson'), join(folder, 'p.html')];
    const { code, stdout, stderr } = await run(sample, '--trace', trace, '--html', page, '--json');
    expect(code).toBe(0);
    const report = JSON.parse(stdout) as { leaves: { total: number; frame: number }; sections: { path: string }[] };
    const lines = (await readFile(trace, 'utf8'))
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Told);
    const told = lines.filter(({ n }) => n !== undefined);
    expect(told.map(({ n }) => n)).toEqual(Array.from({ length: report.leaves.total }, (_, n) => n));
    expect(told.filter(({ state }) => state === 'frame')).toHaveLength(report.leaves.frame);
    expect(told.some(({ path }) => path.startsWith(`${report.sections[0]?.path}/`))).toBe(true);
    expect(told.some((line) => 'value' in line)).toBe(false);
    expect(await readFile(page, 'utf8')).toContain('<!doctype html>');
    expect(stderr).toContain('holds the document');
  });

  it('shows values in the trace only when told to', async () => {
    const trace = join(folder, 'v.ndjson');
    await run(sample, '--trace', trace, '--show-values');
    const leaf = (await readFile(trace, 'utf8')).split('\n').find((line) => line.includes('"n":')) ?? '{}';
    expect(JSON.parse(leaf)).toHaveProperty('value');
  });

  it('obeys --fail-on, and leaves nothing of a document that cannot be converted', async () => {
    const [failed, refused] = await Promise.all([
      run(sample, '--fail-on', 'information'),
      writeFile(join(folder, 'no.xml'), 'no document').then(() =>
        run(join(folder, 'no.xml'), '--trace', join(folder, 'no.ndjson'), '--html', join(folder, 'no.html')),
      ),
    ]);
    expect([failed.code, refused.code]).toEqual([1, 2]);
    expect((await readdir(folder)).filter((name) => name.startsWith('no.'))).toEqual(['no.xml']);
  });
});
