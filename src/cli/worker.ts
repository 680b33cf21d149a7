/** `ccd2fhir worker`: does shards of a queue, as many workers as there are machines. */
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Argv } from 'yargs';
import { digestMappings } from '../intake/mappings.js';
import { usageError } from '../intake/usage.js';
import { push } from '../push/push.js';
import { connect } from '../push/server.js';
import { listUnits } from '../push/units.js';
import type { Shard } from '../queue/shard.js';
import { openStore } from '../queue/store.js';
import { work } from '../queue/work.js';
import { VERSION } from '../version.js';
import { type PoolArguments, poolOptions, toPoolSetup } from './pool-options.js';
import { type AuthArguments, authOptions, chooseAuthorization, refuseAddress } from './push-auth.js';
import { type QueueArguments, queueOptions } from './queue-options.js';
import { say } from './streams.js';

interface WorkerArguments extends QueueArguments, PoolArguments, AuthArguments {
  readonly out: string | undefined;
  readonly server: string | undefined;
  readonly mappings: string[] | undefined;
  readonly untilEmpty: boolean;
  readonly quiet: boolean;
}

/** Declares the command's arguments. */
export function declare<T>(yargs: Argv<T>): Argv<T & WorkerArguments> {
  return authOptions(poolOptions(queueOptions(yargs))).options({
    out: { type: 'string', requiresArg: true, describe: 'Folder all workers write to' },
    server: { type: 'string', requiresArg: true, describe: 'FHIR server to push to, instead or as well' },
    mappings: {
      type: 'array',
      string: true,
      requiresArg: true,
      describe: 'The folders with mapping tables that enqueue was given',
    },
    'until-empty': { type: 'boolean', default: false, describe: 'End when nothing is left to do' },
    quiet: { type: 'boolean', default: false, describe: 'Say nothing but errors' },
  }) as unknown as Argv<T & WorkerArguments>;
}

/**
 * Runs the command until it is told to stop (SIGTERM, Ctrl-C: the shard at work goes back into the queue).
 * @returns the exit code: 0
 * @throws MappingError, or an Error named UsageError or QueueError
 */
export async function run(args: WorkerArguments): Promise<number> {
  if (args.out === undefined && args.server === undefined) throw usageError('Name a folder (--out) or a --server.');
  const { mappings = [] } = args;
  const sha256 = await digestMappings(...mappings);
  const name = `${hostname()}-${process.pid}-${randomUUID().slice(0, 8)}`;
  const stop = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stop.abort());
  const store = await openStore(args.queue, args);
  const folder = args.out ?? mkdtempSync(join(tmpdir(), 'ccd2fhir-worker-'));
  try {
    const options = {
      folder,
      publish: args.out !== undefined,
      batch: { ...toPoolSetup(args), mappings },
      engine: { version: VERSION, mappings: sha256 },
      lease: args.lease,
      untilEmpty: args.untilEmpty,
      worker: name,
      deliver: args.server === undefined ? undefined : await deliverTo(args.server, args),
    };
    const done = await work(store, options, stop.signal, (message) => {
      if (!args.quiet) say(message);
    });
    if (!args.quiet) say(`${done} shards done.`);
    return 0;
  } finally {
    await store.close();
    if (args.out === undefined) rmSync(folder, { recursive: true, force: true });
  }
}

/** Pushes what became of a shard; a resource the server refuses makes the shard fail, so that it is seen. */
async function deliverTo(
  server: string,
  args: AuthArguments,
): Promise<(files: readonly string[], shard: Shard) => Promise<void>> {
  refuseAddress('--server', server);
  const client = connect(server, { authorize: await chooseAuthorization(args, server) });
  return async (files, shard) => {
    let refused = 0;
    const options = {
      run: `queue-${shard.key.slice(0, 12)}`,
      mode: 'transaction' as const,
      overwrite: false,
      profiles: { keep: true, adapt: true },
      maxEntries: 200,
      maxBytes: 800_000,
      concurrency: 4,
    };
    const bundles = files.filter((file) => !file.endsWith('.loss.json') && !file.endsWith('manifest.json'));
    await push(
      client,
      listUnits(bundles, () => refused++),
      options,
      ({ fate }) => {
        if (fate === 'refused') refused++;
      },
    );
    if (refused > 0) throw new Error(`the server refused ${refused} resources; push the shard's documents to see why`);
  };
}
