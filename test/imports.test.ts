import { readdirSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

/** Which layer may import which (docs: imports go one way). A layer is a folder of src, or a file at its top. */
const ALLOWED: Readonly<Record<string, readonly string[]>> = {
  ledger: [],
  hash: [],
  repairs: [],
  finding: ['repairs'],
  'read/node': [],
  event: ['finding', 'ledger'],
  read: ['repairs', 'read/node', 'ledger', 'finding'],
  fhir: ['repairs', 'read/node', 'ledger', 'finding', 'digest'],
  map: ['repairs', 'read/node', 'fhir', 'ledger', 'finding', 'digest', 'gen'],
  assemble: ['hash', 'read/node', 'fhir', 'map', 'ledger', 'finding', 'digest'],
  check: ['fhir', 'finding', 'gen'],
  report: ['hash', 'ledger', 'finding', 'event', 'read/node'],
  write: ['event', 'fhir'],
  timeline: ['event', 'fhir', 'assemble', 'map', 'upgrade', 'write', 'finding', 'digest', 'gen'],
  upgrade: ['fhir', 'map', 'finding', 'gen'],
  explain: ['map', 'fhir', 'gen'],
  view: ['event', 'fhir', 'ledger', 'finding', 'read/node', 'report', 'timeline', 'digest', 'gen'],
  intake: [
    'jose',
    'convert',
    'event',
    'map',
    'finding',
    'findings',
    'fhir',
    'digest',
    'check',
    'read',
    'ledger',
    'version',
    'upgrade',
    'ledger',
    'read/node',
    'gen',
  ],
  push: ['jose', 'fhir', 'intake'],
  batch: ['index', 'intake', 'version'],
  queue: ['batch', 'intake'],
  cli: ['jose', 'index', 'intake', 'report', 'push', 'batch', 'queue', 'version'],
};

const root = fileURLToPath(new URL('../src', import.meta.url));
const files = readdirSync(root, { recursive: true, encoding: 'utf8' })
  .map((path) => path.replaceAll('\\', '/'))
  .filter((path) => path.endsWith('.ts'));

interface Import {
  readonly file: string;
  readonly target: string;
  readonly typeOnly: boolean;
}

const imports: Import[] = files.flatMap((file) =>
  [
    ...readFileSync(join(root, file), 'utf8').matchAll(
      /^(?:import|export)\b([^;]*?)from '([^']+)'|\bimport\('([^']+)'\)/gm,
    ),
  ].map(([, clause = '', target, lazy]) => ({
    file,
    target: target ?? lazy ?? '',
    typeOnly: /^\s*type\b/.test(clause),
  })),
);

/** `read/tree.ts` belongs to `read`, `ledger.ts` to `ledger`, generated data to `gen`. */
function layer(path: string): string {
  const name = path.replace(/\.[jt]s$/, '');
  if (name === 'read/node') return name;
  if (/^[^/]*\.gen$/.test(name)) return 'gen';
  if (name.startsWith('digest.')) return 'digest';
  return name.split('/')[0] ?? name;
}

const resolve = ({ file, target }: Import): string =>
  target.startsWith('#') ? target.slice(1) : layer(posix.join(posix.dirname(file), target));

describe('imports', () => {
  it('are found at all', () => {
    expect(imports.length).toBeGreaterThan(50);
    expect(imports.some(({ file, target }) => file === 'cli/main.ts' && target === './convert.js')).toBe(true);
  });

  it('go one way between the layers', () => {
    const wrong = imports
      .filter(({ target }) => target.startsWith('.') || target.startsWith('#'))
      .map((item) => ({ from: layer(item.file), to: resolve(item), file: item.file }))
      .filter(({ from, to }) => from !== to && ALLOWED[from] !== undefined && !ALLOWED[from].includes(to))
      .map(({ file, to }) => `${file} -> ${to}`);
    expect(wrong).toEqual([]);
  });

  it('leave Node.js to the command line, the batch, the intake and the digest', () => {
    const wrong = imports
      .filter(
        ({ file, target }) =>
          target.startsWith('node:') && !/^(cli\/|intake\/|push\/|batch\/|queue\/|digest\.node\.ts)/.test(file),
      )
      .map(({ file, target }) => `${file} -> ${target}`);
    expect(wrong).toEqual([]);
  });

  it('of what runs in a page lead to nothing but what runs in a page, and to types', () => {
    const wrong = imports
      .filter(({ file, typeOnly }) => file.includes('/client/') && !typeOnly)
      .filter(
        ({ file, target }) => target.startsWith('.') && !posix.join(posix.dirname(file), target).includes('/client/'),
      )
      .map(({ file, target }) => `${file} -> ${target}`);
    expect(wrong).toEqual([]);
  });

  it('name each third-party package in one file only', () => {
    const users = new Map<string, Set<string>>();
    for (const { file, target, typeOnly } of imports) {
      if (typeOnly || /^([.#]|node:)/.test(target)) continue;
      const name = target
        .split('/')
        .slice(0, target.startsWith('@') ? 2 : 1)
        .join('/');
      users.set(name, (users.get(name) ?? new Set()).add(file));
    }
    expect([...users.keys()]).toContain('saxes');
    expect([...users].filter(([, where]) => where.size > 1).map(([name, where]) => [name, ...where])).toEqual([]);
  });
});
