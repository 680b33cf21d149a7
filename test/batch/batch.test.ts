import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type BatchOptions, convertBatch, type Watcher } from '../../src/batch/batch.js';
import type { Run } from '../../src/batch/run.js';
import { loadMappings } from '../../src/index.js';
import { listDocuments } from '../../src/intake/documents.js';
import { VERSION } from '../../src/version.js';
import { documentText, writeFiles } from './documents.js';

const root = mkdtempSync(join(tmpdir(), 'ccd2fhir-batch-'));
const input = join(root, 'in');
let engine: BatchOptions['engine'];

beforeAll(async () => {
  engine = { version: VERSION, mappings: (await loadMappings()).sha256 };
  writeFiles(input, {
    ...Object.fromEntries([...Array(9).keys()].map((n) => [`d${n}/${n}.xml`, documentText(`p${n}`, n * n)])),
    'd1/letter.xml': 'Dear colleague',
    'd2/style.xml': '<stylesheet/>',
  });
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

const SILENT: Watcher = { found: () => undefined, done: () => undefined, read: () => undefined };

/** Runs into a folder; `stopAfter` documents, if given, a signal comes. */
function run(
  name: string,
  options: Partial<BatchOptions>,
  stopAfter = Number.POSITIVE_INFINITY,
): Promise<{ run: Run; complete: boolean; done: string[] }> {
  const stop = new AbortController();
  const done: string[] = [];
  const folder = join(root, name);
  const watcher: Watcher = {
    ...SILENT,
    done({ name: document }) {
      if (done.push(document) === stopAfter) stop.abort();
    },
  };
  const all: BatchOptions = {
    folder,
    format: 'ndjson',
    options: { check: 'off' },
    mappings: [],
    engine,
    jobs: 1,
    limits: { seconds: 60, megabytes: 500 },
    resume: false,
    partSize: 20_000,
    gzip: false,
    ...options,
  };
  return convertBatch(listDocuments([input]), all, watcher, stop.signal).then((result) => ({ ...result, done }));
}

/** Everything in a folder, the seconds of run.json left out. */
function digest(name: string): Record<string, string> {
  const folder = join(root, name);
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) =>
    statSync(join(folder, file)).isFile(),
  );
  return Object.fromEntries(
    files.sort().map((file) => {
      const text = readFileSync(join(folder, file), 'latin1').replace(/^ {2}"seconds": .*$/m, '');
      return [file, createHash('sha256').update(text).digest('hex').slice(0, 12)];
    }),
  );
}

const lines = (name: string, file: string): string[] => {
  const bytes = readFileSync(join(root, name, file));
  return (file.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString().trim().split('\n');
};

describe('a run', () => {
  it('gives the same bytes with one job and with several, and after being stopped and resumed', async () => {
    const whole = await run('one', { jobs: 1 });
    expect(whole.run.documents).toEqual({ total: 11, converted: 9, incomplete: 0, rejected: 1, skipped: 1 });
    await run('two', { jobs: 3 });
    expect(digest('two')).toEqual(digest('one'));
    const first = await run('stopped', {}, 4);
    expect(first.complete).toBe(false);
    expect(existsSync(join(root, 'stopped/run.json'))).toBe(false);
    const second = await run('stopped', { resume: true });
    expect(second.complete).toBe(true);
    expect(first.done.length).toBeLessThan(11);
    expect([...first.done, ...second.done]).toEqual(whole.done);
    expect(digest('stopped')).toEqual(digest('one'));
    const again = await run('stopped', { resume: true });
    expect(again.done).toEqual([]);
    expect(digest('stopped')).toEqual(digest('one'));
  });

  it('writes lines in parts of a chosen size, with a manifest that tells all of them', async () => {
    const { run: sum } = await run('parts', { gzip: true });
    const manifest = JSON.parse(readFileSync(join(root, 'parts/manifest.json'), 'utf8')) as {
      inputFormat: string;
      input: { type: string; url: string; count: number; bytes: number }[];
    };
    expect(manifest.inputFormat).toBe('application/fhir+ndjson');
    const observations = manifest.input.filter(({ type }) => type === 'Observation');
    expect(observations.map(({ url }) => url).slice(0, 2)).toEqual([
      'Observation.ndjson.gz',
      'Observation-2.ndjson.gz',
    ]);
    for (const { type, url, count, bytes } of manifest.input) {
      const all = lines('parts', url);
      expect(all.length).toBe(count);
      expect(bytes).toBeLessThanOrEqual(20_000);
      for (const line of all) expect(JSON.parse(line)).toMatchObject({ resourceType: type });
    }
    const counts = new Map<string, number>();
    for (const { type, count } of manifest.input) counts.set(type, (counts.get(type) ?? 0) + count);
    expect(Object.fromEntries(counts)).toEqual(sum.resources);
    expect(readdirSync(join(root, 'parts')).filter((name) => /ndjson/.test(name)).length).toBe(manifest.input.length);
  });

  it('removes parts of an earlier run that it does not make itself', async () => {
    await run('again', { partSize: 5000 });
    expect(existsSync(join(root, 'again/Observation-9.ndjson'))).toBe(true);
    await run('again', { partSize: 1e9 });
    expect(readdirSync(join(root, 'again')).filter((name) => name.startsWith('Observation'))).toEqual([
      'Observation.ndjson',
    ]);
  });

  it('tries again on resume what may have been a passing fault, not what is in the document', async () => {
    symlinkSync(join(root, 'not-there'), join(input, 'gone.xml'));
    try {
      const first = await run('passing', { format: 'collection' });
      const reasons = Object.fromEntries(first.run.rejected.map(({ name, reason }) => [name, reason]));
      // A link to nowhere is no file: it is not listed, or cannot be read, but never ends the run.
      expect(['unreadable', undefined]).toContain(reasons['gone.xml']);
      const second = await run('passing', { format: 'collection', resume: true });
      expect(second.done).toEqual(reasons['gone.xml'] ? ['gone.xml'] : []);
      expect(second.run.documents).toEqual(first.run.documents);
    } finally {
      rmSync(join(input, 'gone.xml'));
    }
  });

  it('is not resumed with other options, or over input that has changed', async () => {
    await run('changed', { format: 'collection' }, 3);
    await expect(run('changed', { format: 'document', resume: true })).rejects.toThrow('begun with format collection');
    const path = join(input, 'd0/0.xml');
    const before = readFileSync(path);
    writeFileSync(path, documentText('p0', 20));
    await expect(run('changed', { format: 'collection', resume: true })).rejects.toThrow('it has changed');
    writeFileSync(path, before);
  });

  it('splits transactions within the limits', async () => {
    await run('split', { format: 'transaction', maxEntries: 10 });
    const names = readdirSync(join(root, 'split/d8')).sort();
    expect(names).toContain('8.part-2.json');
    await run('split', { format: 'transaction', maxEntries: 1000 });
    expect(readdirSync(join(root, 'split/d8')).sort()).toEqual(['8.json', '8.loss.json']);
  });

  it.each([
    ['a file in its place', 'file/below', 'a file stands where a folder is needed'],
    ['a full disk', 'full', 'the disk is full'],
  ])('says in words what is wrong with the target: %s', async (_, name, said) => {
    writeFiles(root, { file: '' });
    if (name === 'full') {
      if (!existsSync('/dev/full')) return;
      writeFiles(root, { 'full/.ccd2fhir/x': '' });
      symlinkSync('/dev/full', join(root, 'full/.ccd2fhir/journal.jsonl'));
    }
    await expect(run(name, {})).rejects.toMatchObject({ name: 'OutputError', message: expect.stringContaining(said) });
  });
});
