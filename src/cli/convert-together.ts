/** What one archive holds, written to stdout together: one Bundle, or lines, and an account of what was found. */
import { convertDocument, summarize } from '../batch/outcome.js';
import { exitCode, record, startRun } from '../batch/run.js';
import { bundleToPieces, type ConvertOptions, type Event, toBundle, toNdjson } from '../index.js';
import type { Document } from '../intake/entry.js';
import { usageError } from '../intake/usage.js';
import { plural } from '../report/layout.js';
import type { ConvertArguments } from './convert-options.js';
import { say, write } from './streams.js';

/**
 * Converts them in their order; a resource that several of them have is there once.
 * @returns the exit code
 * @throws MappingError, or an Error named UsageError
 */
export async function convertTogether(
  documents: readonly Document[],
  options: ConvertOptions,
  args: ConvertArguments,
): Promise<number> {
  const { format, quiet } = args;
  if (format === 'document' && documents.filter(({ refusal }) => !refusal).length > 1)
    throw usageError('A document Bundle holds one document, and here are several. Name a folder with --out.');
  const sum = startRun();
  const all: Event[] = [];
  for (const document of documents) {
    const resources: Event[] = [];
    const conversion = await convertDocument(document, options, async (events) => {
      for await (const event of events) if (event.kind === 'resource') resources.push(event);
    });
    if (conversion.status === 'converted') {
      if (!quiet) say(`${document.path}: converted: ${plural(resources.length, 'resource')}`);
      record(sum, document.name, { status: 'converted', summary: summarize(conversion.loss) });
      if (format === 'ndjson') for await (const line of toNdjson(pass(resources))) await write(line);
      else all.push(...resources);
    } else {
      if (!quiet || conversion.status === 'rejected')
        say(`${document.path}: ${conversion.status}: ${conversion.message}`);
      record(sum, document.name, conversion);
    }
  }
  if (format !== 'ndjson' && sum.documents.converted > 0) {
    for (const piece of bundleToPieces(await toBundle(pass(all), { format }))) await write(piece);
    await write('\n');
  }
  const { converted, total } = sum.documents;
  if (!quiet)
    say(`${converted} of ${plural(total, 'file')} converted. --out writes each by itself, with its loss report.`);
  return exitCode(sum, args.failOn);
}

async function* pass(events: readonly Event[]): AsyncGenerator<Event, void> {
  yield* events;
}
