/** `ccd2fhir convert`: documents to FHIR, with an account of what was lost. */
import { convertDocument, summarize } from '../batch/outcome.js';
import { exitCode, record, startRun } from '../batch/run.js';
import { writeTrace } from '../batch/trace.js';
import {
  bundleToPieces,
  type ConvertOptions,
  type Event,
  formatSummary,
  prepareTrace,
  toBundle,
  toNdjson,
} from '../index.js';
import { listDocuments } from '../intake/documents.js';
import type { Document } from '../intake/entry.js';
import { usageError } from '../intake/files.js';
import type { ConvertArguments } from './convert-options.js';
import { listInputs } from './inputs.js';
import { toConvertOptions } from './options.js';
import { layoutOf, say, write } from './streams.js';

export { declare } from './convert-options.js';

/**
 * Runs the command.
 * @returns the exit code
 * @throws MappingError, or an Error named UsageError or OutputError
 */
export async function run(args: ConvertArguments): Promise<number> {
  checkCombination(args);
  if (args.out !== undefined) return (await import('./convert-batch.js')).convertToFolder(args, args.out);
  const [first, ...more] = await listOneFile(args);
  const options = await toConvertOptions(args);
  if (first === undefined) throw usageError('There is no document. Name a file.');
  if (more.length === 0) return convertToStdout(first, options, args);
  if (args.trace !== undefined)
    throw usageError('Several documents do not fit into one trace. Name a folder with --out.');
  return (await import('./convert-together.js')).convertTogether([first, ...more], options, args);
}

/** The documents of one file: one, or those an archive holds. */
async function listOneFile(args: ConvertArguments): Promise<Document[]> {
  const found: Document[] = [];
  const { inputs, list } = await listInputs(args);
  for await (const document of listDocuments(inputs, { list, includeReplaced: args.includeReplaced })) {
    if (document.locator.file !== (found[0] ?? document).locator.file)
      throw usageError('Several files do not fit on stdout. Name a folder with --out.');
    found.push(document);
  }
  return found;
}

/** Options that do nothing together are refused rather than passed over. */
function checkCombination(args: ConvertArguments): void {
  const given = (names: readonly (keyof ConvertArguments)[]): string[] =>
    names.filter((name) => args[name] !== undefined && args[name] !== false).map(toFlag);
  const [folder] = given(['resume', 'json', 'jobs', 'partSize', 'gzip', 'maxEntries', 'maxBytes']);
  if (args.out === undefined && args.trace === '') throw usageError('Name the file for the trace: --trace FILE.');
  if (args.out !== undefined && args.trace)
    throw usageError('With --out, --trace takes no file: a trace goes beside each Bundle. Put it last.');
  if (args.out === undefined && folder) throw usageError(`${folder} needs a folder to write to: add --out.`);
  const [lines] = given(['partSize', 'gzip']);
  if (args.format !== 'ndjson' && lines) throw usageError(`${lines} goes with --format ndjson.`);
  const [split] = given(['maxEntries', 'maxBytes']);
  if (args.format !== 'transaction' && split) throw usageError(`${split} goes with --format transaction.`);
}

const toFlag = (name: string): string => `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;

async function convertToStdout(document: Document, options: ConvertOptions, args: ConvertArguments): Promise<number> {
  const { format } = args;
  const trace = args.trace === undefined ? undefined : prepareTrace(options);
  const conversion = await convertDocument(document, trace?.options ?? options, async (converted) => {
    const events: AsyncIterable<Event> = trace?.follow(converted) ?? converted;
    if (format === 'ndjson') for await (const line of toNdjson(events)) await write(line);
    else {
      for (const piece of bundleToPieces(await toBundle(events, { format }))) await write(piece);
      await write('\n');
    }
  });
  const sum = startRun();
  if (trace && args.trace && conversion.status === 'converted') writeTrace(args.trace, trace.lines());
  if (conversion.status === 'converted') {
    if (!args.quiet) say(formatSummary(conversion.loss, layoutOf(process.stderr)));
    record(sum, document.name, { status: 'converted', summary: summarize(conversion.loss) });
  } else {
    say(`${document.path}: ${conversion.status}: ${conversion.message}`);
    record(sum, document.name, conversion);
  }
  return exitCode(sum, args.failOn);
}
