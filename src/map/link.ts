/** References by identifier to what other entries become (ER-01). */
import { attribute, type Node, peek } from '../read/node.js';
import type { Link, LinkedLeaf } from './draft.js';
import type { Run } from './run.js';

/** The key of an `id`: root and extension; undefined for one that identifies nothing. */
export function identityKey(id: Node): string | undefined {
  const root = peek(id, 'root')?.trim();
  const extension = peek(id, 'extension')?.trim();
  if (peek(id, 'nullFlavor') !== undefined || (!root && !extension)) return undefined;
  return `${root?.toLowerCase() ?? ''}|${extension ?? ''}`;
}

/** A link by these `id` elements to a resource of one of the types, to be settled when the document ends. */
export function linkTo(ids: readonly Node[], types: readonly string[], run: Run): Link | undefined {
  const keys: string[] = [];
  const leaves: LinkedLeaf[] = [];
  for (const id of ids) {
    const key = identityKey(id);
    if (key === undefined) continue;
    keys.push(key);
    for (const name of ['root', 'extension']) {
      const leaf = attribute(id, name);
      if (leaf) leaves.push(run.link(leaf));
    }
  }
  const [first] = ids;
  if (!first || keys.length === 0) return undefined;
  return { types, keys, path: run.locate(first), line: first.line, leaves };
}
