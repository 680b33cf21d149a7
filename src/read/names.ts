/** One string for every name that is written the same: no new string, and no new hash, per element. */
import { detach } from './node.js';

const SLOTS = 1024;
/** Engines copy what is shorter than this. */
const SLICED = 13;

/** Finds the name that stands in `text` from `from` to `to`; `hash` is any number made from its characters. */
export type Names = (text: string, from: number, to: number, hash: number) => string;

/** The latest names are known, a bounded number of them however many a document has. */
export function createNames(): Names {
  const slots: string[] = new Array<string>(SLOTS).fill('');
  return (text, from, to, hash) => {
    const slot = hash & (SLOTS - 1);
    const known = slots[slot] ?? '';
    if (known.length === to - from && text.startsWith(known, from)) return known;
    const name = text.slice(from, to);
    slots[slot] = to - from < SLICED ? name : detach(name);
    return slots[slot];
  };
}
