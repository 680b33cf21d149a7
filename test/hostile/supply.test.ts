/** What is said of limits and dependencies is what is so. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { INTAKE_LIMITS } from '../../src/intake/limits.js';
import { LIMITS } from '../../src/read/limits.js';

const root = join(import.meta.dirname, '../..');
const read = (path: string): string => readFileSync(join(root, path), 'utf8');

interface Package {
  readonly scripts: Readonly<Record<string, string>>;
  readonly dependencies: Readonly<Record<string, string>>;
  readonly devDependencies: Readonly<Record<string, string>>;
}
interface Lock {
  readonly packages: Readonly<Record<string, { hasInstallScript?: boolean; integrity?: string; link?: boolean }>>;
}

const own = JSON.parse(read('package.json')) as Package;
const lock = JSON.parse(read('package-lock.json')) as Lock;
const told = read('docs/dependencies.md');
const [, atRunTime = '', forDevelopment = ''] = told.split(/^## (?:At run time|For development)$/m);
/** Names in the first column of a table. */
const named = (table: string): string[] =>
  [...table.matchAll(/^\| ([^|]+) \|/gm)]
    .flatMap(([, names = '']) => names.split(',').map((name) => name.trim()))
    .filter((name) => name !== 'package');

describe('SECURITY.md', () => {
  it.each(Object.entries({ ...LIMITS, ...INTAKE_LIMITS }))('tells the limit %s', (name, value) => {
    expect(read('SECURITY.md')).toContain(`| ${name} | ${value} |`);
  });

  it('tells of no limit there is not, and how to report', () => {
    const rows = [...read('SECURITY.md').matchAll(/^\| (\w+) \| \d+ \|/gm)].map(([, name]) => name);
    expect(rows.sort()).toEqual([...Object.keys(LIMITS), ...Object.keys(INTAKE_LIMITS)].sort());
    expect(read('SECURITY.md')).toMatch(/Report a vulnerability in private/);
  });
});

describe('dependencies', () => {
  it('are of exact versions', () => {
    for (const version of Object.values({ ...own.dependencies, ...own.devDependencies }))
      expect(version).toMatch(/^\d+\.\d+\.\d+$/);
  });

  it('each have their line in docs/dependencies.md, and no other has', () => {
    expect(named(atRunTime).sort()).toEqual(Object.keys(own.dependencies).sort());
    expect(named(forDevelopment).sort()).toEqual(Object.keys(own.devDependencies).sort());
  });

  it('need no install script beyond those explained, and each download is pinned by its hash', () => {
    const packages = Object.entries(lock.packages).filter(([path]) => path !== '');
    const scripted = packages
      .filter(([, { hasInstallScript }]) => hasInstallScript)
      .map(([path]) => path.split('node_modules/').pop() ?? '');
    for (const name of scripted) expect(told).toContain(`\`${name}\` has an install script`);
    expect(
      packages.filter(([, { integrity, link }]) => integrity === undefined && !link).map(([path]) => path),
    ).toEqual([]);
  });

  it('run no script when this package is installed', () => {
    expect(Object.keys(own.scripts).filter((name) => /^(pre|post)?install$|^prepare$/.test(name))).toEqual([]);
  });
});
