/** A Bundle as pieces of JSON: one text could be longer than JavaScript allows. */
import type { Bundle } from 'fhir/r4.js';
import { type Json, stringify } from '../fhir/json.js';

/** The same text as `bundleToJson`, in pieces: one per entry. */
export function* bundleToPieces(bundle: Bundle): Generator<string, void> {
  let before = '{';
  for (const [key, value] of Object.entries(bundle) as [string, Json | undefined][]) {
    if (value === undefined) continue;
    yield `${before}${JSON.stringify(key)}:`;
    before = ',';
    if (key === 'entry' && Array.isArray(value)) yield* listToPieces(value);
    else yield stringify(value);
  }
  yield before === '{' ? '{}' : '}';
}

function* listToPieces(list: readonly Json[]): Generator<string, void> {
  yield '[';
  for (const [index, item] of list.entries()) yield index === 0 ? stringify(item) : `,${stringify(item)}`;
  yield ']';
}
