/** The resources of Bundles and NDJSON exports, with what is needed to send them in order. */
import { open } from 'node:fs/promises';
import type { FhirResource } from 'fhir/r4.js';
import { type JsonObject, stringify } from '../fhir/json.js';
import type { Entry } from '../intake/entry.js';
import { listFhirFiles } from '../intake/fhir-files.js';
import { type ResourceEntry, readEntries } from '../intake/resources.js';
import { type Item, keyOf, referencesOf, type Unit } from './item.js';

/** A resource that cannot be sent. */
export interface Refused {
  readonly resource: FhirResource;
  readonly file: string;
  readonly why: string;
}

/**
 * The units of the inputs. A Bundle is one; all NDJSON files of an input are one together, since what stands in one file
 * refers to what stands in another. NDJSON is not kept in memory: of each line only where it stands.
 * @throws an Error named UsageError if an input holds no FHIR JSON; one named JsonError if a file is none
 */
export async function* listUnits(
  inputs: readonly string[],
  refuse: (refused: Refused) => void,
): AsyncGenerator<Unit, void> {
  for (const input of inputs) {
    const lines: Item[] = [];
    for await (const entry of listFhirFiles(input)) {
      if (/\.ndjson$/i.test(entry.name)) for await (const item of readLines(entry, refuse)) lines.push(item);
      else yield { name: entry.path, items: await readBundle(entry, refuse) };
    }
    if (lines.length > 0) yield { name: input, items: lines };
  }
}

async function readBundle({ path, open }: Entry, refuse: (refused: Refused) => void): Promise<Item[]> {
  const entries: ResourceEntry[] = [];
  for await (const entry of readEntries(open())) entries.push(entry);
  const addresses = new Map<string, string>();
  for (const { resource, fullUrl } of entries) {
    const key = keyOf(resource);
    if (fullUrl !== undefined && key !== undefined) addresses.set(fullUrl, key);
  }
  return entries.flatMap(({ resource }) => {
    const key = keyOf(resource);
    if (key === undefined) refuse({ resource, file: path, why: NO_ID });
    return key === undefined ? [] : [keep(key, literal(resource, addresses) as FhirResource)];
  });
}

const NO_ID = 'it has no id that FHIR allows, so that it would be created anew each time';

/** References to addresses inside the Bundle as `Type/id`, in place: the resource is nobody else's. */
function literal(value: unknown, addresses: ReadonlyMap<string, string>): unknown {
  if (typeof value !== 'object' || value === null) return value;
  const object = value as Record<string, unknown>;
  for (const name in object) {
    const item = object[name];
    if (name === 'reference' && typeof item === 'string') object[name] = addresses.get(item) ?? item;
    else literal(item, addresses);
  }
  return value;
}

function keep(key: string, resource: FhirResource): Item {
  const bytes = Buffer.byteLength(stringify(resource as unknown as JsonObject));
  return { key, references: referencesOf(resource), bytes, read: async () => resource };
}

/** One item a line. */
async function* readLines(entry: Entry, refuse: (refused: Refused) => void): AsyncGenerator<Item, void> {
  const { file, inside } = entry.locator;
  const readAt = inside === undefined && !entry.sequential ? fileReader(file) : undefined;
  for await (const { start, bytes } of splitLines(entry.open())) {
    const resource = await parseLine(bytes);
    if (!resource) continue;
    const key = keyOf(resource);
    if (key === undefined) refuse({ resource, file: entry.path, why: NO_ID });
    else if (readAt)
      yield { key, references: referencesOf(resource), bytes: bytes.length, read: () => readAt(start, bytes.length) };
    else yield keep(key, resource);
  }
}

function fileReader(file: string): (start: number, length: number) => Promise<FhirResource> {
  return async (start, length) => {
    const handle = await open(file);
    try {
      const { buffer } = await handle.read(Buffer.alloc(length), 0, length, start);
      const resource = await parseLine(buffer);
      if (!resource) throw new Error(`${file} was changed while it was read.`);
      return resource;
    } finally {
      await handle.close();
    }
  };
}

async function parseLine(bytes: Uint8Array): Promise<FhirResource | undefined> {
  if (bytes.every((byte) => byte <= 0x20)) return undefined;
  for await (const { resource } of readEntries(once(bytes))) return resource;
  return undefined;
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array, void> {
  yield bytes;
}

/** Lines without their ends, and where in the file they begin. */
async function* splitLines(
  source: AsyncIterable<Uint8Array>,
): AsyncGenerator<{ start: number; bytes: Uint8Array }, void> {
  let rest: Uint8Array[] = [];
  let start = 0;
  let at = 0;
  for await (const chunk of source) {
    let from = 0;
    for (let end = chunk.indexOf(0x0a); end >= 0; end = chunk.indexOf(0x0a, from)) {
      yield { start, bytes: Buffer.concat([...rest, chunk.subarray(from, end)]) };
      rest = [];
      from = end + 1;
      start = at + from;
    }
    rest.push(chunk.subarray(from));
    at += chunk.length;
  }
  if (at > start) yield { start, bytes: Buffer.concat(rest) };
}
