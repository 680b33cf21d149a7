/** What entries hold: packages are recognised, archives opened, the rest told by its content. */
import { InputError, type IntakeErrorCode } from '../../finding.js';
import type { Archive, Member } from '../archive/archive.js';
import type { Document, Entry, Metadata, Part } from '../entry.js';
import { INTAKE_LIMITS } from '../limits.js';
import { archiveOf, bytesOf, locate, openLocator } from '../locate.js';
import { note } from '../note.js';
import { RECOGNISERS } from '../recognisers.js';
import { type Refusal, refuse, toError } from '../refusals.js';
import { kindData, roleOf, sniff } from '../sniff.js';
import { partWords, wordsOf } from './parts.js';

/** A document whose place in the output is not chosen yet. */
export type Found = Omit<Document, 'output'>;

/** How much of one input's limits is used up. */
export interface Budget {
  members: number;
}

/**
 * The documents of entries that belong together, those of recognised packages first, then the rest in their order.
 * Whatever is not read is there too, with its refusal.
 * @param depth how many archives are around the entries
 */
export async function* readPackage(entries: readonly Entry[], budget: Budget, depth = 0): AsyncGenerator<Found, void> {
  let rest = entries.filter(({ refusal }) => refusal === undefined);
  for (const { name, recognise } of RECOGNISERS) {
    const recognised = await recognise(rest);
    if (recognised.length === 0) continue;
    const taken = new Set(recognised.flatMap(({ entry, parts = [] }) => [entry, ...parts.map((part) => part.entry)]));
    rest = rest.filter((entry) => !taken.has(entry));
    for (const { entry, kind, parts, ...more } of recognised) {
      const findings = [...(entry.findings ?? []), ...(more.findings ?? [])];
      const told: Entry = { ...entry, ...more, ...(findings.length > 0 && { findings }) };
      if (kind !== undefined) yield { ...told, kind, reader: name, ...(parts && { parts: parts.map(toPart) }) };
      else yield* readEntry(told, entry, budget, depth, name);
    }
  }
  const left = new Set(rest);
  for (const entry of entries) {
    if (left.has(entry)) yield* readEntry(entry, entry, budget, depth, 'content');
    else if (entry.refusal !== undefined) yield { ...entry, kind: 'unknown', reader: 'content' };
  }
}

const toPart = ({ entry: { name, locator }, kind }: { entry: Entry; kind: string }): Part => ({ name, kind, locator });

/** @param listed the entry as it was listed, which may have been looked at already */
async function* readEntry(
  entry: Entry,
  listed: Entry,
  budget: Budget,
  depth: number,
  reader: string,
): AsyncGenerator<Found, void> {
  const kind = await kindOf(listed);
  const archive = entry.refusal ? undefined : archiveOf(kind);
  // A package's own files are no records, unless the user or the package names them.
  const words = entry.named || entry.metadata || roleOf(kind) === 'convert' ? undefined : partWords(entry.name, kind);
  if (words !== undefined) yield { ...entry, kind, reader, refusal: entry.refusal ?? refuse('package-part', words) };
  else if (isUnknown(entry, kind))
    yield {
      ...entry,
      kind,
      reader,
      refusal: entry.refusal ?? refuse(kindData(kind).refusal ?? 'unrecognised', wordsOf(kind)),
    };
  else if (!archive || kind === 'fhir') yield { ...entry, kind, reader };
  if (!archive || words !== undefined) return;
  if (depth >= INTAKE_LIMITS.nesting) yield { ...entry, kind, reader, refusal: refuse('limit-nesting') };
  else yield* openArchive(entry, kind, archive, budget, depth + 1);
}

/** What could be a broken document and is named, or called XML, goes to the reader of documents: it says what is wrong. */
const isUnknown = ({ named, name }: Entry, kind: string): boolean =>
  roleOf(kind) === 'none' && (kindData(kind).refusal !== undefined || (!named && !/\.xml$/i.test(name)));

async function* openArchive(
  entry: Entry,
  kind: string,
  archive: Archive,
  budget: Budget,
  depth: number,
): AsyncGenerator<Found, void> {
  const members: Entry[] = [];
  const names = new Set<string>();
  let empty = true;
  const fail = (refusal: Refusal): Found => ({ ...entry, kind, reader: 'content', refusal });
  try {
    for await (const member of archive.list(bytesOf(entry.locator))) {
      if (++budget.members > INTAKE_LIMITS.members) throw toError(refuse('limit-members'));
      const found = describe(entry, kind, member, names.has(member.name));
      names.add(member.name);
      empty = false;
      if (archive.isPackage) members.push(found);
      else yield* readEntry(found, found, budget, depth, 'content');
    }
  } catch (error) {
    const refusal = refusalOf(error, kind);
    if (!refusal) throw error;
    yield fail(refusal);
    empty = false;
    // Where the archive is only broken, what stood before that place is good.
    if (refusal.code !== 'archive-damaged') return;
  }
  if (members.length > 0) yield* readPackage(members, budget, depth);
  else if (archive.isPackage && empty) yield fail(refuse('unrecognised', `an empty ${kindData(kind).words}`));
}

function describe(archive: Entry, kind: string, member: Member, duplicate: boolean): Entry {
  const locator = locate(archive.locator, kind, member.step);
  const { size, refusal } = member;
  const metadata = member.metadata ?? (kind === 'gzip' || kind === 'base64' ? inner(archive.metadata) : undefined);
  return {
    name: nameOf(archive, kind, member.name),
    path: member.name === '' ? archive.path : `${archive.path}!${member.name}`,
    size,
    named: member.name === '' && archive.named,
    locator,
    sequential: false,
    ...(metadata && { metadata }),
    ...(refusal && { refusal }),
    ...(duplicate && { findings: [note('package-name-duplicate')] }),
    open: () => openLocator(locator),
  };
}

/** Below an archive the user named as below a folder; below others with the archive's own name before it. */
function nameOf(archive: Entry, kind: string, member: string): string {
  if (kind === 'fhir') return `${archive.name.replace(/\.[^./]+$/, '')}/${member}`;
  if (member === '') return archive.name.replace(/\.(gz|gzip|b64|base64)$/i, '').replace(/\.tgz$/i, '.tar');
  return archive.named ? member : `${archive.name}/${member}`;
}

/** What metadata says about a file, without what it says about its packing. */
function inner(metadata: Metadata | undefined): Metadata | undefined {
  if (metadata?.content === undefined) return metadata;
  const content = metadata.content.map(({ attachment, ...rest }) => {
    const { hash: _hash, size: _size, contentType: _type, ...kept } = attachment;
    return { ...rest, attachment: kept };
  });
  return { ...metadata, content };
}

/** What cannot even be looked at goes to the reader of documents, which says why. */
async function kindOf(entry: Entry): Promise<string> {
  try {
    return await sniff(entry);
  } catch {
    return 'xml';
  }
}

/** FHIR that is no valid JSON is told by who reads it; other failures are of the machine. */
function refusalOf(error: unknown, kind: string): Refusal | undefined {
  if (error instanceof InputError) return { code: error.code as IntakeErrorCode, message: error.message };
  if (kind === 'fhir' && error instanceof Error && error.name === 'JsonError')
    return { code: 'archive-damaged', message: error.message };
  return undefined;
}
