import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { documentText, writeFiles } from '../batch/documents.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'ccd2fhir-cli-'));
const at = (...path: string[]): string => join(folder, ...path);
const DOCUMENTS = 40;

beforeAll(() => {
  for (let n = 0; n < DOCUMENTS; n++) writeFiles(at('in'), { [`${n}.xml`]: documentText(`p${n}`, (n * 13) % 40) });
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

function start(...args: string[]): { child: ChildProcess; ended: Promise<Ended> } {
  const node = [join(root, 'dist/cli/main.js'), 'convert', ...args];
  const child = spawn(process.execPath, node, { cwd: root, env: { ...process.env, NO_COLOR: '1' } });
  let [stdout, stderr] = ['', ''];
  child.stdout.on('data', (text) => {
    stdout += text;
  });
  child.stderr.on('data', (text) => {
    stderr += text;
  });
  return { child, ended: new Promise((resolve) => child.once('exit', (code) => resolve({ code, stdout, stderr }))) };
}

const lines = (name: string): string => at(name, '.ccd2fhir/journal.jsonl');

/** Waits until the run has this many lines in its journal. */
async function reached(name: string, number: number): Promise<void> {
  while (!existsSync(lines(name)) || readFileSync(lines(name), 'utf8').split('\n').length < number) await sleep(2);
}

function contents(name: string): Record<string, string> {
  const files = readdirSync(at(name), { recursive: true, encoding: 'utf8' }).sort();
  return Object.fromEntries(
    files
      .filter((file) => statSync(at(name, file)).isFile())
      .map((file) => [file, readFileSync(at(name, file), 'latin1').replace(/^ {2}"seconds": .*$/m, '')]),
  );
}

const NDJSON = ['--format', 'ndjson', '--part-size', '30kB', '--check', 'off', '--jobs', '2'];

describe('convert --out', () => {
  it('gives the same bytes after kill -9 and --resume, and after Ctrl-C and --resume', async () => {
    const { ended } = start(at('in'), '--out', at('whole'), ...NDJSON, '--json');
    const { code, stdout } = await ended;
    expect(code).toBe(0);
    const events = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(events.at(-1)).toMatchObject({ event: 'end', documents: { total: DOCUMENTS, converted: DOCUMENTS } });

    const killed = start(at('in'), '--out', at('killed'), ...NDJSON);
    await reached('killed', 8);
    killed.child.kill('SIGKILL');
    await killed.ended;
    expect(existsSync(at('killed/run.json'))).toBe(false);
    const stopped = start(at('in'), '--out', at('killed'), ...NDJSON, '--resume');
    await reached('killed', 25);
    stopped.child.kill('SIGINT');
    const stop = await stopped.ended;
    expect([stop.code, stop.stderr]).toEqual([130, expect.stringContaining('--resume')]);
    expect((await start(at('in'), '--out', at('killed'), ...NDJSON, '--resume').ended).code).toBe(0);
    expect(contents('killed')).toEqual(contents('whole'));
  }, 180_000);

  it('reads names from a list, and refuses what does nothing together', async () => {
    const list = [at('in/1.xml'), at('in/none.xml'), at('in/2.xml')].join('\n');
    writeFiles(folder, { list: `${list}\n` });
    const [listed, ...refused] = await Promise.all([
      start('--files-from', at('list'), '--out', at('listed')).ended,
      start(at('in/1.xml'), '--gzip', '--out', at('x')).ended,
      start(at('in/1.xml'), '--resume').ended,
      start('--files-from', at('none'), '--out', at('x')).ended,
    ]);
    // One of the list that is missing is rejected; the others are named by their whole path.
    expect([listed?.code, listed?.stderr]).toEqual([1, expect.stringContaining('none.xml: rejected')]);
    const written = readdirSync(at('listed'), { recursive: true, encoding: 'utf8' });
    expect(written.map((name) => /[12]\.json$/.exec(name)?.[0]).filter(Boolean)).toEqual(['1.json', '2.json']);
    expect(refused.map(({ code }) => code)).toEqual([2, 2, 2]);
    expect(refused.map(({ stderr }) => stderr)).toEqual([
      expect.stringContaining('--gzip goes with --format ndjson'),
      expect.stringContaining('--resume needs a folder'),
      expect.stringContaining('cannot be read'),
    ]);
    expect(existsSync(at('x'))).toBe(false);
  });
});
