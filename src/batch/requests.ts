/** Requests, one JSON text per line, answered one JSON text per line, in their order. */
import { BUNDLE_FORMATS, type BundleFormat } from '../index.js';
import { readLines, type TextLine } from './lines.js';
import { inOrder } from './order.js';
import { createPool, type Limits, type Pool } from './pool.js';
import type { PlainOptions } from './worker.js';

/** What a request may set, beside the document. */
export interface RequestOptions extends PlainOptions {
  readonly format?: BundleFormat | 'ndjson';
}

/** A request that was found to be in order. */
export interface Request {
  /** Whatever the client chose; comes back with the answer. */
  readonly id: unknown;
  readonly path?: string;
  readonly document?: string;
  readonly encoding?: 'text' | 'base64';
  readonly options: RequestOptions;
}

export interface RequestSetup {
  /** Where a request says nothing else. */
  readonly options: RequestOptions;
  readonly mappings: readonly string[];
}

/** Bytes of one request: a document of a hundred megabytes in base64, and no more than one text can hold. */
const LONGEST = 256_000_000;

/**
 * Answers the requests of a stream. A line that is no request, and a document that cannot be converted, get an answer
 * that says so; nothing a line holds ends the stream. Lines are read as fast as answers are taken.
 * @param longest bytes of one line
 * @returns lines of JSON with their line feed
 */
export async function* answerRequests(
  source: AsyncIterable<Uint8Array>,
  setup: RequestSetup,
  { jobs, limits }: { readonly jobs: number; readonly limits: Limits },
  longest = LONGEST,
): AsyncGenerator<string, void> {
  const worker = new URL(`./request-worker.${import.meta.url.endsWith('.ts') ? 'ts' : 'js'}`, import.meta.url);
  const pool = createPool<Request, string>({ worker, data: setup, jobs, limits });
  let number = 0;
  try {
    const answer = (line: TextLine): Promise<string> => answerLine(line, ++number, longest, pool);
    for await (const text of inOrder(readLines(source, longest), answer, { width: jobs, window: 2 * jobs }))
      if (text !== '') yield `${text}\n`;
  } finally {
    await pool.destroy();
  }
}

async function answerLine(
  line: TextLine,
  number: number,
  longest: number,
  pool: Pool<Request, string>,
): Promise<string> {
  if (line.tooLong) return refuseLine(number, null, `The line is longer than ${longest} bytes. Give a path instead.`);
  const text = line.bytes.toString('utf8').trim();
  if (text === '') return '';
  const [request, fault] = readRequest(text);
  if (fault !== undefined) return refuseLine(number, request.id, fault);
  const tried = await pool.run(request, request.document?.length);
  if ('result' in tried) return tried.result;
  return JSON.stringify({ id: request.id, status: 'rejected', ...tried.failure });
}

const refuseLine = (line: number, id: unknown, message: string): string =>
  JSON.stringify({ id: id ?? null, status: 'invalid', line, message });

const CHOICES: Readonly<Record<string, (value: unknown) => boolean>> = {
  format: (value) => value === 'ndjson' || BUNDLE_FORMATS.some((format) => format === value),
  check: (value) => ['off', 'fast', 'full'].some((level) => level === value),
  usCore: (value) => typeof value === 'string' && /^(\d\.\d\.\d|none)$/.test(value),
  offset: (value) => typeof value === 'string' && /^(document|drop|Z|[+-]\d\d:\d\d)$/.test(value),
  strict: (value) => typeof value === 'boolean',
  showValues: (value) => typeof value === 'boolean',
  keepSource: (value) => typeof value === 'boolean',
};

/** The request, and what is wrong with it if anything is. Messages name fields, never what they hold. */
function readRequest(text: string): [Request, string | undefined] {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return [{ id: null, options: {} }, 'The line is not JSON. Send one request as one line of JSON.'];
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return [{ id: null, options: {} }, 'A request is an object with `path` or `document`.'];
  const { options = {}, ...rest } = value as Partial<Request>;
  const request = { ...rest, id: rest.id ?? null, options } as Request;
  return [request, findFault(request)];
}

function findFault({ path, document, encoding, options }: Request): string | undefined {
  if ((path === undefined) === (document === undefined)) return 'A request has `path` or `document`, one of them.';
  if (typeof (path ?? document) !== 'string') return '`path` and `document` are texts.';
  if (encoding !== undefined && encoding !== 'text' && encoding !== 'base64')
    return '`encoding` is `text` or `base64`.';
  if (typeof options !== 'object' || options === null || Array.isArray(options)) return '`options` is an object.';
  const wrong = Object.entries(options).find(
    ([name, set]) => !(Object.hasOwn(CHOICES, name) && CHOICES[name]?.(set)),
  )?.[0];
  if (wrong === undefined) return undefined;
  return Object.hasOwn(CHOICES, wrong)
    ? `The option \`${wrong}\` has a value that is not allowed.`
    : `There is an unknown option. Known are ${Object.keys(CHOICES).join(', ')}.`;
}
