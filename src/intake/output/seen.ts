/** Which resources were written, for millions of them: eight bytes each, so that none is written twice. */

const SHARDS = 64;
const FIRST_SIZE = 256;

export interface Seen {
  /** True the first time an id is added. Two ids are taken for one with a chance of one in 2^58 only. */
  add(id: string): boolean;
}

interface Shard {
  slots: Float64Array;
  used: number;
}

const createShard = (): Shard => ({ slots: new Float64Array(FIRST_SIZE), used: 0 });

/** Creates an empty set of UUIDs. Tables grow one shard at a time, so that growing never needs twice the memory. */
export function createSeen(): Seen {
  const shards = Array.from({ length: SHARDS }, createShard);
  return {
    add(id) {
      const shard = shards[hexAt(id, 24, 26) % SHARDS];
      // 52 bits of the name's hash: the first three groups less the version digit; two digits of the last choose the shard.
      const key = (hexAt(id, 0, 8) * 0x10000 + hexAt(id, 9, 13)) * 16 + hexAt(id, 15, 16) + 1;
      if (shard === undefined || !insert(shard.slots, key)) return false;
      if (++shard.used > shard.slots.length * 0.8) shard.slots = grow(shard.slots);
      return true;
    },
  };
}

/** The number of up to eight hexadecimal digits in lower case. */
function hexAt(id: string, from: number, to: number): number {
  let number = 0;
  for (let at = from; at < to; at++) {
    const code = id.charCodeAt(at);
    number = number * 16 + (code < 0x3a ? code - 0x30 : code - 0x57);
  }
  return number;
}

function insert(slots: Float64Array, key: number): boolean {
  const mask = slots.length - 1;
  // The high bits choose the place: they are as good as random.
  let at = Math.floor(key / 64) & mask;
  for (let there = slots[at]; there !== 0; there = slots[at]) {
    if (there === key) return false;
    at = (at + 1) & mask;
  }
  slots[at] = key;
  return true;
}

function grow(slots: Float64Array): Float64Array {
  const grown = new Float64Array(slots.length * 2);
  for (const key of slots) if (key !== 0) insert(grown, key);
  return grown;
}
