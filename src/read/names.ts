/** One string for every name that is written the same: no new string, and no new hash, per element. */

const SLOTS = 1024;
/** Engines copy what is shorter than this. */
const SLICED = 13;

/** Finds the name that stands in `text` from `from` to `to`; `hash` is any number made from its characters. */
export type Names = (text: string, from: number, to: number, hash: number) => string;

/** The latest names are known, a bounded number of them however many a document has. */
export function createNames(): Names {
  const slots: string[] = Array.from({ length: SLOTS }, () => '');
  return (text, from, to, hash) => {
    const slot = hash & (SLOTS - 1);
    const known = slots[slot] ?? '';
    if (known.length === to - from && text.startsWith(known, from)) return known;
    const name = text.slice(from, to);
    slots[slot] = to - from < SLICED ? name : detach(name);
    return slots[slot];
  };
}

/** Names are few: beyond this many, or this long, one is not remembered. */
const MOST = 4096;
const LONGEST = 64;
const own = new Map<string, string>();

/**
 * The same text as a string of the engine's own, one for all that are written the same: a slice can keep all of the
 * text alive that it was cut from, and comparing two of these is comparing pointers.
 */
export function detach(slice: string): string {
  const known = own.get(slice);
  if (known !== undefined) return known;
  const made = Object.keys({ [slice]: 0 })[0] ?? slice;
  if (made.length <= LONGEST && own.size < MOST) own.set(made, made);
  return made;
}
