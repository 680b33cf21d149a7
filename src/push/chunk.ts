/** Cuts what is to be sent into requests. */
import type { Item } from './item.js';
import { groupByReference } from './order.js';

/** Resources that refer to each other: sent in one request or not at all. */
export type Group = readonly Item[];
/** One request. */
export type Chunk = readonly Group[];

export interface ChunkLimits {
  readonly maxEntries: number;
  readonly maxBytes: number;
}

/** Groups in sending order, as many in a request as fit; a group that exceeds a limit is a request of its own. */
export function* cutChunks(items: readonly Item[], { maxEntries, maxBytes }: ChunkLimits): Generator<Chunk, void> {
  let chunk: Group[] = [];
  let [entries, bytes] = [0, 0];
  for (const group of groupByReference(items)) {
    const size = group.reduce((sum, item) => sum + item.bytes, 0);
    if (chunk.length > 0 && (entries + group.length > maxEntries || bytes + size > maxBytes)) {
      yield chunk;
      chunk = [];
      [entries, bytes] = [0, 0];
    }
    chunk.push(group);
    entries += group.length;
    bytes += size;
  }
  if (chunk.length > 0) yield chunk;
}
