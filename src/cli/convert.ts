/** `ccd2fhir convert`: documents to FHIR, with an account of what was lost. */
import { join } from 'node:path';
import type { Argv } from 'yargs';
import {
  BUNDLE_FORMATS,
  bundleToJson,
  type ConvertOptions,
  type Event,
  formatSummary,
  toBundle,
  toNdjson,
} from '../index.js';
import { listDocuments } from '../intake/documents.js';
import type { Document } from '../intake/entry.js';
import { usageError } from '../intake/files.js';
import { type ConversionArguments, conversionOptions, toConvertOptions } from './options.js';
import { convertDocument, type Outcome } from './outcome.js';
import { bundleSink, ndjsonSink, type Sink, writeWhole } from './output.js';
import { exitCode, FAIL_ON, type FailOn, formatRun, record, runToJson, startRun } from './run.js';
import { layoutOf, say, write } from './streams.js';

const FORMATS = [...BUNDLE_FORMATS, 'ndjson'] as const;

interface ConvertArguments extends ConversionArguments {
  readonly input: string[];
  readonly out: string | undefined;
  readonly format: (typeof FORMATS)[number];
  readonly failOn: FailOn;
  readonly quiet: boolean;
}

/** Declares the command's arguments. */
export function declare<T>(yargs: Argv<T>): Argv<T & ConvertArguments> {
  return conversionOptions(
    yargs
      .positional('input', {
        type: 'string',
        demandOption: true,
        describe: 'Files, folders (all .xml below them), patterns such as "in/**/*.xml", or - for stdin',
      })
      .option('out', { type: 'string', requiresArg: true, describe: 'Folder to write to; without it, stdout' })
      .option('format', { choices: FORMATS, default: 'transaction' as const, describe: 'What to write' })
      .option('fail-on', {
        choices: FAIL_ON,
        default: 'error' as const,
        describe: 'Exit with 1 if there are findings this grave',
      })
      .option('quiet', { type: 'boolean', default: false, describe: 'Say nothing but errors' }),
  ) as unknown as Argv<T & ConvertArguments>;
}

/**
 * Runs the command.
 * @returns the exit code
 * @throws MappingError, or an Error named UsageError
 */
export async function run(args: ConvertArguments): Promise<number> {
  const documents: Document[] = [];
  const exclude = args.out === undefined ? [] : [args.out];
  for await (const document of listDocuments(args.input, { exclude })) documents.push(document);
  const options = await toConvertOptions(args);
  if (args.out !== undefined) return convertToFolder(documents, options, args, args.out);
  const [first] = documents;
  if (first === undefined || documents.length > 1)
    throw usageError(`${documents.length} documents do not fit on stdout. Name a folder with --out.`);
  return convertToStdout(first, options, args);
}

async function convertToStdout(document: Document, options: ConvertOptions, args: ConvertArguments): Promise<number> {
  const { format } = args;
  const outcome = await convertDocument(document, options, async (events: AsyncIterable<Event>) => {
    if (format === 'ndjson') for await (const line of toNdjson(events)) await write(line);
    else await write(`${bundleToJson(await toBundle(events, { format }))}\n`);
  });
  if (outcome.status !== 'converted') sayRefusal(outcome);
  else if (!args.quiet) say(formatSummary(outcome.loss, layoutOf(process.stderr)));
  const sum = startRun();
  record(sum, outcome);
  return exitCode(sum, args.failOn);
}

async function convertToFolder(
  documents: readonly Document[],
  options: ConvertOptions,
  args: ConvertArguments,
  folder: string,
): Promise<number> {
  const sum = startRun();
  const start = performance.now();
  const sink = args.format === 'ndjson' ? ndjsonSink(folder) : bundleSink(folder, args.format);
  try {
    for (const document of documents) {
      const outcome = await convertInto(folder, sink, document, options);
      record(sum, outcome);
      // What was skipped is listed in run.json: a folder may hold hundreds of other files.
      if (outcome.status === 'rejected') sayRefusal(outcome);
    }
    await sink.close();
  } catch (error) {
    await sink.discard();
    throw error;
  }
  sum.seconds = Math.round(performance.now() - start) / 1000;
  await writeWhole(join(folder, 'run.json'), runToJson(sum));
  if (!args.quiet) say(formatRun(sum, folder));
  return exitCode(sum, args.failOn);
}

async function convertInto(folder: string, sink: Sink, document: Document, options: ConvertOptions): Promise<Outcome> {
  const outcome = await convertDocument(document, options, (events) => sink.write(document, events));
  if (outcome.status === 'converted') {
    const path = join(folder, `${document.output}.loss.json`);
    await writeWhole(path, `${JSON.stringify(outcome.loss, null, 2)}\n`);
  }
  return outcome;
}

function sayRefusal(outcome: Exclude<Outcome, { status: 'converted' }>): void {
  say(`${outcome.document.path}: ${outcome.status}: ${outcome.message}`);
}
