import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startRun } from '../../src/batch/run.js';
import { loadMappings } from '../../src/index.js';
import { listDocuments } from '../../src/intake/documents.js';
import { cutShards, type Shard } from '../../src/queue/shard.js';
import { openStore, type Store } from '../../src/queue/store.js';
import { type WorkOptions, work } from '../../src/queue/work.js';
import { type Postgres, startPostgres } from './postgres.js';

const document = (number: number): string => `<?xml version="1.0"?>
<ClinicalDocument xmlns="urn:hl7-org:v3">
  <id root="2.16.840.1.113883.19.5" extension="d${number}"/>
  <code code="34133-9" codeSystem="2.16.840.1.113883.6.1"/>
  <title>Summary</title>
  <effectiveTime value="20200203040506-0500"/>
  <recordTarget><patientRole><id root="2.16.840.1.113883.19.6" extension="p${number}"/>
    <patient><name><given>Ada</given><family>Test</family></name></patient></patientRole></recordTarget>
  <component><structuredBody><component><section><title>Notes</title><text>All well.</text></section></component>
  </structuredBody></component>
</ClinicalDocument>`;

const postgres: Postgres | undefined = await startPostgres();
const SKIPPED = postgres ? '' : ' (skipped: there is no PostgreSQL; Debian: postgresql)';

