/** A document that holds cards, or may: texts and JSON by their content, pictures by their QR codes. */
import type { ConvertOptions } from '../../convert.js';
import type { Event } from '../../event.js';
import { readWhole } from '../archive/guard.js';
import { type Document, type Entry, openLocator } from '../entry.js';
import { kindOfBytes } from '../sniff.js';
import { decodeCards, totalOf } from './decode.js';
import { readCodes } from './picture.js';
import { convertCards } from './read.js';

const MOST_BYTES = 32e6;
const PICTURES: ReadonlySet<string> = new Set(['png', 'jpeg']);

interface Content {
  readonly bytes: Uint8Array;
  /** The file as text; of a picture its codes that are cards. */
  readonly text: string;
}

async function readContent(source: AsyncIterable<Uint8Array>): Promise<Content> {
  const bytes = Buffer.from(await readWhole(source, MOST_BYTES));
  if (!PICTURES.has(kindOfBytes(bytes))) return { bytes, text: bytes.toString('utf8') };
  const codes = (await readCodes(bytes)).filter((text) => /^shc:\//i.test(text));
  return { bytes, text: codes.join('\n') };
}

async function readAll({ open, parts = [] }: Document): Promise<Content> {
  const all = [await readContent(open())];
  for (const { locator } of parts) all.push(await readContent(openLocator(locator)));
  return { bytes: Buffer.concat(all.map(({ bytes }) => bytes)), text: all.map(({ text }) => text).join('\n') };
}

/** Converts the cards of a document, and of the files it is read together with. */
export async function* readCards(document: Document, options: ConvertOptions): AsyncGenerator<Event, void> {
  const { bytes, text } = await readAll(document);
  yield* convertCards(bytes, text, { ...options, name: document.name });
}

/** The events of a picture whose QR codes are cards; undefined for any other picture. */
export async function readCardPicture(
  document: Document,
  options: ConvertOptions,
): Promise<AsyncIterable<Event> | undefined> {
  const { bytes, text } = await readPicture(document);
  return text === '' ? undefined : convertCards(bytes, text, { ...options, name: document.name });
}

/** A picture too large to look at shows no codes. */
async function readPicture({ size, open }: Pick<Entry, 'size' | 'open'>): Promise<Content> {
  const none = { bytes: new Uint8Array(0), text: '' };
  return size !== undefined && size > MOST_BYTES ? none : readContent(open()).catch(() => none);
}

/** True if there are cards to convert. @throws InputError if they are broken, or chunks are missing */
export async function holdsCards(document: Document): Promise<boolean> {
  const isPicture = PICTURES.has(document.kind);
  if (!isPicture && document.kind !== 'health-card') return false;
  const { text } = isPicture ? await readPicture(document) : await readAll(document);
  return text !== '' && decodeCards(text).length > 0;
}

/** Of how many chunks the card is that the file holds a part of; undefined if it holds whole cards, or none. */
export async function countChunks(entry: Entry): Promise<number | undefined> {
  return totalOf((await readPicture(entry)).text);
}
