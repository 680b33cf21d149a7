/** `ccd2fhir enqueue`: documents into a queue that workers on any number of machines share. */
import type { Argv } from 'yargs';
import { listDocuments } from '../intake/documents.js';
import { digestMappings } from '../intake/mappings.js';
import { cutShards } from '../queue/shard.js';
import { openStore } from '../queue/store.js';
import { VERSION } from '../version.js';
import { listInputs } from './inputs.js';
import { type ConversionArguments, conversionOptions, toPlainOptions } from './options.js';
import { toBytes } from './pool-options.js';
import { type QueueArguments, queueOptions } from './queue-options.js';
import { say } from './streams.js';

interface EnqueueArguments extends ConversionArguments, QueueArguments {
  readonly input: string[] | undefined;
  readonly filesFrom: string | undefined;
  readonly format: 'transaction' | 'document' | 'collection' | 'ndjson';
  readonly shardDocuments: number;
  readonly shardBytes: number;
  readonly quiet: boolean;
}

/** Declares the command's arguments. */
export function declare<T>(yargs: Argv<T>): Argv<T & EnqueueArguments> {
  const positional = yargs.positional('input', {
    type: 'string',
    describe: 'Files, folders, archives or patterns, by paths that the workers see too',
  });
  return queueOptions(conversionOptions(positional)).options({
    'files-from': {
      type: 'string',
      requiresArg: true,
      describe: 'Read the names of the input from a file, one a line',
    },
    format: {
      choices: ['transaction', 'document', 'collection', 'ndjson'] as const,
      default: 'transaction' as const,
      describe: 'What the workers write',
    },
    'shard-documents': { type: 'number', default: 200, describe: 'Documents a worker takes at once' },
    'shard-bytes': {
      type: 'string',
      default: '64MB',
      coerce: (text: string) => toBytes('--shard-bytes', text),
      describe: 'Bytes of them',
    },
    quiet: { type: 'boolean', default: false, describe: 'Say nothing but errors' },
  }) as unknown as Argv<T & EnqueueArguments>;
}

/**
 * Runs the command.
 * @returns the exit code: 0
 * @throws MappingError, or an Error named UsageError or QueueError
 */
export async function run(args: EnqueueArguments): Promise<number> {
  const { inputs, list } = await listInputs(args);
  const sha256 = await digestMappings(...(args.mappings ?? []));
  const settings = {
    format: args.format,
    options: await toPlainOptions(args),
    engine: { version: VERSION, mappings: sha256 },
  };
  const store = await openStore(args.queue, args);
  let [put, known, documents] = [0, 0, 0];
  try {
    const limits = { documents: args.shardDocuments, bytes: args.shardBytes };
    for await (const shard of cutShards(listDocuments(inputs, { list }), settings, limits)) {
      documents += shard.documents.length;
      if (await store.put(shard)) put++;
      else known++;
    }
  } finally {
    await store.close();
  }
  const before = known > 0 ? `; ${known} more wait already or are finished` : '';
  if (!args.quiet) say(`${documents} documents, ${put} shards put into the queue${before}.`);
  return 0;
}