describe.skipIf(!postgres)(`the queue${SKIPPED}`, { timeout: 120_000 }, () => {
  const root = mkdtempSync(join(tmpdir(), 'queue-'));
  const input = join(root, 'in');
  let folder = '';
  let store: Store;
  let settings: Shard['settings'];
  let options: WorkOptions;

  beforeAll(async () => {
    mkdirSync(join(input, 'sub'), { recursive: true });
    for (let number = 0; number < 9; number++) writeFileSync(join(input, `sub/${number}.xml`), document(number));
    writeFileSync(
      join(input, 'broken.xml'),
      '<ClinicalDocument xmlns="urn:hl7-org:v3"><!DOCTYPE x></ClinicalDocument>',
    );
    const engine = { version: 'test', mappings: (await loadMappings()).sha256 };
    settings = { format: 'transaction', options: { check: 'off' }, engine };
  });

  beforeEach(async () => {
    folder = mkdtempSync(join(root, 'out-'));
    store = await openStore(postgres?.url ?? '', { lease: 4, retries: 2 });
    options = {
      folder,
      publish: true,
      batch: { jobs: 1, limits: { seconds: 60, megabytes: 500 }, mappings: [] },
      engine: settings.engine,
      lease: 4,
      untilEmpty: true,
      worker: 'w1',
    };
    return () => store.close();
  });

  afterAll(() => {
    postgres?.stop();
    rmSync(root, { recursive: true, force: true });
  });

  async function enqueue(run: string, documents = 4): Promise<number> {
    let put = 0;
    const own = { ...settings, options: { ...settings.options, offset: run } };
    for await (const shard of cutShards(listDocuments([input]), own, { documents, bytes: 1e6 }))
      if (await store.put(shard)) put++;
    return put;
  }

  const never = new AbortController().signal;
  const files = (): string[] =>
    (readdirSync(folder, { recursive: true }) as string[]).filter((name) => name.endsWith('.json')).sort();

  it('gives every document to a worker once, and keeps nothing of a document in a message', async () => {
    expect(await enqueue('Z')).toBe(3);
    expect(await enqueue('Z')).toBe(0);
    expect(await work(store, options, never, () => undefined)).toBe(3);
    expect(files()).toEqual(
      Array.from({ length: 9 }, (_, number) => [`sub/${number}.json`, `sub/${number}.loss.json`]).flat(),
    );
    expect(readdirSync(folder)).toEqual(['sub']);
    const { finished, waiting, active, dead, runs } = await store.standing();
    expect({ finished, waiting, active, dead }).toEqual({ finished: 3, waiting: 0, active: 0, dead: [] });
    expect(runs.reduce((sum, run) => sum + run.documents.converted, 0)).toBe(9);
    expect(runs.flatMap((run) => run.rejected.map(({ name, reason }) => ({ name, reason })))).toEqual([
      { name: 'broken.xml', reason: 'doctype-refused' },
    ]);
    expect(await enqueue('Z')).toBe(0);
  });

  it('gives the shard of a worker that died to another one', async () => {
    await enqueue('+01:00', 100);
    expect(await store.take()).toBeDefined();
    expect(await store.take()).toBeUndefined();
    expect(await work(store, options, never, () => undefined)).toBe(1);
    expect(files().length).toBe(18);
  });

  it('takes note of a worker that finished after its lease had ended, and clears up after one that was killed', async () => {
    await enqueue('+08:00', 100);
    const late = await store.take();
    if (!late) throw new Error('there is no shard');
    const killed = join(folder, '.shards', `${late.shard.key.slice(0, 32)}.w0`);
    mkdirSync(killed, { recursive: true });
    writeFileSync(join(killed, 'half.json'), '{');
    await store.fail(late, 'its lease ended');
    await store.finish(late, { run: startRun(), worker: 'late' });
    expect(await store.left()).toBe(1);
    expect(await work(store, options, never, () => undefined)).toBe(1);
    const { finished, waiting, active, dead } = await store.standing();
    expect({ waiting, active, dead }).toEqual({ waiting: 0, active: 0, dead: [] });
    expect(finished).toBeGreaterThan(0);
    expect(readdirSync(folder)).toEqual([]);
  });

  it('keeps nothing where all is delivered elsewhere', async () => {
    await enqueue('+09:00', 100);
    let delivered: readonly string[] = [];
    const deliver = async (paths: readonly string[]) => {
      delivered = paths.filter((path) => readFileSync(path, 'utf8').startsWith('{'));
    };
    expect(await work(store, { ...options, publish: false, deliver }, never, () => undefined)).toBe(1);
    expect(delivered.length).toBe(18);
    expect(readdirSync(folder)).toEqual([]);
  });

  it('leaves a shard with a worker that is slow', async () => {
    await enqueue('+02:00', 100);
    const lease = await store.take();
    for (let second = 0; second < 7 && lease; second++) {
      await store.renew(lease);
      await wait(1000);
    }
    expect(await store.take()).toBeUndefined();
    if (lease) await store.fail(lease, 'test');
    expect(await work(store, options, never, () => undefined)).toBe(1);
  });

  it('puts a shard that fails again and again aside, with the reason, and back when asked', async () => {
    await enqueue('+03:00', 100);
    const broken = { ...options, deliver: () => Promise.reject(new Error('no room')) };
    await work(store, broken, never, () => undefined);
    expect((await store.standing()).dead).toMatchObject([{ documents: 10, reason: 'Error: no room' }]);
    expect(files()).toEqual([]);
    expect(await store.revive()).toBe(1);
    expect(await work(store, options, never, () => undefined)).toBe(1);
    expect((await store.standing()).dead).toEqual([]);
  });

  it('does not convert what was changed since, and says so', async () => {
    await enqueue('+04:00', 100);
    const path = join(input, 'sub/3.xml');
    writeFileSync(path, document(33));
    await work(store, options, never, () => undefined);
    writeFileSync(path, document(3));
    const { runs } = await store.standing();
    expect(runs.flatMap(({ rejected }) => rejected).filter(({ reason }) => reason === 'changed')).toMatchObject([
      { name: 'sub/3.xml' },
    ]);
    expect(files()).not.toContain('sub/3.json');
  });

  it('stops a worker of another engine, and keeps its shard', async () => {
    await enqueue('+05:00', 100);
    const other = { ...options, engine: { ...options.engine, version: 'other' } };
    await expect(work(store, other, never, () => undefined)).rejects.toThrow(/asks for version test/);
    expect(await store.left()).toBe(1);
    await wait(5000);
    expect(await work(store, options, never, () => undefined)).toBe(1);
  });

  it('is emptied on request', async () => {
    await enqueue('+06:00', 5);
    expect(await store.drain()).toBe(2);
    expect(await work(store, options, never, () => undefined)).toBe(0);
  });

  it('is waited for when its database restarts, and nothing is lost', async () => {
    await enqueue('+07:00', 1);
    const told: string[] = [];
    const working = work(store, options, never, (message) => told.push(message));
    await wait(1500);
    postgres?.restart();
    await working;
    expect(files().length).toBe(18);
    for (const name of files().filter((file) => !file.endsWith('.loss.json')))
      expect(JSON.parse(readFileSync(join(folder, name), 'utf8')).resourceType).toBe('Bundle');
  });

  it('that cannot be reached is named without its password', async () => {
    const lost = openStore('postgres://me:hush@127.0.0.1:1/x', { lease: 4, retries: 1 });
    const message = await lost.catch((error: Error) => error.message);
    expect(message).toMatch(/cannot be used \(ECONNREFUSED\)/);
    expect(message).not.toContain('hush');
  });
});
