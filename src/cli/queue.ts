/** `ccd2fhir queue`: how the work stands, what failed, and what to do about it. */
import type { Argv } from 'yargs';
import { openStore, type Standing, type Store } from '../queue/store.js';
import { type QueueArguments, queueOptions } from './queue-options.js';
import { say, write } from './streams.js';

const ACTIONS = ['status', 'retry', 'drain'] as const;

interface QueueCommandArguments extends QueueArguments {
  readonly action: (typeof ACTIONS)[number];
  readonly json: boolean;
}

/** Declares the command's arguments. */
export function declare<T>(yargs: Argv<T>): Argv<T & QueueCommandArguments> {
  return queueOptions(
    yargs.positional('action', {
      choices: ACTIONS,
      describe: 'status: what waits, is done, has failed; retry: failed shards again; drain: take out what waits',
    }),
  ).option('json', { type: 'boolean', default: false, describe: 'The status as JSON' }) as unknown as Argv<
    T & QueueCommandArguments
  >;
}

/**
 * Runs the command.
 * @returns the exit code: 0; 1 if the status tells of shards that failed for good
 * @throws an Error named QueueError
 */
export async function run(args: QueueCommandArguments): Promise<number> {
  const store = await openStore(args.queue, args);
  try {
    return await act(store, args);
  } finally {
    await store.close();
  }
}

async function act(store: Store, { action, json }: QueueCommandArguments): Promise<number> {
  if (action === 'retry') say(`${await store.revive()} shards put back into the queue.`);
  if (action === 'drain') say(`${await store.drain()} shards taken out; those at work are finished.`);
  if (action !== 'status') return 0;
  const standing = await store.standing();
  await write(json ? `${JSON.stringify(sumUp(standing), null, 2)}\n` : formatStanding(standing));
  return standing.dead.length > 0 ? 1 : 0;
}

function sumUp({ runs, ...standing }: Standing) {
  const documents = { total: 0, converted: 0, incomplete: 0, rejected: 0, skipped: 0 };
  for (const run of runs)
    for (const state of Object.keys(documents) as (keyof typeof documents)[]) documents[state] += run.documents[state];
  return { ...standing, documents, rejected: runs.flatMap(({ rejected }) => rejected) };
}

function formatStanding(standing: Standing): string {
  const { documents, rejected } = sumUp(standing);
  const lines = [
    `Shards: ${standing.waiting} waiting, ${standing.active} at work, ${standing.finished} finished, ${standing.dead.length} failed.`,
    `Documents of finished shards: ${documents.converted} converted, ${documents.incomplete} of them incomplete, ${documents.rejected} rejected, ${documents.skipped} passed over.`,
    ...standing.dead.map(
      ({ key, documents: number, reason }) => `  failed: shard ${key.slice(0, 12)}, ${number} documents: ${reason}`,
    ),
    ...rejected.map(({ name, reason, message }) => `  rejected: ${name}: ${reason}: ${message}`),
  ];
  return `${lines.join('\n')}\n`;
}
