/** `ccd2fhir stdio`: a process that stays, and answers requests line by line. */
import type { Argv } from 'yargs';
import { answerRequests } from '../batch/requests.js';
import { BUNDLE_FORMATS, loadMappings } from '../index.js';
import { type ConversionArguments, conversionOptions, toPlainOptions } from './options.js';
import { type PoolArguments, poolOptions, toPoolSetup } from './pool-options.js';
import { write } from './streams.js';

const FORMATS = [...BUNDLE_FORMATS, 'ndjson'] as const;

interface StdioArguments extends ConversionArguments, PoolArguments {
  readonly format: (typeof FORMATS)[number];
}

/** Declares the command's arguments. */
export function declare<T>(yargs: Argv<T>): Argv<T & StdioArguments> {
  const format = yargs.option('format', {
    choices: FORMATS,
    default: 'transaction' as const,
    describe: 'What answers hold: a bundle, or with ndjson a list of resources',
  });
  return poolOptions(conversionOptions(format)) as unknown as Argv<T & StdioArguments>;
}

/**
 * Runs the command until its input ends.
 * @returns the exit code: 0; what became of a document stands in its answer
 * @throws MappingError if a table is wrong
 */
export async function run(args: StdioArguments): Promise<number> {
  const { mappings = [], format } = args;
  if (mappings.length > 0) await loadMappings(...mappings); // better told now than in every answer
  const setup = { options: { ...(await toPlainOptions(args)), format }, mappings };
  for await (const line of answerRequests(process.stdin, setup, toPoolSetup(args))) await write(line);
  return 0;
}
