import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { createPool } from '../../src/batch/pool.js';

const root = mkdtempSync(join(tmpdir(), 'ccd2fhir-pool-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

it('stops what loops, waits for ever, crashes or eats memory, tries it once more, and goes on', async () => {
  const log = join(root, 'tries');
  const worker = new URL('./misbehave.ts', import.meta.url);
  const limits = { seconds: 8, megabytes: 60 };
  const pool = createPool<string, string>({ worker, data: log, jobs: 2, limits });
  const tasks = ['fine', 'loop', 'exit', 'slow', 'eat', 'throw', 'slow', 'fine'];
  const tried = await Promise.all(tasks.map((task) => pool.run(task)));
  await pool.destroy();
  expect(tried.map((one) => ('result' in one ? one.result : one.failure.reason))).toEqual([
    'fine done',
    'time-limit',
    'crashed',
    'slow done',
    'memory-limit',
    'crashed',
    'slow done',
    'fine done',
  ]);
  const tries = readFileSync(log, 'utf8').trim().split('\n').sort();
  expect(tries).toEqual([...tasks, 'loop', 'exit', 'eat', 'throw'].sort());
  for (const one of tried) if ('failure' in one) expect(one.failure.message).not.toContain('of the worker');
});
