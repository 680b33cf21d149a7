/** One document as events, whatever it is: the place where a document's kind meets the code that reads it. */
import type { ConvertOptions } from '../convert.js';
import type { Event } from '../event.js';
import { convertDocument } from './document/convert.js';
import type { Document } from './entry.js';
import { readerNamed } from './recognisers.js';
import { toError } from './refusals.js';
import { roleOf } from './sniff.js';

/** Kinds of pictures that may show QR codes. */
const PICTURES: ReadonlySet<string> = new Set(['png', 'jpeg']);

const readPicture = async (document: Document, options: ConvertOptions): Promise<AsyncIterable<Event> | undefined> =>
  (await import('./health-card/document.js')).readCardPicture(document, options);

/**
 * Reads one document: a CDA document is converted, other records become resources that hold them.
 * @returns the events of `convert`, with the same ending: one loss report
 * @throws InputError if there is nothing to convert in it, MappingError if a table is wrong
 */
export async function* readDocument(document: Document, options: ConvertOptions): AsyncGenerator<Event, void> {
  if (document.refusal) throw toError(document.refusal);
  const recogniser = readerNamed(document.reader);
  if (recogniser?.read) yield* recogniser.read(document, options);
  else yield* readByKind(document, options);
}

async function* readByKind(document: Document, options: ConvertOptions): AsyncGenerator<Event, void> {
  const role = roleOf(document.kind);
  const picture = PICTURES.has(document.kind) && (await readPicture(document, options));
  if (picture) yield* picture;
  else if (document.kind === 'health-card')
    yield* (await import('./health-card/document.js')).readCards(document, options);
  else if (role === 'resources') yield* (await import('./document/pass.js')).passResources(document, options);
  else if (role === 'keep') yield* (await import('./document/keep.js')).keepDocument(document, options);
  else yield* convertDocument(document, options);
}
