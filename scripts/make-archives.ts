/** Writes the sample archives into a folder (default `out/archives`), to try the command on. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeArchives } from './archives.js';

const folder = process.argv[2] ?? 'out/archives';
mkdirSync(folder, { recursive: true });
for (const [name, bytes] of await makeArchives()) writeFileSync(join(folder, name), bytes);
console.log(`Sample archives are in ${folder}.`);
