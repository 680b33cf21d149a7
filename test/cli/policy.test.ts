import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('../../', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'policy-'));
afterAll(() => rmSync(folder, { recursive: true }));

const run = (...args: string[]) =>
  spawnSync(process.execPath, ['dist/cli/main.js', ...args], {
    cwd: root,
    encoding: 'utf8',
  });

const unknown = join(folder, 'unknown.xml');
writeFileSync(
  unknown,
  '<ClinicalDocument xmlns="urn:hl7-org:v3"><component><structuredBody><component><section>' +
    '<code code="99999-9"/><title>x</title><text>x</text></section></component></structuredBody></component></ClinicalDocument>',
);

describe('what makes a run fail', { timeout: 60_000 }, () => {
  it('reasons of loss, by --fail-on', () => {
    const sample = 'samples/c32.xml';
    const { lost } = JSON.parse(run('loss', sample, '--json').stdout) as { lost: { reason: string }[] };
    const there = new Set(lost.map(({ reason }) => reason));
    expect(there.size).toBeGreaterThan(0);
    const [reason = ''] = there;
    const absent = ['unread', 'declared', 'no-code', 'superseded', 'narrowed', 'withheld'].find(
      (each) => !there.has(each),
    );
    expect(run('loss', sample, '--fail-on', `never,${reason}`).status).toBe(1);
    if (absent !== undefined) expect(run('loss', sample, '--fail-on', absent).status).toBe(0);
    const wrong = run('loss', sample, '--fail-on', 'zaphod');
    expect([wrong.status, wrong.stderr]).toEqual([2, expect.stringContaining('zaphod is none of')]);
  });

  it('a document with what nobody knows, by --strict: rejected, exit code 1, nothing written', () => {
    const out = join(folder, 'out');
    const { status, stderr } = run('convert', unknown, '--strict', '--out', out);
    expect([status, stderr]).toEqual([1, expect.stringContaining('A section is of no known kind.')]);
    expect(readdirSync(out).filter((name) => name.startsWith('unknown'))).toEqual([]);
    expect(JSON.parse(readFileSync(join(out, 'run.json'), 'utf8')).rejected).toMatchObject([
      { reason: 'unknown-template' },
    ]);
    const report = run('loss', unknown, '--strict');
    expect([report.status, report.stdout]).toEqual([1, expect.stringContaining('section-unknown')]);
  });
});
