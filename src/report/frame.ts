/** Leaves that are structure wherever they stand and carry no fact of a patient. */
import type { Leaf } from '../read/node.js';

/** Names of attributes (`classCode`, or `moodCode=EVN` for one value only), and of elements all of whose attributes are. */
export interface FrameNames {
  readonly attributes: ReadonlySet<string>;
  readonly elements: ReadonlySet<string>;
}

/** @returns true for an unread leaf that is structure: listed in common.yaml, a namespace declaration, an empty element. */
export function isFrame(leaf: Leaf, frame: FrameNames): boolean {
  if (leaf.name === '#empty') return true;
  if (!leaf.name.startsWith('@')) return false;
  const name = leaf.name.slice(1);
  if (name === 'xmlns' || name.startsWith('xmlns:')) return true;
  return (
    frame.attributes.has(name) ||
    frame.attributes.has(`${name}=${leaf.value.trim()}`) ||
    frame.elements.has(leaf.owner.name)
  );
}
