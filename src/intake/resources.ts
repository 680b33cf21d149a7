/** FHIR JSON of any size, resource by resource: Bundles, lines of resources (NDJSON), single resources. */
import type { FhirResource } from 'fhir/r4.js';
import Assembler from 'stream-json/assembler.js';
import { jsonParser } from 'stream-json/parser.js';
import { type JsonObject, setDecimal } from '../fhir/json.js';

/** Deeper nesting than any FHIR resource has: the text is broken, or meant to break its reader. */
const MOST_DEPTH = 100;

/** A resource, and the address its Bundle gives it. */
export interface ResourceEntry {
  readonly resource: FhirResource;
  readonly fullUrl?: string;
}

/** As `readEntries`, without the addresses. */
export async function* readResources(source: AsyncIterable<Uint8Array>): AsyncGenerator<FhirResource, void> {
  for await (const { resource } of readEntries(source)) yield resource;
}

/**
 * Yields every resource of a text: those of `Bundle.entry[].resource` (Bundles in Bundles too), or each value that is
 * a resource itself, one after another with or without line ends between them. What was yielded is let go of, so that
 * memory follows the largest resource, not the text.
 * @param source UTF-8 bytes
 * @throws an Error named JsonError if the text is not JSON, ends early, or holds something that is no resource; its
 *   message holds nothing of the text
 */
export async function* readEntries(source: AsyncIterable<Uint8Array>): AsyncGenerator<ResourceEntry, void> {
  const decode = createDecoder();
  const found: ResourceEntry[] = [];
  const read = createReader((entry) => found.push(entry));
  for await (const bytes of source) {
    read.text(decode(bytes));
    yield* found.splice(0);
  }
  read.text(decode());
  read.end();
  yield* found.splice(0);
}

/**
 * One JSON value, of whatever form, with the digits of its decimals kept.
 * @throws an Error named JsonError if the text is not JSON
 */
export function parseJson(text: string): unknown {
  const assembler = new Assembler<unknown>();
  const tokens = tryParse(() => jsonParser({ streamValues: false })(text));
  if (typeof tokens === 'symbol' || tokens === null || tokens === undefined) throw jsonError('It is empty.');
  for (const token of tokens.values) consume(assembler, token);
  if (!assembler.done) throw jsonError('It ends early.');
  return assembler.current;
}

function createDecoder(): (bytes?: Uint8Array) => string {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  return (bytes) => {
    try {
      return decoder.decode(bytes, { stream: bytes !== undefined });
    } catch {
      throw jsonError('It is not UTF-8 throughout.');
    }
  };
}

interface Value {
  [key: string]: unknown;
}

const isObject = (value: unknown): value is Value =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const isResource = (value: unknown): value is Value & FhirResource =>
  isObject(value) && typeof value.resourceType === 'string';

function createReader(emit: (entry: ResourceEntry) => void): { text(text: string): void; end(): void } {
  const parse = jsonParser({ jsonStreaming: true, streamValues: false });
  const assembler = new Assembler<unknown>();
  let values = 0;

  /** An entry of a Bundle has closed: it stands last in `entry`, and is taken out if it holds a resource. */
  function takeEntry(): void {
    const [root, key] = assembler.stack;
    if (assembler.depth !== 2 || key !== 'entry' || !isObject(root) || !Array.isArray(assembler.current)) return;
    const entry: unknown = assembler.current.at(-1);
    if (!isObject(entry) || !isResource(entry.resource)) return;
    assembler.current.pop();
    emitAll(entry.resource, addressOf(entry), emit);
  }

  function takeValue(): void {
    values++;
    if (!isResource(assembler.current))
      throw jsonError('It holds something that is no FHIR resource. Give it Bundles, resources or lines of resources.');
    emitAll(assembler.current, undefined, emit);
    assembler.current = null;
  }

  return {
    text(text) {
      const tokens = tryParse(() => parse(text));
      if (typeof tokens === 'symbol' || tokens === null || tokens === undefined) return;
      for (const token of tokens.values) {
        consume(assembler, token);
        if (assembler.done) takeValue();
        else if (token.name === 'endObject') takeEntry();
        else if (token.name.startsWith('start') && assembler.depth > MOST_DEPTH)
          throw jsonError(`It is nested more than ${MOST_DEPTH} levels deep.`);
      }
    },
    end() {
      if (!assembler.done) throw jsonError('It ends in the middle of a resource.');
      if (values === 0) throw jsonError('It is empty.');
    },
  };
}

function consume(assembler: Assembler<unknown>, token: Parameters<typeof assembler.consume>[0]): void {
  const { key } = assembler;
  if (token.name === 'keyValue') refuseName(assembler.current, token.value);
  assembler.consume(token);
  if (token.name === 'numberValue') keepDigits(assembler.current, key, token.value);
}

/** Which of two members of one name is meant nobody knows; `__proto__` is none, it would change what the object is. */
function refuseName(holder: unknown, name: unknown): void {
  if (name === '__proto__') throw jsonError('It has a member that is named as none of FHIR is.');
  if (typeof name === 'string' && isObject(holder) && Object.hasOwn(holder, name))
    throw jsonError('An object in it has two members of one name.');
}

/** A decimal's digits are part of what it says: 7.0 stays 7.0 (GE-10). */
function keepDigits(holder: unknown, key: unknown, digits: unknown): void {
  if (isObject(holder) && typeof key === 'string' && typeof digits === 'string')
    setDecimal(holder as JsonObject, key, digits);
}

/** A Bundle stands for its entries, any other resource for itself. */
function emitAll(
  resource: Value & FhirResource,
  fullUrl: string | undefined,
  emit: (entry: ResourceEntry) => void,
): void {
  if (resource.resourceType !== 'Bundle') emit({ resource, ...(fullUrl !== undefined && { fullUrl }) });
  else
    for (const entry of Array.isArray(resource.entry) ? resource.entry.filter(isObject) : [])
      if (isResource(entry.resource)) emitAll(entry.resource, addressOf(entry), emit);
}

const addressOf = ({ fullUrl }: Value): string | undefined => (typeof fullUrl === 'string' ? fullUrl : undefined);

function tryParse<T>(parse: () => T): T {
  try {
    return parse();
  } catch {
    // The parser's message may hold a piece of the text.
    throw jsonError('It is not valid JSON.');
  }
}

const jsonError = (message: string): Error => Object.assign(new Error(message), { name: 'JsonError' });
