/** Starts a worker thread from TypeScript, in tests and scripts; the package holds compiled workers only. */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { threadId } from 'node:worker_threads';
import { buildSync } from 'esbuild';

const { outputFiles } = buildSync({
  entryPoints: [fileURLToPath(process.argv[2])],
  bundle: true,
  write: false,
  platform: 'node',
  format: 'esm',
  packages: 'external',
  conditions: ['source'],
});
// Below node_modules, so that packages are found.
const folder = new URL('../../node_modules/.cache/ccd2fhir/', import.meta.url);
const file = new URL(`${process.pid}-${threadId}.mjs`, folder);
mkdirSync(folder, { recursive: true });
writeFileSync(file, outputFiles[0].text);
export const { run } = await import(file.href);
rmSync(file);
