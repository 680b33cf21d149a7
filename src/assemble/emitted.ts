/** What has left the window: which ids were given away, and for what content. Ten bytes of memory per resource. */

export interface Emitted {
  /** How many resources left the window. */
  readonly size: number;
  /** @param content fingerprint of what was written under the id, a UUID like the id */
  add(id: string, content: string): void;
  /** True if the id was given away. */
  has(id: string): boolean;
  /** True if it was given away for that content. */
  hasContent(id: string, content: string): boolean;
}

/** Each id belongs to one table by its first three digits: tables grow one by one, never all of the memory at once. */
const TABLES = 4096;
const FIRST_SLOTS = 8;
/** Small steps: room that is not used yet costs more than putting everything in again. */
const GROWTH = 1.125;
const FULL = 0.85;

/**
 * Of an id 44 bits are kept, of a content 32. Among five million resources about one free id is taken for one given
 * away (the resource then gets an id made from its content too, as after a conflict); that a resource is taken for one
 * written already needs both to agree by accident. Nothing is ever forgotten, so no id is given twice.
 */
export function createEmitted(): Emitted {
  const tables: (Uint32Array | undefined)[] = [];
  const sizes = new Uint16Array(TABLES);
  let size = 0;

  return {
    get size() {
      return size;
    },
    add(id, content) {
      const at = digits(id, 0, 3);
      let table = tables[at] ?? new Uint32Array(FIRST_SLOTS * 2);
      const filled = (sizes[at] ?? 0) + 1;
      if (filled * 2 > table.length * FULL) table = enlarge(table);
      insert(table, keyOf(id), markOf(content));
      tables[at] = table;
      sizes[at] = filled;
      size++;
    },
    has: (id) => contains(tables[digits(id, 0, 3)], keyOf(id)),
    hasContent: (id, content) => contains(tables[digits(id, 0, 3)], keyOf(id), markOf(content)),
  };
}

const digits = (uuid: string, from: number, to: number): number => Number.parseInt(uuid.slice(from, to), 16);

/** Eight digits of the id, none of which names its table. */
const keyOf = (id: string): number => digits(id, 28, 36);

/** Zero marks a free slot. */
const markOf = (content: string): number => digits(content, 0, 8) || 1;

/** Pairs of key and mark, from the place on that belongs to the key. */
const slotOf = (table: Uint32Array, key: number): number => Math.floor((key / 2 ** 32) * (table.length / 2)) * 2;

function insert(table: Uint32Array, key: number, mark: number): void {
  let slot = slotOf(table, key);
  while (table[slot + 1] !== 0) slot = (slot + 2) % table.length;
  table[slot] = key;
  table[slot + 1] = mark;
}

function contains(table: Uint32Array | undefined, key: number, mark?: number): boolean {
  if (!table) return false;
  for (let slot = slotOf(table, key); table[slot + 1] !== 0; slot = (slot + 2) % table.length)
    if (table[slot] === key && (mark === undefined || table[slot + 1] === mark)) return true;
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
