/** The options of `ccd2fhir convert`. */
import type { Argv } from 'yargs';
import type { FailOnList } from '../batch/run.js';
import { BUNDLE_FORMATS } from '../index.js';
import { type ConversionArguments, conversionOptions, failOnOption } from './options.js';
import { type PoolArguments, poolOptions, toBytes } from './pool-options.js';

const FORMATS = [...BUNDLE_FORMATS, 'ndjson'] as const;

export interface ConvertArguments extends ConversionArguments, PoolArguments {
  readonly input: string[] | undefined;
  readonly filesFrom: string | undefined;
  readonly out: string | undefined;
  readonly format: (typeof FORMATS)[number];
  readonly includeReplaced: boolean;
  readonly resume: boolean;
  readonly trace: string | undefined;
  readonly partSize: number | undefined;
  readonly gzip: boolean;
  readonly maxEntries: number | undefined;
  readonly maxBytes: number | undefined;
  readonly failOn: FailOnList;
  readonly quiet: boolean;
  readonly json: boolean;
}

/** Declares the command's arguments. */
export function declare<T>(yargs: Argv<T>): Argv<T & ConvertArguments> {
  const positional = yargs.positional('input', {
    type: 'string',
    describe: 'Files, folders, archives, patterns such as "in/**/*.xml", or - for stdin',
  });
  return poolOptions(conversionOptions(outputOptions(positional))) as unknown as Argv<T & ConvertArguments>;
}

function outputOptions<T>(yargs: Argv<T>): Argv<T> {
  return yargs
    .option('files-from', {
      type: 'string',
      requiresArg: true,
      describe: 'Read the names of the input from a file, one a line, or from - (stdin)',
    })
    .option('out', { type: 'string', requiresArg: true, describe: 'Folder to write to; without it, stdout' })
    .option('format', { choices: FORMATS, default: 'transaction' as const, describe: 'What to write' })
    .option('include-replaced', {
      type: 'boolean',
      default: false,
      describe: 'Also convert documents their package calls replaced or withdrawn',
    })
    .option('resume', {
      type: 'boolean',
      default: false,
      describe: 'Go on with a run into the same folder that was stopped; what is finished is not done again',
    })
    .option('trace', {
      type: 'string',
      describe:
        'Write lines of JSON: where each resource, element and piece of data comes from, and by which rule. To this file; with --out beside each Bundle',
    })
    .option('part-size', {
      type: 'string',
      requiresArg: true,
      coerce: (text?: string) => toBytes('--part-size', text),
      describe: 'With ndjson: begin a new file per type at this size, such as 500MB (default 1GB)',
    })
    .option('gzip', { type: 'boolean', default: false, describe: 'With ndjson: compress the files' })
    .option('max-entries', {
      type: 'number',
      requiresArg: true,
      coerce: (number?: number) => toCount('--max-entries', number),
      describe: 'Split transactions with more entries than this',
    })
    .option('max-bytes', {
      type: 'string',
      requiresArg: true,
      coerce: (text?: string) => toBytes('--max-bytes', text),
      describe: 'Split transactions larger than this, such as 5MB',
    })
    .option('fail-on', failOnOption('error'))
    .option('quiet', { type: 'boolean', default: false, describe: 'Say nothing but errors' })
    .option('json', {
      type: 'boolean',
      default: false,
      describe: 'Progress, refusals and the sum as lines of JSON on stdout',
    }) as unknown as Argv<T>;
}

function toCount(flag: string, number: number | undefined): number | undefined {
  if (number === undefined || (Number.isInteger(number) && number > 0)) return number;
  throw new Error(`${flag} must be a whole number above 0.`);
}
