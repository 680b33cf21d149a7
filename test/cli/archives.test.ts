import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { makeArchives } from '../../scripts/archives.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'ccd2fhir-cli-archives-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const archives = await makeArchives();
for (const [name, bytes] of archives) writeFileSync(join(folder, name), bytes);

function run(args: readonly string[], stdin: Buffer = Buffer.alloc(0)) {
  const node = [join(root, 'dist/cli/main.js'), ...args];
  return new Promise<{ code: unknown; stdout: string; stderr: string }>((resolve) => {
    const child = execFile(process.execPath, node, { cwd: root }, (error, stdout, stderr) =>
      resolve({ code: error?.code ?? 0, stdout, stderr }),
    );
    child.stdin?.end(stdin);
  });
}

describe('convert of an archive', () => {
  it('without a folder writes one Bundle of all it holds, and names what it left out', async () => {
    const { code, stdout, stderr } = await run(['convert', join(folder, 'portal.zip')]);
    expect(code).toBe(0);
    const { entry } = JSON.parse(stdout) as { entry: { fullUrl: string; resource: Record<string, unknown> }[] };
    const types = entry.map(({ resource }) => resource.resourceType);
    expect(types.filter((type) => type === 'Binary')).toHaveLength(5);
    expect(types).toContain('Composition');
    // An attachment leads to its Binary within the Bundle.
    const urls = [...stdout.matchAll(/"url":"(urn:uuid:[^"]+)"/g)].map(([, url]) => url);
    expect(urls).toHaveLength(5);
    for (const url of urls) expect(entry.map(({ fullUrl }) => fullUrl)).toContain(url);
    expect(stderr).toContain('notes.bin: skipped');
    expect(stderr).toContain('6 of 11 files converted');
  });

  it('gives the same from stdin as from the file, into a folder', async () => {
    const [file, stdin] = [join(folder, 'file'), join(folder, 'stdin')];
    const results = await Promise.all([
      run(['convert', join(folder, 'records.tar.gz'), '--out', file, '--quiet']),
      run(['convert', '-', '--out', stdin, '--quiet'], archives.get('records.tar.gz')),
    ]);
    expect(results.map(({ code }) => code)).toEqual([0, 0]);
    for (const name of ['a.json', 'a.loss.json', 'sub/scan.json'])
      expect(readFileSync(join(stdin, name.replace(/^/, '')), 'utf8')).toBe(readFileSync(join(file, name), 'utf8'));
  });
});
