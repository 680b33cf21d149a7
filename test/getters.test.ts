import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

/** Made once for a table, a package or a run, and seldom asked. */
const SELDOM = ['map/read-table.ts', 'intake/document/witness.ts', 'batch/resume.ts'];

const root = fileURLToPath(new URL('../src', import.meta.url));
const files = readdirSync(root, { recursive: true, encoding: 'utf8' })
  .map((path) => path.replaceAll('\\', '/'))
  .filter((path) => path.endsWith('.ts') && !path.endsWith('.gen.ts') && !path.includes('/client/'));
const hasGetter = (file: string): boolean => /^\s+get \w+\(\)/m.test(readFileSync(join(root, file), 'utf8'));

// The engine keeps an object that was written with a getter as a dictionary: each use of it is a search.
it('objects made for each document have no getters', () => {
  expect(files.filter(hasGetter).sort()).toEqual([...SELDOM].sort());
});
