/** Adds up the ledger, unit by unit, into what the loss report says. */
import type { LeafCounts, LossRow } from '../event.js';
import { type LeafState, type Ledger, type LossReason, STATES } from '../ledger.js';
import { type Leaf, leaves, type Node } from '../read/node.js';

export interface Tally {
  /** Counts the leaves of a subtree that is about to be dropped. */
  count(node: Node): void;
  /** Moves leaves counted as copied to a loss: a reference whose target never came. */
  retract(loss: Pick<LossRow, 'path' | 'line'>, leaves: number, rule: string): void;
  counts(): LeafCounts;
  /** Loss rows, most leaves first. */
  lost(): LossRow[];
}

export interface TallySetup {
  readonly ledger: Ledger;
  readonly describe: (leaf: Leaf) => string;
  /** True for an unread leaf that is structure everywhere. */
  readonly isFrame: (leaf: Leaf) => boolean;
  readonly ruleNames: readonly string[];
  readonly rows: ReadonlyMap<string, readonly string[]>;
  readonly showValues: boolean;
  /** Told the final state of every leaf. */
  readonly trace?: Trace | undefined;
}

/** @param ordinal the leaf's place in the document; @param rule rule id, empty if none */
export type Trace = (ordinal: number, state: LeafState, rule: string, leaf: Leaf) => void;

type Row = { -readonly [Key in keyof LossRow]: LossRow[Key] };

const KEPT = new Set(['copied', 'implied', 'tested', 'frame', 'narrative']);

export function createTally(setup: TallySetup): Tally {
  const { ledger } = setup;
  const counts = { total: 0, copied: 0, implied: 0, tested: 0, frame: 0, narrative: 0, lost: 0 };
  const rows = new Map<string, Row>();

  /** An attribute without a value says nothing; that it is empty was looked at. */
  const stateOfUnread = (leaf: Leaf): LeafState =>
    setup.isFrame(leaf) ? 'frame' : leaf.value.trim() === '' ? 'tested' : 'unread';

  function add(reason: LossReason, path: string, line: number, rule: string, count: number, value?: string): void {
    const key = `${reason}\n${rule}\n${path}`;
    const row = rows.get(key);
    if (row) {
      row.count += count;
      return;
    }
    const checklist = setup.rows.get(rule)?.join(' ');
    rows.set(key, {
      reason,
      path,
      count,
      line,
      ...(rule && { rule }),
      ...(checklist && { row: checklist }),
      ...(setup.showValues && value !== undefined && { value }),
    });
  }

  return {
    count(node) {
      for (const leaf of leaves(node)) {
        counts.total++;
        const rank = ledger.rank(leaf.index);
        const state = rank === 0 ? stateOfUnread(leaf) : (STATES[rank] ?? 'unread');
        setup.trace?.(ledger.ordinal(leaf.index), state, setup.ruleNames[ledger.rule(leaf.index)] ?? '', leaf);
        if (KEPT.has(state)) counts[state as 'copied']++;
        else {
          counts.lost++;
          const rule = setup.ruleNames[ledger.rule(leaf.index)] ?? '';
          add(state as LossReason, setup.describe(leaf), leaf.owner.line, rule, 1, leaf.value);
        }
      }
    },
    retract(loss, number, rule) {
      counts.copied -= number;
      counts.lost += number;
      add('withheld', loss.path, loss.line, rule, number);
    },
    counts: () => ({ ...counts }),
    lost: () => [...rows.values()].sort((one, other) => other.count - one.count || one.line - other.line),
  };
}
