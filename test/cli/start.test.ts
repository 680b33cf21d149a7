/** What a small conversion loads before it can begin: time to start is mostly files. */
import { readFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const folder = join(import.meta.dirname, '../../dist/cli');
const read = (name: string): string => readFileSync(join(folder, name), 'utf8');
const importsOf = (name: string): string[] =>
  [...read(name).matchAll(/^(?:import |import .* from |\} from )"([^"]+)";$/gm)].map(([, module = '']) => module);

/** The files of the command line a file of it needs, itself included. */
function filesBehind(name: string, found = new Set<string>()): ReadonlySet<string> {
  if (found.has(name)) return found;
  found.add(name);
  for (const module of importsOf(name)) if (module.startsWith('./')) filesBehind(module.slice(2), found);
  return found;
}

const [, command = ''] = /import\("\.\/(convert-[^"]+)"\)/.exec(read('main.js')) ?? [];
const files = new Set([...filesBehind('main.js'), ...filesBehind(command)]);

describe('the command `convert`', () => {
  it('needs few files', () => {
    expect(files.size).toBeGreaterThan(2);
    expect(files.size).toBeLessThan(7);
  });

  it('needs no installed package', () => {
    const modules = [...files].flatMap(importsOf).filter((module) => !module.startsWith('.'));
    expect(modules).toContain('node:crypto');
    expect(modules.filter((module) => !isBuiltin(module))).toEqual([]);
  });
});
