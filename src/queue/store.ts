/**
 * The queue in PostgreSQL: pg-boss keeps the shards, who works on them and how often they were tried; a table beside it
 * what was finished. Work and its record are closed in one transaction.
 */
import pg from 'pg';
import PgBoss from 'pg-boss';
import type { Run } from '../batch/run.js';
import type { Shard } from './shard.js';

const QUEUE = 'ccd2fhir-shards';
/** Where shards go that failed too often. */
const DEAD = 'ccd2fhir-dead';
const SCHEMA = 'ccd2fhir_queue';
const FINISHED = `SELECT count(*) FROM ${SCHEMA}.finished WHERE key = $1`;

export interface QueueOptions {
  /** Seconds after which a shard whose worker says nothing is given to another one. */
  readonly lease: number;
  /** How often a shard is tried again. */
  readonly retries: number;
}

/** A shard somebody works on. */
export interface Lease {
  readonly id: string;
  readonly shard: Shard;
}

/** What became of a shard, for the record. */
export interface Report {
  readonly run: Run;
  readonly worker: string;
}

/** How the work stands. */
export interface Standing {
  /** Shards by state. */
  readonly waiting: number;
  readonly active: number;
  readonly finished: number;
  readonly dead: { readonly key: string; readonly documents: number; readonly reason: string }[];
  readonly runs: readonly Run[];
}

export interface Store {
  /** @returns false if the shard waits already, or was finished */
  put(shard: Shard): Promise<boolean>;
  take(): Promise<Lease | undefined>;
  /** Tells that the worker is still at it. */
  renew(lease: Lease): Promise<void>;
  /** Closes the shard and records it, both or neither. */
  finish(lease: Lease, report: Report): Promise<void>;
  /** Closes a shard that was finished and recorded already; false if it was not. */
  closeFinished(lease: Lease): Promise<boolean>;
  /** Gives the shard back, to be tried again, or among the dead if that was the last try. */
  fail(lease: Lease, reason: string): Promise<void>;
  /** Shards that wait or are worked on. */
  left(): Promise<number>;
  standing(): Promise<Standing>;
  /** Puts what died back into the queue; returns how many. */
  revive(): Promise<number>;
  /** Takes out what waits; what is worked on is finished. Returns how many. */
  drain(): Promise<number>;
  close(): Promise<void>;
}

/**
 * @param url `postgres://user:password@host/database`
 * @throws an Error named QueueError if the database cannot be reached
 */
export async function openStore(url: string, options: QueueOptions): Promise<Store> {
  const pool = new pg.Pool({ connectionString: url, max: 4 });
  // The next query says what is wrong; a connection that breaks while idle is nobody's matter.
  pool.on('error', () => undefined);
  const boss = new PgBoss({
    db: { executeSql: (text, values) => pool.query(text, values) },
    schema: SCHEMA,
    schedule: false,
    maintenanceIntervalSeconds: Math.max(1, Math.floor(options.lease / 4)),
  });
  boss.on('error', () => undefined);
  await connect(boss, pool, options);

  const count = async (sql: string, values: unknown[] = []): Promise<number> =>
    Number((await pool.query(sql, values)).rows[0]?.count ?? 0);

  return {
    async put(shard) {
      if ((await count(FINISHED, [shard.key])) > 0) return false;
      return (await boss.send(QUEUE, shard, { id: toUuid(shard.key) })) !== null;
    },
    async take() {
      const [job] = await boss.fetch<Shard>(QUEUE);
      return job && { id: job.id, shard: job.data };
    },
    async renew({ id }) {
      // pg-boss 10 has no renewal of its own: a shard expires when its start is longer ago than its lease.
      await pool.query(`UPDATE ${SCHEMA}.job SET started_on = now() WHERE name = $1 AND id = $2 AND state = 'active'`, [
        QUEUE,
        id,
      ]);
    },
    finish: ({ id, shard }, report) =>
      inTransaction(pool, async (client) => {
        await client.query(
          `INSERT INTO ${SCHEMA}.finished (key, documents, report) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING`,
          [shard.key, shard.documents.length, report],
        );
        await boss.complete(QUEUE, id, {}, { db: { executeSql: (text, values) => client.query(text, values) } });
      }),
    async closeFinished({ id, shard }) {
      if ((await count(FINISHED, [shard.key])) === 0) return false;
      await boss.complete(QUEUE, id);
      return true;
    },
    async fail({ id }, reason) {
      await boss.fail(QUEUE, id, { reason });
    },
    left: () => countJobs(pool, ['created', 'retry', 'active']),
    async standing() {
      const finished = await pool.query(`SELECT report FROM ${SCHEMA}.finished ORDER BY key`);
      const dead = await pool.query(
        `SELECT data, output FROM ${SCHEMA}.job WHERE name = $1 AND state = 'created' ORDER BY created_on`,
        [DEAD],
      );
      return {
        waiting: await countJobs(pool, ['created', 'retry']),
        active: await countJobs(pool, ['active']),
        finished: finished.rows.length,
        dead: dead.rows.map(({ data, output }) => toDead(data as Shard, output)),
        runs: finished.rows.map(({ report }) => (report as Report).run),
      };
    },
    async revive() {
      let revived = 0;
      for (let jobs = await boss.fetch<Shard>(DEAD); jobs.length > 0; jobs = await boss.fetch<Shard>(DEAD)) {
        for (const { id, data } of jobs) {
          await boss.deleteJob(QUEUE, toUuid(data.key));
          await boss.send(QUEUE, data, { id: toUuid(data.key) });
          await boss.complete(DEAD, id);
          revived++;
        }
      }
      return revived;
    },
    async drain() {
      const waiting = await countJobs(pool, ['created', 'retry']);
      await pool.query(`DELETE FROM ${SCHEMA}.job WHERE name = $1 AND state IN ('created', 'retry')`, [QUEUE]);
      return waiting;
    },
    async close() {
      await boss.stop({ graceful: false, wait: false, close: false });
      await pool.end();
    },
  };
}

