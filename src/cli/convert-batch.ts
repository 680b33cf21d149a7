/** `ccd2fhir convert --out`: any number of documents into a folder. */
import { type BatchOptions, convertBatch } from '../batch/batch.js';
import { exitCode } from '../batch/run.js';
import { listDocuments } from '../intake/documents.js';
import { digestMappings } from '../intake/mappings.js';
import { VERSION } from '../version.js';
import type { ConvertArguments } from './convert-options.js';
import { listInputs } from './inputs.js';
import { toPlainOptions } from './options.js';
import { toPoolSetup } from './pool-options.js';
import { formatRun } from './run-summary.js';
import { say, write } from './streams.js';
import { watchRun } from './watch.js';

const PART_SIZE = 1e9;
/** As a shell tells of a program that a signal ended. */
const EXIT_CODES = { SIGINT: 130, SIGTERM: 143 } as const;

/**
 * Converts the input into a folder, with progress.
 * @returns the exit code
 * @throws MappingError, or an Error named UsageError or OutputError
 */
export async function convertToFolder(args: ConvertArguments, folder: string): Promise<number> {
  const { inputs, list } = await listInputs(args);
  const exclude = [folder];
  const documents = listDocuments(inputs, { exclude, list, includeReplaced: args.includeReplaced });
  const watch = watchRun(args, { inputs, list, exclude });
  const stop = onSignal((name) => watch.stopping(name));
  try {
    const { run, complete } = await convertBatch(documents, await toBatchOptions(args, folder), watch, stop.signal);
    watch.close();
    if (!complete) {
      say(`Stopped after ${run.documents.total} documents. To go on, run the same command with --resume.`);
      return EXIT_CODES[stop.name()];
    }
    if (args.json) await write(`${JSON.stringify({ event: 'end', folder, ...run })}\n`);
    else if (!args.quiet) say(formatRun(run, folder));
    return exitCode(run, args.failOn);
  } catch (error) {
    watch.close();
    if (error instanceof Error && error.name === 'OutputError')
      error.message += ' What is finished stays: then run the same command with --resume.';
    throw error;
  } finally {
    stop.forget();
  }
}

async function toBatchOptions(args: ConvertArguments, folder: string): Promise<BatchOptions> {
  const { format, resume, gzip, maxEntries, maxBytes, partSize = PART_SIZE, mappings = [] } = args;
  const sha256 = await digestMappings(...mappings);
  return {
    folder,
    format,
    options: await toPlainOptions(args),
    mappings,
    engine: { version: VERSION, mappings: sha256 },
    ...toPoolSetup(args),
    resume,
    maxEntries,
    maxBytes,
    partSize,
    gzip,
    trace: args.trace !== undefined,
  };
}

type Signal = keyof typeof EXIT_CODES;

/** The first signal ends the run in good order; the second one, as always, at once. */
function onSignal(tell: (name: Signal) => void): { signal: AbortSignal; name(): Signal; forget(): void } {
  const controller = new AbortController();
  let received: Signal = 'SIGINT';
  const listeners = (['SIGINT', 'SIGTERM'] as const).map((name) => {
    const listener = (): void => {
      received = name;
      tell(name);
      controller.abort();
      forget();
    };
    process.once(name, listener);
    return [name, listener] as const;
  });
  function forget(): void {
    for (const [name, listener] of listeners) process.off(name, listener);
  }
  return { signal: controller.signal, name: () => received, forget };
}
