/** The whole command over a folder, with a number of jobs. */
import { spawnSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join } from 'node:path';

const cli = join(import.meta.dirname, '../dist/cli/main.js');

/** Seconds from start to end; the output is removed. */
export function timeJobs(folder: string, jobs: number): number {
  const out = join(folder, 'out');
  const start = performance.now();
  const args = [
    cli,
    'convert',
    join(folder, 'in'),
    '--out',
    out,
    '--format',
    'ndjson',
    '--jobs',
    String(jobs),
    '--quiet',
  ];
  const { status } = spawnSync(process.execPath, args, { stdio: 'inherit' });
  if (status !== 0) throw new Error(`convert ended with ${status}`);
  const seconds = (performance.now() - start) / 1000;
  rmSync(out, { recursive: true });
  return seconds;
}
