/** One object for every name that is written the same: nothing is made, hashed or looked up for an element. */
import { detach, nameBit } from './node.js';

/** What a name stands for, and the key of the scope that was found in: elsewhere it must be looked up again. */
export interface Meaning {
  scope: object | undefined;
  /** The canonical name. */
  name: string;
  /** Its `nameBit`. */
  bit: number;
}

/** A name as it is written. */
export interface Name {
  readonly text: string;
  /** Its length, and a number made from its characters: asking a string costs more. */
  readonly length: number;
  readonly hash: number;
  /** True for `xmlns` and `xmlns:prefix`. */
  readonly declares: boolean;
  readonly element: Meaning;
  readonly attribute: Meaning;
}

/** The latest names are known, a bounded number of them. */
const SLOTS = 2048;
/** ... and of bounded length. */
const LONGEST = 64;

const createMeaning = (): Meaning => ({ scope: undefined, name: '', bit: 0 });

/** A name met where names are strings; without `hash` it is not for comparing. */
export function createName(text: string, hash = 0): Name {
  const declares = text === 'xmlns' || text.startsWith('xmlns:');
  return { text, length: text.length, hash, declares, element: createMeaning(), attribute: createMeaning() };
}

const slots: Name[] = new Array<Name>(SLOTS).fill(createName(''));
/** The characters of the name in each slot: comparing them with those of a text takes no string. */
const written = new Uint8Array(SLOTS * LONGEST);

/**
 * Finds the name that stands in `text` from `from` to `to`.
 * @param bytes the characters of the text, which are ASCII in the name
 * @param hash a number made from the name's characters
 */
export function findName(text: string, bytes: Uint8Array, from: number, to: number, hash: number): Name {
  const slot = hash & (SLOTS - 1);
  const known = slots[slot];
  const length = to - from;
  const place = slot * LONGEST;
  if (known?.hash === hash && known.length === length && isWritten(bytes, from, place, length)) return known;
  const made = createName(detach(text.slice(from, to)), hash);
  if (length > LONGEST) return made;
  slots[slot] = made;
  for (let index = 0; index < length; index++) written[place + index] = bytes[from + index] ?? 0;
  return made;
}

function isWritten(bytes: Uint8Array, from: number, place: number, length: number): boolean {
  const all = written;
  for (let index = 0; index < length; index++) if (all[place + index] !== bytes[from + index]) return false;
  return true;
}

/** Remembers what a name stands for in a scope. */
export function setMeaning(meaning: Meaning, scope: object, name: string): void {
  meaning.scope = scope;
  meaning.name = name;
  meaning.bit = nameBit(name);
}
