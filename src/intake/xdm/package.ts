/** The documents METADATA.XML describes, each with the entry that holds it. */
import { INTAKE } from '../../intake.gen.js';
import { readWhole } from '../archive/guard.js';
import type { Entry } from '../entry.js';
import { INTAKE_LIMITS } from '../limits.js';
import { note } from '../note.js';
import type { Recognised } from '../recognisers.js';
import { refuse } from '../refusals.js';
import { describeDocument, isReplaced } from './describe.js';
import { type Registry, type RegistryObject, readRegistry } from './registry.js';

const { xdm } = INTAKE;

/**
 * @param metadata the METADATA.XML
 * @param entries all of the package; documents stand beside or below the metadata
 * @throws InputError if the metadata cannot be read
 */
export async function readPackage(metadata: Entry, entries: readonly Entry[]): Promise<Recognised[]> {
  const bytes = await readWhole(metadata.open(), INTAKE_LIMITS.whole);
  const registry = readRegistry(decode(bytes));
  const found: Recognised[] = [{ entry: metadata, refusal: refuse('package-part', 'the metadata of the package') }];
  const folder = metadata.name.replace(/[^/]*$/, '');
  for (const document of registry.documents) found.push(recognise(document, registry, metadata, folder, entries));
  return found;
}

const decode = (bytes: Uint8Array): string => {
  const [first, second] = bytes;
  const label =
    first === 0xff && second === 0xfe ? 'utf-16le' : first === 0xfe && second === 0xff ? 'utf-16be' : 'utf-8';
  return new TextDecoder(label).decode(bytes);
};

function recognise(
  document: RegistryObject,
  registry: Registry,
  metadata: Entry,
  folder: string,
  entries: readonly Entry[],
): Recognised {
  const { metadata: stated, unread } = describeDocument(document, registry);
  const findings = unread.map((path) => note('package-metadata-unread', path));
  const told = { metadata: stated, ...(findings.length > 0 && { findings }) };
  const uri = uriOf(document);
  const entry = uri === undefined ? undefined : findEntry(folder, uri, entries);
  if (entry === undefined) {
    const name = `${folder}${uri ?? document.id}`;
    return {
      ...told,
      entry: { ...metadata, name, path: metadata.path.replace(/[^!/]*$/, uri ?? document.id), size: undefined },
      kind: 'unknown',
      refusal: refuse('document-missing'),
    };
  }
  return { ...told, entry, ...(isReplaced(document, registry) && { refusal: refuse('document-replaced') }) };
}

function uriOf({ slots }: RegistryObject): string | undefined {
  for (const [name, values] of slots) if (xdm.slots[name] === 'uri') return joinUri(values);
  return undefined;
}

/** A long URI comes in numbered parts, `1|...`, `2|...` (ITI TF-3, 4.2.3.2.27). */
function joinUri(values: readonly string[]): string {
  const parts = values.map((value) => /^(\d+)\|(.*)$/s.exec(value));
  if (!parts.every((part) => part !== null)) return values[0] ?? '';
  return parts
    .sort((a, b) => Number(a[1]) - Number(b[1]))
    .map((part) => part[2])
    .join('');
}

/** Relative to the metadata; by any case, with either slash, as written or percent-decoded. */
function findEntry(folder: string, uri: string, entries: readonly Entry[]): Entry | undefined {
  const plain = (name: string): string =>
    name
      .replaceAll('\\', '/')
      .replace(/^(\.\/)+/, '')
      .toLowerCase();
  const wanted = [uri, tryDecode(uri)].flatMap((one) => [plain(`${folder}${plain(one)}`), plain(one)]);
  for (const name of wanted) {
    const entry = entries.find((one) => plain(one.name) === name);
    if (entry) return entry;
  }
  return undefined;
}

function tryDecode(uri: string): string {
  try {
    return decodeURIComponent(uri);
  } catch {
    return uri;
  }
}
