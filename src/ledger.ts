/**
 * The ledger: every leaf of the source ends in exactly one state. It is a stack: the reader adds leaves as it reads,
 * a finished unit is tallied and its leaves are taken off again, so that memory follows nesting, not document size.
 */

/** States in rising order of precedence: a leaf keeps the highest it was given. */
export const STATES = [
  'unread',
  'frame',
  'narrative',
  'tested',
  'implied',
  'declared',
  'withheld',
  'superseded',
  'no-code',
  'narrowed',
  'copied',
] as const;

/** `unread`, `declared`, `withheld`, `superseded`, `no-code` and `narrowed` are the reasons of `lost`. */
export type LeafState = (typeof STATES)[number];
export type LossReason = 'unread' | 'declared' | 'no-code' | 'superseded' | 'narrowed' | 'withheld';

export const RANK = Object.freeze(Object.fromEntries(STATES.map((state, rank) => [state, rank]))) as Readonly<
  Record<LeafState, number>
>;

/** State and rule of one leaf; rule 0 is "no rule". */
export interface Ledger {
  /** Adds a leaf, unread; returns its index. */
  add(): number;
  /** Raises a leaf to `rank` if that is higher than what it has. Index -1 is ignored. */
  mark(index: number, rank: number, rule: number): void;
  rank(index: number): number;
  rule(index: number): number;
  /** The leaf's place among all leaves of the document, in the order they were read. */
  ordinal(index: number): number;
  /** Number of live leaves: the index the next one will get. */
  readonly height: number;
  /** Takes off all leaves from `height` on. */
  truncate(height: number): void;
  /** Number of leaves ever added. */
  readonly total: number;
}

export function createLedger(): Ledger {
  let ranks = new Uint8Array(1024);
  let rules = new Uint16Array(1024);
  let ordinals = new Uint32Array(1024);
  // Height and total are fields: an object with getters is a slow one (docs/performance.md).
  const ledger = {
    height: 0,
    total: 0,
    add(): number {
      const { height } = ledger;
      if (height === ranks.length) {
        const [oldRanks, oldRules, oldOrdinals] = [ranks, rules, ordinals];
        ranks = new Uint8Array(height * 2);
        rules = new Uint16Array(height * 2);
        ranks.set(oldRanks);
        rules.set(oldRules);
        ordinals = new Uint32Array(height * 2);
        ordinals.set(oldOrdinals);
      }
      ranks[height] = 0;
      rules[height] = 0;
      ordinals[height] = ledger.total++;
      ledger.height = height + 1;
      return height;
    },
    mark(index: number, rank: number, rule: number): void {
      if (index < 0 || rank <= (ranks[index] ?? 0)) return;
      ranks[index] = rank;
      rules[index] = rule;
    },
    rank: (index: number): number => ranks[index] ?? 0,
    rule: (index: number): number => rules[index] ?? 0,
    ordinal: (index: number): number => ordinals[index] ?? 0,
    truncate(to: number): void {
      ledger.height = to;
    },
  };
  return ledger;
}