async function connect(boss: PgBoss, pool: pg.Pool, { lease, retries }: QueueOptions): Promise<void> {
  try {
    await boss.start();
    await boss.createQueue(DEAD, { name: DEAD, retryLimit: 0, retentionDays: 3650 });
    const settings = {
      name: QUEUE,
      deadLetter: DEAD,
      retryLimit: retries,
      retryDelay: 1,
      expireInSeconds: lease,
      retentionDays: 3650,
    };
    await boss.createQueue(QUEUE, settings);
    await boss.updateQueue(QUEUE, settings);
    await pool.query(
      `CREATE TABLE IF NOT EXISTS ${SCHEMA}.finished (
         key text PRIMARY KEY, documents integer NOT NULL, report jsonb NOT NULL, at timestamptz NOT NULL DEFAULT now())`,
    );
  } catch (error) {
    await pool.end();
    const { code } = error as { code?: string };
    throw Object.assign(
      new Error(`The queue's database cannot be used (${code ?? 'unknown'}). Check --queue, and that it is running.`),
      { name: 'QueueError' },
    );
  }
}

async function countJobs(pool: pg.Pool, states: readonly string[]): Promise<number> {
  const sql = `SELECT count(*) FROM ${SCHEMA}.job WHERE name = $1 AND state::text = ANY($2)`;
  return Number((await pool.query(sql, [QUEUE, states])).rows[0]?.count ?? 0);
}

async function inTransaction(pool: pg.Pool, work: (client: pg.PoolClient) => Promise<void>): Promise<void> {
  const client = await pool.connect();
  let broken: Error | undefined;
  try {
    await client.query('BEGIN');
    await work(client);
    await client.query('COMMIT');
  } catch (error) {
    broken = error instanceof Error ? error : new Error('unknown');
    await client.query('ROLLBACK').catch(() => undefined);
    throw error;
  } finally {
    client.release(broken);
  }
}

/** One shard is one job, however often it is put in. */
const toUuid = (key: string): string =>
  `${key.slice(0, 8)}-${key.slice(8, 12)}-5${key.slice(13, 16)}-8${key.slice(17, 20)}-${key.slice(20, 32)}`;

function toDead(shard: Shard, output: unknown): Standing['dead'][number] {
  const { reason, value } = (output ?? {}) as { reason?: string; value?: { message?: string } };
  return { key: shard.key, documents: shard.documents.length, reason: reason ?? value?.message ?? 'its workers died' };
}
