/** Leaves that are structure wherever they stand and carry no fact of a patient. */
import type { Leaf } from '../read/node.js';

/** Names of attributes (`classCode`, or `moodCode=EVN` for one value only), and of elements all of whose attributes are. */
export interface FrameNames {
  readonly attributes: ReadonlySet<string>;
  readonly elements: ReadonlySet<string>;
}

/** @returns a test of an unread leaf: is it listed in common.yaml, a namespace declaration, an empty element? */
export function createFrameTest({ attributes, elements }: FrameNames): (leaf: Leaf) => boolean {
  const always = new Set(['#empty', '@xmlns']);
  const valued = new Map<string, Set<string>>();
  for (const entry of attributes) {
    const [name = '', value] = entry.split('=');
    if (value === undefined) always.add(`@${name}`);
    else valued.set(`@${name}`, (valued.get(`@${name}`) ?? new Set()).add(value));
  }
  return ({ name, value, owner }) =>
    always.has(name) ||
    (name.startsWith('@') &&
      (elements.has(owner.name) || valued.get(name)?.has(value.trim()) === true || name.startsWith('@xmlns:')));
}
