/** A merge can be taken back: what each source said, as the difference from what it became. */
import { type Json, type JsonObject, stringify } from '../fhir/json.js';
import type { TimelineSource } from './model.js';
import { inElementOrder } from './order.js';
import type { Source } from './source.js';

/** One record as its source had it. */
export interface UndoRecord {
  readonly source: string;
  /** `Type/id` in the source, and of the merged resource. */
  readonly from: string;
  readonly to: string;
  /** Elements the source had otherwise, and those it did not have. */
  readonly set?: Readonly<Record<string, Json>>;
  readonly drop?: readonly string[];
}

export interface Undo {
  readonly sources: readonly TimelineSource[];
  readonly records: readonly UndoRecord[];
}

/** What is to be changed in the merged resource to have the record again. */
export function recordUndo(source: string, original: JsonObject, merged: JsonObject): UndoRecord {
  const set: Record<string, Json> = {};
  for (const key of Object.keys(original).sort()) {
    const value = original[key];
    const there = merged[key];
    if (key === 'resourceType' || value === undefined || value === there) continue;
    if (there === undefined || stringify(value) !== stringify(there)) set[key] = value;
  }
  const drop = Object.keys(merged)
    .filter((key) => merged[key] !== undefined && original[key] === undefined)
    .sort();
  return {
    source,
    from: `${original.resourceType}/${original.id}`,
    to: `${merged.resourceType}/${merged.id}`,
    ...(Object.keys(set).length > 0 && { set }),
    ...(drop.length > 0 && { drop }),
  };
}

/**
 * The sources a merge was made of.
 * @param resources the merged resources by `Type/id`
 * @returns undefined if the resources are not those the merge left
 */
export function restoreSources(
  resources: ReadonlyMap<string, JsonObject>,
  { sources, records }: Undo,
): Source[] | undefined {
  const restored = new Map<string, JsonObject[]>(sources.map(({ id }) => [id, []]));
  for (const { source, to, set = {}, drop = [] } of records) {
    const merged = resources.get(to);
    if (!merged) return undefined;
    const original: JsonObject = { ...merged };
    for (const key of drop) delete original[key];
    restored.get(source)?.push(inElementOrder(Object.assign(original, set)));
  }
  return sources.map((about) => ({ about, resources: restored.get(about.id) ?? [] }));
}
