/**
 * Kills a run with SIGKILL at random moments, resumes it, and compares what it wrote with an undisturbed run, byte by
 * byte. `npm run build && npx tsx --conditions=source scripts/kill-resume.ts [KILLS] [DOCUMENTS] [SEED]`
 */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeDocuments } from '../bench/generate.js';

const [kills = 50, documents = 300, seed = 1] = process.argv.slice(2).map(Number);
const cli = join(import.meta.dirname, '../dist/cli/main.js');
const root = mkdtempSync(join(tmpdir(), 'ccd2fhir-kill-'));
const FORMATS = [
  ['--format', 'ndjson', '--part-size', '100kB', '--gzip'],
  ['--format', 'ndjson', '--part-size', '1MB'],
  ['--format', 'transaction', '--max-entries', '20'],
];

/** Numbers that look random and are the same each time (mulberry32). */
function randomFrom(start: number): () => number {
  let state = start;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Runs to the end, or is killed after so many milliseconds; true if it was killed. */
function run(out: string, options: readonly string[], killAfter?: number): Promise<boolean> {
  const args = [cli, 'convert', join(root, 'in'), '--out', out, '--quiet', '--jobs', '2', '--check', 'off', ...options];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'ignore', 'inherit'] });
  const timer = killAfter === undefined ? undefined : setTimeout(() => child.kill('SIGKILL'), killAfter);
  return new Promise((resolve, reject) => {
    child.once('exit', (code, signal) => {
      clearTimeout(timer);
      if (signal === 'SIGKILL') resolve(true);
      else if (code === 0) resolve(false);
      else reject(new Error(`ended with ${code}`));
    });
  });
}

/** One digest of all files below a folder; the seconds of run.json differ. */
function digest(folder: string): string {
  const sum = createHash('sha256');
  for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort()) {
    if (!statSync(join(folder, name)).isFile()) continue;
    sum.update(`${name}\n`);
    const bytes = readFileSync(join(folder, name));
    sum.update(name === 'run.json' ? bytes.toString().replace(/^ {2}"seconds": .*$/m, '') : bytes);
  }
  return sum.digest('hex');
}

const random = randomFrom(seed);
writeDocuments(join(root, 'in'), documents, 12_000);
const lengths: number[] = [];
let done = 0;
let wrong = 0;
for (let round = 0; done < kills; round++) {
  const format = FORMATS[round % FORMATS.length] ?? [];
  const [whole, killed] = [join(root, `whole-${round % FORMATS.length}`), join(root, 'killed')];
  if (!existsSync(whole)) {
    const start = performance.now();
    await run(whole, format);
    lengths.push(performance.now() - start);
  }
  const length = lengths[round % FORMATS.length] ?? 0;
  rmSync(killed, { recursive: true, force: true });
  let times = 0;
  while (done < kills && times < 8 && (await run(killed, [...format, '--resume'], 300 + random() * length))) {
    done++;
    times++;
  }
  await run(killed, [...format, '--resume']);
  const same = digest(killed) === digest(whole);
  if (!same) wrong++;
  console.log(`${format.join(' ')}: killed ${times} times, ${same ? 'same bytes' : 'DIFFERENT'}`);
}
rmSync(root, { recursive: true, force: true });
console.log(`${done} kills, ${wrong} differences`);
process.exitCode = wrong === 0 ? 0 : 1;
