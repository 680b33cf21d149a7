/**
 * `npm run test:queue [DOCUMENTS] [KILLS] [SEED]`: what the queue promises, on a real PostgreSQL (started from the
 * machine's package, or the one CCD2FHIR_TEST_POSTGRES names; skipped, saying so, without one). Three workers convert the
 * documents while workers are killed at random moments and the database restarts once; then every file is compared with a
 * run on one machine. Before that it measures the queue's cost per document, and what a second worker brings.
 */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { writeDocuments } from '../bench/generate.js';
import { type Postgres, startPostgres } from '../test/queue/postgres.js';

const [documents = 2000, kills = 12, seed = 1] = process.argv.slice(2).map(Number);
const cli = join(import.meta.dirname, '../dist/cli/main.js');
const root = mkdtempSync(join(tmpdir(), 'ccd2fhir-queue-'));
const input = join(root, 'in');
/** Different for each enqueue, so that none is finished already; without effect on these documents. */
const offsets = ['Z', '+01:00', '+02:00', '+03:00'];

let state = seed;
/** Numbers that look random and are the same each time (a linear congruence is good enough for moments). */
function random(): number {
  state = (state * 1_103_515_245 + 12_345) % 2 ** 31;
  return state / 2 ** 31;
}

function call(...args: string[]): { seconds: number; text: string } {
  const start = performance.now();
  const { status, stdout, stderr } = spawnSync(process.execPath, [cli, ...args], { encoding: 'utf8', maxBuffer: 1e9 });
  if (status !== 0) throw new Error(`${args[0]} ended with ${status}: ${stderr}`);
  return { seconds: (performance.now() - start) / 1000, text: stdout };
}

const startWorker = (url: string, out: string): ChildProcess =>
  spawn(
    process.execPath,
    [
      cli,
      'worker',
      '--queue',
      url,
      '--out',
      out,
      '--jobs',
      '1',
      '--lease',
      '8',
      '--retries',
      '1000',
      '--until-empty',
      '--quiet',
    ],
    { stdio: ['ignore', 'ignore', 'inherit'] },
  );

const ended = (worker: ChildProcess): Promise<void> =>
  worker.exitCode !== null || worker.signalCode !== null
    ? Promise.resolve()
    : new Promise((done) => void worker.once('exit', () => done()));

const enqueue = (url: string, offset: string, size = 200): { seconds: number } =>
  call(
    'enqueue',
    input,
    '--queue',
    url,
    '--check',
    'off',
    `--offset=${offset}`,
    '--shard-documents',
    String(size),
    '--quiet',
  );

/** Digest of every file below a folder, by name; the sum and the journal of a run are of no account. */
function digests(folder: string): Map<string, string> {
  const found = new Map<string, string>();
  for (const item of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    const name = join(item.parentPath, item.name).slice(folder.length + 1);
    if (!item.isFile() || /^\.(shards|ccd2fhir)\//.test(name) || name === 'run.json') continue;
    found.set(
      name,
      createHash('sha256')
        .update(readFileSync(join(folder, name)))
        .digest('hex'),
    );
  }
  return found;
}

/** Workers that end are replaced until nothing is left; `disturb` may kill them meanwhile. */
async function workAll(
  url: string,
  out: string,
  number: number,
  disturb?: (workers: ChildProcess[]) => Promise<void>,
): Promise<number> {
  const start = performance.now();
  const workers = Array.from({ length: number }, () => startWorker(url, out));
  await disturb?.(workers);
  await Promise.all(workers.map(ended));
  return (performance.now() - start) / 1000;
}

async function measure(url: string, local: number): Promise<void> {
  const put = enqueue(url, offsets[1] ?? '').seconds;
  const one = await workAll(url, join(root, 'one'), 1);
  enqueue(url, offsets[2] ?? '');
  const two = await workAll(url, join(root, 'two'), 2);
  const perDocument = ((put + one - local) / documents) * 1000;
  console.log(
    `local, 1 job: ${local.toFixed(1)} s; enqueue ${put.toFixed(1)} s and 1 worker ${one.toFixed(1)} s: ${perDocument.toFixed(2)} ms more per document`,
  );
  console.log(`2 workers: ${two.toFixed(1)} s, ${(one / two).toFixed(2)} times as fast as one`);
}

async function disturb(workers: ChildProcess[], postgres: Postgres, url: string, out: string): Promise<void> {
  for (let number = 0; number < kills; number++) {
    await wait(500 + random() * 3000);
    const place = Math.floor(random() * workers.length);
    workers[place]?.kill('SIGKILL');
    workers[place] = startWorker(url, out);
    if (number === kills >> 1) postgres.restart();
  }
}

async function test(postgres: Postgres): Promise<boolean> {
  const { url } = postgres;
  writeDocuments(input, documents, 12_000);
  const alone = join(root, 'alone');
  const local = call(
    'convert',
    input,
    '--out',
    alone,
    '--check',
    'off',
    '--offset=Z',
    '--jobs',
    '1',
    '--quiet',
  ).seconds;
  await measure(url, local);
  const out = join(root, 'disturbed');
  mkdirSync(out);
  enqueue(url, offsets[0] ?? '', 20);
  await workAll(url, out, 3, (workers) => disturb(workers, postgres, url, out));
  const [wanted, found] = [digests(alone), digests(out)];
  const different = [...wanted].filter(([name, digest]) => found.get(name) !== digest);
  const extra = [...found.keys()].filter((name) => !wanted.has(name));
  const standing = JSON.parse(call('queue', 'status', '--queue', url, '--json').text);
  console.log(
    `${kills} kills, 1 restart: ${wanted.size} files, ${different.length} different, ${extra.length} too many; ${standing.waiting + standing.active} shards left, ${standing.dead.length} failed`,
  );
  for (const [name] of different.slice(0, 5)) console.log(`  ${found.has(name) ? 'different' : 'missing'}: ${name}`);
  return different.length + extra.length + standing.waiting + standing.active + standing.dead.length === 0;
}

const postgres = await startPostgres();
if (!postgres) console.log('Skipped: there is no PostgreSQL (Debian: postgresql).');
else {
  try {
    process.exitCode = (await test(postgres)) ? 0 : 1;
  } finally {
    postgres.stop();
    rmSync(root, { recursive: true, force: true });
  }
}
