/** `ccd2fhir loss`: what a conversion would lose, in words, as JSON or as a page, without writing any resource. */
import type { Argv } from 'yargs';
import { writeWhole } from '../batch/files.js';
import { convertDocument, summarize } from '../batch/outcome.js';
import { exitCode, FAIL_ON, type FailOn, record, startRun } from '../batch/run.js';
import { formatLoss, type LossReport, lossReport, prepareLossPage } from '../index.js';
import { listDocuments } from '../intake/documents.js';
import { usageError } from '../intake/files.js';
import { type ConversionArguments, conversionOptions, toConvertOptions } from './options.js';
import { layoutOf, say, write } from './streams.js';
import { traceTo } from './trace.js';

interface LossArguments extends ConversionArguments {
  readonly file: string;
  readonly json: boolean;
  readonly html: string | undefined;
  readonly trace: string | undefined;
  readonly failOn: FailOn;
}

/** Declares the command's arguments. */
export function declare<T>(yargs: Argv<T>): Argv<T & LossArguments> {
  return conversionOptions(
    yargs
      .positional('file', { type: 'string', demandOption: true, describe: 'The document, or - for stdin' })
      .option('json', { type: 'boolean', default: false, describe: 'The report as JSON' })
      .option('html', {
        type: 'string',
        requiresArg: true,
        describe: 'Write a page that shows the document beside its resources (it holds the patient data)',
      })
      .option('trace', {
        type: 'string',
        requiresArg: true,
        describe: 'Write one line of JSON for every piece of data: where it stands, what became of it, by which rule',
      })
      .option('fail-on', {
        choices: FAIL_ON,
        default: 'never' as const,
        describe: 'Exit with 1 if there are findings this grave',
      }),
  ) as unknown as Argv<T & LossArguments>;
}

/**
 * Runs the command.
 * @returns the exit code: 0; 1 if the document ends early or findings reach `--fail-on`; 2 if it cannot be converted
 * @throws MappingError, or an Error named UsageError
 */
export async function run(args: LossArguments): Promise<number> {
  const documents = listDocuments([args.file]);
  const { value: document } = await documents.next();
  if (!document || !(await documents.next()).done)
    throw usageError('loss reports on one document. For many, use convert with --out: it writes a report beside each.');
  const options = await toConvertOptions(args);
  const page = args.html === undefined ? undefined : prepareLossPage(options);
  const trace = args.trace === undefined ? undefined : traceTo(args.trace, page?.options ?? options);
  let html = '';
  const outcome = await convertDocument(document, trace?.options ?? page?.options ?? options, async (events) => {
    const followed = trace ? trace.follow(events) : events;
    if (page) ({ html } = await page.toHtml(followed));
    else await lossReport(followed);
  });
  await trace?.close(outcome.status === 'converted');
  if (outcome.status !== 'converted') {
    say(`${document.path}: ${outcome.message}`);
    return 2;
  }
  const { loss } = outcome;
  if (args.html !== undefined) {
    writeWhole(args.html, html);
    say(`${args.html} shows what became of each piece of data. It holds the document's content: treat it as such.`);
  }
  if (args.html === undefined || args.json) await write(formatReport(loss, args.json));
  const sum = startRun();
  record(sum, document.name, { status: 'converted', summary: summarize(loss) });
  return exitCode(sum, args.failOn);
}

const formatReport = (loss: LossReport, json: boolean): string =>
  json ? `${JSON.stringify(loss, null, 2)}\n` : formatLoss(loss, layoutOf(process.stdout));
