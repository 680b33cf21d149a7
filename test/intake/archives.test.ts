import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { makeArchives } from '../../scripts/archives.js';
import { checkResource } from '../../src/check/api.js';
import { account, resourcesOf, toGolden } from './account.js';

const folder = mkdtempSync(join(tmpdir(), 'ccd2fhir-archives-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const archives = await makeArchives();
for (const [name, bytes] of archives) writeFileSync(join(folder, name), bytes);

describe('a sample archive', () => {
  it.each([...archives.keys()])('%s gives what its golden file says, and valid FHIR', async (name) => {
    const accounts = await account([join(folder, name)]);
    const golden = new URL(`golden/${name}.json`, import.meta.url);
    const text = `${JSON.stringify(toGolden(accounts), null, 2)}\n`;
    if (process.env.UPDATE) writeFileSync(golden, text);
    expect(text).toBe(readFileSync(golden, 'utf8'));
    for (const resource of accounts.flatMap(resourcesOf)) {
      const { issues } = await checkResource(resource, { level: 'full', usCore: 'none' });
      expect(issues.filter(({ severity }) => severity === 'error')).toEqual([]);
    }
  });
});
