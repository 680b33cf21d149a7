/** Resources as newline-delimited JSON, one per line, as they come: memory does not grow with the document. */
import type { FhirResource } from 'fhir/r4.js';
import type { Event } from '../event.js';
import { type JsonObject, stringify } from '../fhir/json.js';

/** One resource as a line of JSON with its line feed; decimals keep the digits of the source. */
export const toLine = (resource: FhirResource): string => `${stringify(resource as unknown as JsonObject)}\n`;

/** The resources among the events, each as one line. Errors of the conversion pass through. */
export async function* toNdjson(events: AsyncIterable<Event>): AsyncIterable<string> {
  for await (const event of events) if (event.kind === 'resource') yield toLine(event.resource);
}
