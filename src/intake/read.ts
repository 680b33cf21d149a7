/** One document as events, whatever it is: the place where a document's kind meets the code that reads it. */
import { type ConvertOptions, convert } from '../convert.js';
import type { Event } from '../event.js';
import type { Document } from './entry.js';

/**
 * Reads one document: a CDA document is converted, other records become resources that hold them.
 * @returns the events of `convert`, with the same ending: one loss report
 * @throws InputError if there is nothing to convert in it, MappingError if a table is wrong
 */
export function readDocument(document: Document, options: ConvertOptions): AsyncIterable<Event> {
  return convert(document.open(), { ...options, name: document.name });
}
