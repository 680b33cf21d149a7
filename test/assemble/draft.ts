/** Drafts as the tables leave them, with no more than the assembly asks for. */
import type { JsonObject } from '../../src/fhir/json.js';
import type { Draft } from '../../src/map/draft.js';

export const draft = (resource: JsonObject, more: Partial<Draft> = {}): Draft => ({
  table: {} as Draft['table'],
  node: {} as Draft['node'],
  resource,
  references: [],
  provenance: [],
  keys: [],
  settled: undefined,
  ...more,
});
