import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const root = new URL('../../', import.meta.url);
const run = (script: string): string =>
  execFileSync(process.execPath, ['--import', 'tsx', `scripts/${script}.ts`, '--check'], {
    cwd: fileURLToPath(root),
    encoding: 'utf8',
  });

describe('generated files', () => {
  it.each(['gen-shapes', 'gen-checks'])(
    'are what %s writes',
    (script) => {
      expect(() => run(script)).not.toThrow();
    },
    60_000,
  );

  it('are small enough to ship', () => {
    const bytes = (path: string) => readFileSync(new URL(path, root)).length;
    expect(bytes('src/fhir/shapes.gen.ts')).toBeLessThan(100_000);
    expect(bytes('mappings/checks.yaml')).toBeLessThan(40_000);
  });
});
