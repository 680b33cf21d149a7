/**
 * Converts the same bytes in several ways, each variant in turn in one process, and prints times as ratios:
 * `npm run bench -- [FOLDER...]` (default: the corpus where there is one, else samples). docs/performance.md says what
 * the options are for.
 */
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { toBytes } from '../src/cli/pool-options.js';
import { generateDocument, writeDocuments } from './generate.js';
import { timeJobs } from './jobs.js';
import { VARIANTS } from './variants.js';

const root = join(import.meta.dirname, '..');
const CORPUS = ['vendors', 'hl7docs'].map((folder) => join(root, '../shared/corpus', folder));
const NAMES = Object.keys(VARIANTS);

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    variants: { type: 'string', default: NAMES.join(',') },
    sizes: { type: 'string', default: '100kB,1MB,10MB,100MB' },
    rounds: { type: 'string', default: '5' },
    'no-corpus': { type: 'boolean', default: false },
    'no-sizes': { type: 'boolean', default: false },
    'no-jobs': { type: 'boolean', default: false },
  },
});

const variants = values.variants.split(',').map((name) => {
  const run = VARIANTS[name];
  if (!run) throw new Error(`There is no variant ${name}. There are: ${NAMES.join(', ')}.`);
  return { name, run };
});

/** Documents every variant can read: no UTF-16, which bare saxes would have to be told of. */
function load(folders: readonly string[]): Buffer[] {
  return folders
    .filter((folder) => existsSync(folder))
    .flatMap((folder) =>
      readdirSync(folder)
        .filter((file) => file.endsWith('.xml'))
        .map((file) => join(folder, file)),
    )
    .map((file) => readFileSync(file))
    .filter((bytes) => bytes[0] !== 0xff);
}

const median = (list: readonly number[]): number => [...list].sort((a, b) => a - b)[list.length >> 1] ?? 0;

/** Medians of CPU seconds per variant, or nothing for one that cannot do it. One more round comes first, to warm up. */
async function measure(documents: readonly Buffer[], rounds: number): Promise<Map<string, number>> {
  const times = new Map<string, number[]>(variants.map(({ name }) => [name, []]));
  for (let round = 0; round <= rounds; round++) {
    for (const { name, run } of variants) {
      if (!times.has(name)) continue;
      try {
        const start = process.cpuUsage();
        for (const bytes of documents) await run(bytes);
        const { user, system } = process.cpuUsage(start);
        if (round > 0) times.get(name)?.push((user + system) / 1e6);
      } catch (error) {
        console.log(`${name}: gives up (${error instanceof Error ? error.name : 'error'})`);
        times.delete(name);
      }
    }
  }
  return new Map([...times].map(([name, list]) => [name, median(list)]));
}

function print(title: string, megabytes: number, rounds: number, times: ReadonlyMap<string, number>): void {
  console.log(`\n${title}, ${megabytes.toFixed(1)} MB, median of ${rounds} rounds, CPU time`);
  const floor = times.get('saxes');
  const peer = times.get('medplum');
  for (const [name, time] of times) {
    const ratios = [
      ...(floor === undefined ? [] : [`${(time / floor).toFixed(2)}x bare saxes`]),
      ...(peer === undefined ? [] : [`${(peer / time).toFixed(2)}x Medplum's throughput`]),
    ];
    const speed = `${(megabytes / time).toFixed(1).padStart(6)} MB/s`;
    console.log(`${name.padEnd(8)} ${time.toFixed(3).padStart(8)} s  ${speed}  ${ratios.join('  ')}`);
  }
}

if (!values['no-corpus']) {
  const folders = positionals.length > 0 ? positionals : CORPUS.some(existsSync) ? CORPUS : [join(root, 'samples')];
  const documents = load(folders);
  const bytes = documents.reduce((sum, { length }) => sum + length, 0);
  const rounds = Number(values.rounds);
  print(`${documents.length} documents of the corpus`, bytes / 1e6, rounds, await measure(documents, rounds));
}

if (!values['no-sizes']) {
  const speeds = new Map<string, number[]>();
  const sizes = values.sizes.split(',');
  for (const size of sizes) {
    const bytes = toBytes('--sizes', size) ?? 0;
    const one = Buffer.from([...generateDocument(bytes)].join(''));
    // As many as make a few megabytes: a single small document is below what the clock tells.
    const documents = Array.from({ length: Math.max(1, Math.round(2e6 / one.length)) }, () => one);
    const rounds = bytes > 20e6 ? 1 : Math.min(3, Number(values.rounds));
    const times = await measure(documents, rounds);
    const megabytes = (documents.length * one.length) / 1e6;
    print(`Generated documents of ${size}`, megabytes, rounds, times);
    for (const [name, time] of times) speeds.set(name, [...(speeds.get(name) ?? []), megabytes / time]);
  }
  console.log(`\nMB/s of the largest (${sizes.at(-1)}) to those of the smallest (${sizes[0]})`);
  for (const [name, list] of speeds)
    if (list.length === sizes.length)
      console.log(`${name.padEnd(8)} ${((list.at(-1) ?? 0) / (list[0] ?? 1)).toFixed(2)}`);
}

if (!values['no-jobs']) {
  const folder = mkdtempSync(join(tmpdir(), 'ccd2fhir-bench-'));
  writeDocuments(join(folder, 'in'), 400, 100_000);
  console.log('\n400 generated documents of 100 kB to a folder, elapsed time of the whole command');
  const [one, two] = [timeJobs(folder, 1), timeJobs(folder, 2)];
  console.log(`1 job    ${one.toFixed(2).padStart(8)} s`);
  console.log(`2 jobs   ${two.toFixed(2).padStart(8)} s  ${(one / two).toFixed(2)}x one job`);
  rmSync(folder, { recursive: true });
}
