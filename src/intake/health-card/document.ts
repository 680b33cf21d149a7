/** A file that holds cards, or may: text and JSON by their content, pictures by their QR codes. */
import type { ConvertOptions } from '../../convert.js';
import type { Event } from '../../event.js';
import { readWhole } from '../archive/guard.js';
import type { Document } from '../entry.js';
import { readCodes } from './picture.js';
import { convertCards } from './read.js';

const MOST_BYTES = 32e6;

/** Converts a file of cards. */
export async function* readCardFile(document: Document, options: ConvertOptions): AsyncGenerator<Event, void> {
  const bytes = Buffer.from(await readWhole(document.open(), MOST_BYTES));
  yield* convertCards(bytes, bytes.toString('utf8'), { ...options, name: document.name });
}

/** The events of a picture whose QR codes are cards; undefined for any other picture. */
export async function readCardPicture(
  document: Document,
  options: ConvertOptions,
): Promise<AsyncIterable<Event> | undefined> {
  if (document.size !== undefined && document.size > MOST_BYTES) return undefined;
  const bytes = await readWhole(document.open(), MOST_BYTES).catch(() => undefined);
  const codes = bytes === undefined ? [] : (await readCodes(bytes)).filter((text) => /^shc:\//i.test(text));
  if (bytes === undefined || codes.length === 0) return undefined;
  return convertCards(bytes, codes.join('\n'), { ...options, name: document.name });
}
