/** `ccd2fhir loss`: what a conversion would lose, in words or as JSON, without writing any resource. */
import type { Argv } from 'yargs';
import { formatLoss, lossReport } from '../index.js';
import { listDocuments, usageError } from '../intake/files.js';
import { type ConversionArguments, conversionOptions, toConvertOptions } from './options.js';
import { convertDocument } from './outcome.js';
import { layoutOf, say, write } from './streams.js';

interface LossArguments extends ConversionArguments {
  readonly file: string;
  readonly json: boolean;
}

/** Declares the command's arguments. */
export function declare<T>(yargs: Argv<T>): Argv<T & LossArguments> {
  return conversionOptions(
    yargs
      .positional('file', { type: 'string', demandOption: true, describe: 'The document, or - for stdin' })
      .option('json', { type: 'boolean', default: false, describe: 'The report as JSON' }),
  ) as unknown as Argv<T & LossArguments>;
}

/**
 * Runs the command.
 * @returns the exit code: 0, 1 if the document ends early, 2 if it cannot be converted
 * @throws MappingError, or an Error named UsageError
 */
export async function run(args: LossArguments): Promise<number> {
  const [document, ...more] = await listDocuments([args.file]);
  if (document === undefined || more.length > 0)
    throw usageError('loss reports on one document. For many, use convert with --out: it writes a report beside each.');
  const options = await toConvertOptions(args);
  const outcome = await convertDocument(document, options, async (events) => {
    await lossReport(events);
  });
  if (outcome.status !== 'converted') {
    say(`${document.path}: ${outcome.message}`);
    return 2;
  }
  const { loss } = outcome;
  await write(args.json ? `${JSON.stringify(loss, null, 2)}\n` : formatLoss(loss, layoutOf(process.stdout)));
  return loss.complete ? 0 : 1;
}
