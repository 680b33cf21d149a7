import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('..', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'ccd2fhir-pack-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** What a user gets: packed as npm would publish it, unpacked elsewhere, with the installed dependencies beside it. */
function unpack(): string {
  const options = { cwd: root, encoding: 'utf8', shell: process.platform === 'win32' } as const;
  execFileSync('npm', ['pack', '--ignore-scripts', '--silent', '--pack-destination', folder], options);
  const [tarball = ''] = readdirSync(folder).filter((name) => name.endsWith('.tgz'));
  execFileSync('tar', ['-xzf', tarball], { cwd: folder });
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'), 'junction');
  return join(folder, 'package');
}

describe('the package', () => {
  const home = unpack();
  const { bin } = JSON.parse(readFileSync(join(home, 'package.json'), 'utf8')) as { bin: Record<string, string> };
  const cli = join(home, bin.ccd2fhir ?? '');

  it('holds what it needs and no sources, tests or samples', () => {
    expect(readdirSync(home).sort()).toEqual(
      ['CHANGELOG.md', 'LICENSE', 'README.md', 'dist', 'mappings', 'package.json'].sort(),
    );
  });

  it('converts a sample with its own command, away from the project', () => {
    const sample = join(root, 'samples', 'ccd-r21-rich.xml');
    const out = execFileSync(process.execPath, [cli, 'convert', sample, '--quiet', '--fail-on', 'never'], {
      cwd: folder,
      encoding: 'utf8',
    });
    const bundle = JSON.parse(out) as { entry: { resource: { resourceType: string } }[] };
    expect(bundle.entry.map((entry) => entry.resource.resourceType)).toContain('Patient');
  });

  it('converts in threads of its own', () => {
    const out = join(folder, 'out');
    const sample = join(root, 'samples', 'unstructured.xml');
    execFileSync(process.execPath, [cli, 'convert', sample, '--out', out, '--quiet', '--fail-on', 'never']);
    expect(readdirSync(out)).toContain('unstructured.json');
  });

  it('converts through its library entry', () => {
    const script = `
      import { convert, lossReport } from 'ccd2fhir';
      import { createReadStream } from 'node:fs';
      const report = await lossReport(convert(createReadStream(process.argv[1])));
      console.log(report.leaves.total);`;
    const args = ['--input-type=module', '-e', script, join(root, 'samples', 'ccd-r21-rich.xml')];
    // A package may import itself by name, which is how its `exports` are tried here.
    expect(Number(execFileSync(process.execPath, args, { cwd: home, encoding: 'utf8' }))).toBeGreaterThan(1000);
  });
});
