/** What a worker thread of `stdio` does: one request at a time, from the document to the line that answers it. */
import { basename } from 'node:path';
import { workerData } from 'node:worker_threads';
import {
  bundleToPieces,
  type ConvertOptions,
  type Event,
  type LossReport,
  loadMappings,
  toBundle,
  toLine,
} from '../index.js';
import { type Document, openLocator } from '../intake/entry.js';
import { convertDocument } from './outcome.js';
import type { Request, RequestOptions, RequestSetup } from './requests.js';

const setup = workerData as RequestSetup;
let mappings: ConvertOptions['mappings'];

/** The answer to a request, as one line of JSON without line feed. */
export async function run(request: Request): Promise<string> {
  mappings ??= await loadMappings(...setup.mappings);
  const { format = 'transaction', ...options } = { ...setup.options, ...request.options };
  let output = '';
  const conversion = await convertDocument(describe(request), { ...options, mappings }, async (events) => {
    output = await collect(events, format);
  });
  if (conversion.status !== 'converted') return JSON.stringify({ id: request.id, ...conversion });
  return join(request.id, output, conversion.loss);
}

const join = (id: unknown, output: string, loss: LossReport): string =>
  `{"id":${JSON.stringify(id)},"status":"converted",${output},"loss":${JSON.stringify(loss)}}`;

/** The resources as a member of the answer: written by our own means, decimals keep the digits of the source. */
async function collect(events: AsyncIterable<Event>, format: NonNullable<RequestOptions['format']>): Promise<string> {
  if (format !== 'ndjson') return `"bundle":${[...bundleToPieces(await toBundle(events, { format }))].join('')}`;
  const lines: string[] = [];
  for await (const event of events) if (event.kind === 'resource') lines.push(toLine(event.resource).trimEnd());
  return `"resources":[${lines.join(',')}]`;
}

function describe({ path, document = '', encoding = 'text' }: Request): Document {
  const locator = { file: path ?? '' };
  const bytes = path === undefined ? Buffer.from(document, encoding === 'base64' ? 'base64' : 'utf8') : undefined;
  return {
    name: path === undefined ? '' : basename(path),
    path: path ?? '',
    size: bytes?.length,
    named: true,
    locator,
    sequential: false,
    output: '',
    kind: 'cda',
    reader: 'loose',
    open: () => (bytes ? once(bytes) : openLocator(locator)),
  };
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array, void> {
  yield bytes;
}
