/** What a person reads who has mistyped: what is wrong, what to do, and exit code 2. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, it } from 'vitest';

const main = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));
const empty = mkdtempSync(join(tmpdir(), 'ccd2fhir-words-'));
afterAll(() => rmSync(empty, { recursive: true }));

it.each([
  [[], /ccd2fhir <command>.*\bconvert \[input\.\.\]/s],
  [['convrt', 'x.xml'], /Did you mean convert\?/],
  [['loss'], /Something is missing \(0 named, 1 needed\): ccd2fhir loss <file>\nSee ccd2fhir loss --help/],
  [['loss', 'x.xml', '--jsn'], /Unknown argument: jsn\nSee ccd2fhir loss --help/],
  [['convert', 'x.xml'], /There is no readable file or folder x\.xml\. Check the path\./],
  [['explain', 'allergy', '--mappings', join(empty, 'none')], /folder of mappings .*none cannot be read \(ENOENT\)/],
  [['explain', 'allergy', '--mappings', empty], /holds no \.yaml file/],
])(
  'ccd2fhir %j',
  (args, words) => {
    const { status, stderr } = spawnSync(process.execPath, [main, ...args], { encoding: 'utf8' });
    expect(stderr).toMatch(words);
    expect(status).toBe(2);
  },
  60_000,
);
