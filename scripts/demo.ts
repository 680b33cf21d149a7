/** `npm run demo`: converts samples/ into out/ with the built command line, and says what the run shows. */
import { spawnSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');
const cli = join(root, 'dist/cli/main.js');
const run = (...args: string[]): number =>
  spawnSync(process.execPath, [cli, ...args], { cwd: root, stdio: 'inherit' }).status ?? 1;

rmSync(join(root, 'out'), { recursive: true, force: true });
const code = run('convert', 'samples', '--out', 'out');
if (code > 1) process.exit(code);
console.log(
  '\nOne of the samples is broken on purpose, so `convert` ended with exit code 1: some documents end early.',
);
console.log('What became of one document in particular (ccd2fhir loss samples/ccd-r11.xml):\n');
process.exit(run('loss', 'samples/ccd-r11.xml'));
