/** `ccd2fhir loss`: what a conversion would lose, in words, as JSON or as a page, without writing any resource. */
import type { Argv } from 'yargs';
import { writeWhole } from '../batch/files.js';
import { convertDocument, summarize } from '../batch/outcome.js';
import { exitCode, type FailOnList, record, startRun } from '../batch/run.js';
import { writeTrace } from '../batch/trace.js';
import {
  type Event,
  formatLoss,
  type LossReport,
  lossReport,
  prepareLossPage,
  prepareTrace,
  REFUSED_BY_STRICT,
} from '../index.js';
import { listDocuments } from '../intake/documents.js';
import { usageError } from '../intake/files.js';
import { type ConversionArguments, conversionOptions, failOnOption, toConvertOptions } from './options.js';
import { layoutOf, say, write } from './streams.js';

interface LossArguments extends ConversionArguments {
  readonly file: string;
  readonly json: boolean;
  readonly html: string | undefined;
  readonly trace: string | undefined;
  readonly failOn: FailOnList;
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
        describe: 'Write lines of JSON: where each resource, element and piece of data comes from, and by which rule',
      })
      .option('fail-on', failOnOption('never')),
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
  const trace = args.trace === undefined ? undefined : prepareTrace(page?.options ?? options);
  let html = '';
  const outcome = await convertDocument(document, trace?.options ?? page?.options ?? options, async (events) => {
    // A document that `strict` refuses is reported on all the same.
    const whole = untilEnd(events);
    const followed = trace ? trace.follow(whole) : whole;
    if (page) ({ html } = await page.toHtml(followed));
    else await lossReport(followed);
  });
  if (outcome.status !== 'converted') {
    say(`${document.path}: ${outcome.message}`);
    return 2;
  }
  const { loss } = outcome;
  if (trace && args.trace !== undefined) writeTrace(args.trace, trace.lines());
  if (args.html !== undefined) {
    writeWhole(args.html, html);
    say(`${args.html} shows what became of each piece of data. It holds the document's content: treat it as such.`);
  }
  if (args.html === undefined || args.json) await write(formatReport(loss, args.json));
  const sum = startRun();
  record(sum, document.name, { status: 'converted', summary: summarize(loss) });
  return Math.max(exitCode(sum, args.failOn), sayRefusal(options.strict, loss));
}

async function* untilEnd(events: AsyncIterable<Event>): AsyncIterable<Event> {
  for await (const event of events) {
    yield event;
    if (event.kind === 'end') return;
  }
}

/** Tells that `convert --strict` would not take the document; returns the exit code for it. */
function sayRefusal(strict: boolean | undefined, { findings }: LossReport): number {
  const refused = strict && findings.some(({ code }) => REFUSED_BY_STRICT.has(code));
  if (refused) say('Strict: the document would be rejected, as it holds codes or templates nobody knows.');
  return refused ? 1 : 0;
}

const formatReport = (loss: LossReport, json: boolean): string =>
  json ? `${JSON.stringify(loss, null, 2)}\n` : formatLoss(loss, layoutOf(process.stdout));
