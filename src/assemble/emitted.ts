/** What has left the window: which ids were given away, and for what content. Ten bytes of memory per resource. */
import { hashText } from '../hash.js';

export interface Emitted {
  /** How many resources left the window. */
  size(): number;
  /** @param content what was written under the id, as text */
  add(id: string, content: string): void;
  /** True if the id was given away. */
  has(id: string): boolean;
  /** True if it was given away for that content. */
  hasContent(id: string, content: string): boolean;
}

/**
 * Each id belongs to one table: they grow one by one, never all of the memory at once. Few and large ones: many small
 * ones that grow leave the heap in pieces nobody else can use.
 */
const TABLE_BITS = 6;
const FIRST_SLOTS = 8;
/** Small steps: room that is not used yet costs more than putting everything in again. */
const GROWTH = 1.125;
const FULL = 0.85;
/** What a mark has of the content; above it are bits of the id. */
const CONTENT_BITS = 26;
const CONTENT = 2 ** CONTENT_BITS - 1;

/**
 * Of an id 44 bits are kept, of a content 26. Among five million resources about one free id is taken for one given
 * away (the resource then gets an id made from its content too, as after a conflict); that a resource is taken for one
 * written already needs both to agree by accident. Nothing is ever forgotten, so no id is given twice.
 */
export function createEmitted(): Emitted {
  const tables: (Uint32Array | undefined)[] = [];
  const sizes = new Uint32Array(2 ** TABLE_BITS);
  let size = 0;

  return {
    size: () => size,
    add(id, content) {
      const at = tableOf(id);
      let table = tables[at] ?? new Uint32Array(FIRST_SLOTS * 2);
      const filled = (sizes[at] ?? 0) + 1;
      if (filled * 2 > table.length * FULL) table = enlarge(table);
      insert(table, keyOf(id), markOf(id, content));
      tables[at] = table;
      sizes[at] = filled;
      size++;
    },
    has: (id) => contains(tables[tableOf(id)], keyOf(id), (mark) => mark >>> CONTENT_BITS === restOf(id)),
    hasContent: (id, content) => {
      const wanted = markOf(id, content);
      return contains(tables[tableOf(id)], keyOf(id), (mark) => mark === wanted);
    },
  };
}

const digits = (uuid: string, from: number, to: number): number => Number.parseInt(uuid.slice(from, to), 16);

/** Twelve bits of the id: those above name its table, the rest stands in the mark. */
const prefixOf = (id: string): number => digits(id, 0, 3);
const tableOf = (id: string): number => prefixOf(id) >>> (12 - TABLE_BITS);
const restOf = (id: string): number => prefixOf(id) & (2 ** (12 - TABLE_BITS) - 1);

/** Eight further digits of the id. */
const keyOf = (id: string): number => digits(id, 28, 36);

/** Zero marks a free slot, so no content is zero. */
const markOf = (id: string, content: string): number =>
  ((restOf(id) << CONTENT_BITS) | (hashText(content).one & CONTENT || 1)) >>> 0;

/** Pairs of key and mark, from the place on that belongs to the key. */
const slotOf = (table: Uint32Array, key: number): number => Math.floor((key / 2 ** 32) * (table.length / 2)) * 2;

function insert(table: Uint32Array, key: number, mark: number): void {
  let slot = slotOf(table, key);
  while (table[slot + 1] !== 0) slot = (slot + 2) % table.length;
  table[slot] = key;
  table[slot + 1] = mark;
}

function contains(table: Uint32Array | undefined, key: number, fits: (mark: number) => boolean): boolean {
  if (!table) return false;
  for (let slot = slotOf(table, key), mark = table[slot + 1] ?? 0; mark !== 0; mark = table[slot + 1] ?? 0) {
    if (table[slot] === key && fits(mark)) return true;
    slot = (slot + 2) % table.length;
  }
  return false;
}

function enlarge(table: Uint32Array): Uint32Array {
  const larger = new Uint32Array(Math.ceil((table.length / 2) * GROWTH) * 2);
  for (let slot = 0; slot < table.length; slot += 2) {
    const mark = table[slot + 1] ?? 0;
    if (mark !== 0) insert(larger, table[slot] ?? 0, mark);
  }
  return larger;
}
