/** The options of all commands that use the queue. */
import type { Argv } from 'yargs';

export interface QueueArguments {
  readonly queue: string;
  readonly lease: number;
  readonly retries: number;
}

/** `--queue` may come from the environment, so that the password stands in no command line. */
export const queueOptions = <T>(yargs: Argv<T>): Argv<T & QueueArguments> =>
  yargs
    .options({
      queue: {
        type: 'string',
        requiresArg: true,
        default: process.env.CCD2FHIR_QUEUE,
        defaultDescription: 'CCD2FHIR_QUEUE',
        describe: 'postgres://user:password@host/database',
      },
      lease: { type: 'number', default: 60, describe: 'Seconds until a silent worker is given up' },
      retries: { type: 'number', default: 5, describe: 'How often a shard is tried again' },
    })
    .check((args) => {
      if (/^postgres(ql)?:\/\//.test(String(args.queue))) return true;
      throw new Error('--queue names the database: postgres://user@host/database.');
    }) as unknown as Argv<T & QueueArguments>;
