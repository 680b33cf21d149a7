/** Which resource a statement's identifier stands for. It knows the latest 65,000 to 131,000 identifiers, no more. */
import { type Hashes, hashText } from '../hash.js';

export interface Directory {
  /** @param reference `Type/id`, the id a UUID; the first resource of a type under a key stays */
  add(key: string, reference: string): void;
  /** The resources a key stands for, in the order they were added. */
  find(key: string): string[];
}

interface Generation {
  size(): number;
  add(key: Hashes, type: number, id: string): void;
  has(key: Hashes, type: number): boolean;
  find(key: Hashes): { type: number; id: string }[];
}

/**
 * Two generations: when the younger one is full, the older one is forgotten. A link to what is forgotten finds nothing,
 * which is reported as any other link without target.
 * @param most identifiers of one generation
 */
export function createDirectory(most = 1 << 16): Directory {
  const types: string[] = [];
  let older: Generation | undefined;
  let younger = createGeneration();

  return {
    add(text, reference) {
      const slash = reference.indexOf('/');
      const name = reference.slice(0, slash);
      if (!types.includes(name)) types.push(name);
      const type = types.indexOf(name);
      const key = hashText(text);
      if (younger.has(key, type)) return;
      if (younger.size() >= most) {
        older = younger;
        younger = createGeneration();
      }
      younger.add(key, type, reference.slice(slash + 1));
    },
    find(text) {
      const key = hashText(text);
      const found = [...(older?.find(key) ?? []), ...younger.find(key)];
      return found.map(({ type, id }) => `${types[type]}/${id}`);
    },
  };
}

/** Two numbers for the key, four for the id, one for its type. */
const ROW = 7;

/** Rows one after another, and an open hash table of their numbers: some forty bytes per identifier. */
function createGeneration(): Generation {
  let rows = new Uint32Array(64 * ROW);
  let slots = new Uint32Array(128); // number of the row plus one; zero is free
  let size = 0;

  function index(row: number): void {
    let slot = (rows[row * ROW] ?? 0) % slots.length;
    while (slots[slot] !== 0) slot = (slot + 1) % slots.length;
    slots[slot] = row + 1;
  }

  function enlarge(): void {
    const smaller = rows;
    rows = new Uint32Array(smaller.length * 2);
    rows.set(smaller);
    slots = new Uint32Array(slots.length * 2);
    for (let row = 0; row < size; row++) index(row);
  }

  return {
    size: () => size,
    add({ one, other }, type, id) {
      if ((size + 1) * ROW > rows.length) enlarge();
      const at = size * ROW;
      rows[at] = one;
      rows[at + 1] = other;
      rows[at + 2] = type;
      for (let word = 0; word < 4; word++) rows[at + 3 + word] = wordOf(id, word);
      index(size++);
    },
    has({ one, other }, type) {
      for (let slot = one % slots.length; slots[slot] !== 0; slot = (slot + 1) % slots.length) {
        const at = ((slots[slot] ?? 0) - 1) * ROW;
        if (rows[at] === one && rows[at + 1] === other && rows[at + 2] === type) return true;
      }
      return false;
    },
    find({ one, other }) {
      const found: { type: number; id: string }[] = [];
      for (let slot = one % slots.length; slots[slot] !== 0; slot = (slot + 1) % slots.length) {
        const at = ((slots[slot] ?? 0) - 1) * ROW;
        if (rows[at] === one && rows[at + 1] === other)
          found.push({ type: rows[at + 2] ?? 0, id: toId(rows.subarray(at + 3, at + ROW)) });
      }
      return found;
    },
  };
}

/** Where each eight digits of a UUID begin and, where a hyphen is among them, go on. */
const DIGITS = [
  [0, 8, 8, 8],
  [9, 13, 14, 18],
  [19, 23, 24, 28],
  [28, 36, 36, 36],
] as const;

function wordOf(id: string, word: number): number {
  const [from, to, next, end] = DIGITS[word] ?? DIGITS[0];
  return Number.parseInt(id.slice(from, to) + id.slice(next, end), 16);
}

function toId(words: Uint32Array): string {
  const hex = Array.from(words, (word) => word.toString(16).padStart(8, '0')).join('');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}
