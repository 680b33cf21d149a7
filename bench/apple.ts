/**
 * Speed and memory of reading Apple Health files against the bare parser, over the same file in one run.
 * `npx tsx --conditions=source bench/apple.ts [MEGABYTES]` (default 500); each variant in a process of its own.
 */
import { execFileSync } from 'node:child_process';
import { createReadStream, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SaxesParser } from 'saxes';
import { convertAppleHealth } from '../src/intake/apple/convert.js';
import { toLine } from '../src/write/ndjson.js';

type Shape = 'export' | 'cda';

/** The floor: saxes alone, told of every tag and text, doing nothing with them. */
async function runSaxes(path: string): Promise<void> {
  const parser = new SaxesParser({ position: true });
  let events = 0;
  for (const name of ['opentag', 'closetag', 'text'] as const) parser.on(name, () => events++);
  const decoder = new TextDecoder();
  for await (const chunk of createReadStream(path)) parser.write(decoder.decode(chunk, { stream: true }));
  parser.close();
}

/** The conversion with checks, written as NDJSON to nowhere. */
async function runOurs(path: string, kind: Shape): Promise<void> {
  let characters = 0; // what is written is made, so that its cost counts
  const parts = [{ kind, name: path, open: () => createReadStream(path) }];
  for await (const event of convertAppleHealth(parts))
    if (event.kind === 'resource') characters += toLine(event.resource).length;
  if (characters === 0) throw new Error('Nothing was converted.');
}

interface Result {
  readonly seconds: number;
  readonly megabytes: number;
}

async function measure(variant: string, shape: Shape, path: string): Promise<Result> {
  const before = process.cpuUsage();
  await (variant === 'saxes' ? runSaxes(path) : runOurs(path, shape));
  const { user, system } = process.cpuUsage(before);
  return { seconds: (user + system) / 1e6, megabytes: process.resourceUsage().maxRSS / 1024 };
}

function measureApart(variant: string, shape: Shape, path: string): Result {
  const words = ['--conditions=source', '--import', 'tsx', import.meta.filename, variant, shape, path];
  return JSON.parse(execFileSync(process.execPath, words, { encoding: 'utf8' })) as Result;
}

const [first = '500', shape, path] = process.argv.slice(2);
if (path !== undefined) {
  process.stdout.write(JSON.stringify(await measure(first, shape as Shape, path)));
} else {
  const folder = mkdtempSync(join(tmpdir(), 'apple-'));
  try {
    for (const kind of ['cda', 'export'] as const) {
      const file = join(folder, `${kind}.xml`);
      const generator = join(import.meta.dirname, 'generate-apple.ts');
      execFileSync(process.execPath, ['--import', 'tsx', generator, kind, first, file]);
      const [saxes, ours] = (['saxes', 'ours'] as const).map((variant) => measureApart(variant, kind, file));
      for (const [name, result] of Object.entries({ saxes, ours })) {
        if (result === undefined) continue;
        const speed = (Number(first) / result.seconds).toFixed(1);
        process.stdout.write(`${kind} ${name}: ${speed} MB/s of processor time, ${result.megabytes.toFixed(0)} MB\n`);
      }
      if (saxes && ours) process.stdout.write(`${kind} ratio: ${(saxes.seconds / ours.seconds).toFixed(2)}\n`);
      rmSync(file);
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
}
