/** Documents without end: each is stopped by a named limit, or passed over, in little more memory than the limit allows. */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { ENDLESS, type Told } from './endless.js';

const root = join(import.meta.dirname, '../..');
/** `MEGABYTES=300` reads more of each. */
const MEGABYTES = Number(process.env.MEGABYTES ?? 100);
/** Most memory of the process, all included: Node with the tables takes some 110 MB, garbage comes on top. */
const MOST = 450;
const SECONDS = 60;

async function readApart(name: string): Promise<Told> {
  const script = ['--import', 'tsx', '--conditions=source', 'test/hostile/endless.ts', name, `${MEGABYTES}`];
  const { stdout } = await promisify(execFile)(process.execPath, script, { cwd: root });
  return JSON.parse(stdout) as Told;
}

describe(`${MEGABYTES} MB of`, { timeout: 240_000 }, () => {
  it.each(Object.entries(ENDLESS))('%s stay within memory', async (name, { refused }) => {
    const told = await readApart(name);
    expect(told.refused).toBe(refused);
    if (refused === undefined) expect(told.findings.join()).toMatch(/xml-(truncated|trailing) \d+/);
    else expect([told.line, told.column]).toEqual([expect.any(Number), expect.any(Number)]);
    expect(told.megabytes).toBeLessThan(MOST);
    expect(told.cpuSeconds).toBeLessThan(SECONDS);
  });
});
