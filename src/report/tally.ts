/** Adds up the ledger, unit by unit, into what the loss report says. */
import type { LeafCounts, LossRow } from '../event.js';
import { type LeafState, type Ledger, type LossReason, RANK, STATES } from '../ledger.js';
import { isLeaf, type Leaf, type Node } from '../read/node.js';
import { createFingerprint } from './fingerprint.js';

export interface Tally {
  /** Counts the leaves of a subtree that is about to be dropped. */
  count(node: Node): void;
  /** Moves leaves counted as copied to a loss: a reference whose target never came. Who was told of them is told again. */
  retract(reference: Dangling, rule: string): void;
  counts(): LeafCounts;
  /** Of every element and leaf, with their names and values, in the order of counting. */
  fingerprint(): string;
  /** Loss rows, most leaves first. */
  lost(): LossRow[];
}

/** A reference whose target never came, and the leaves it was read from, with how often each one's value is written still. */
export interface Dangling extends Pick<LossRow, 'path' | 'line'> {
  readonly leaves: readonly { readonly ordinal: number; readonly leaf: Leaf | undefined; uses: number }[];
}

export interface TallySetup {
  readonly ledger: Ledger;
  readonly describe: (node: Node) => string;
  /** The element's own part of a location; empty for containers every path would have. */
  readonly segment: (node: Node) => string;
  readonly leafName: (leaf: Leaf) => string;
  /** True for an unread leaf that is structure everywhere. */
  readonly isFrame: (leaf: Leaf) => boolean;
  readonly ruleNames: readonly string[];
  readonly rows: ReadonlyMap<string, readonly string[]>;
  readonly showValues: boolean;
  /** Told the state of every leaf; of one whose reference dangles a second time, at the end. */
  readonly trace?: Trace | undefined;
}

/** @param ordinal the leaf's place in the document; @param rule rule id, empty if none */
export type Trace = (ordinal: number, state: LeafState, rule: string, leaf: Leaf) => void;

type Row = { -readonly [Key in keyof LossRow]: LossRow[Key] };

/** A readable location: rows of what is lost there, by leaf name and then by state and rule. */
interface Place {
  readonly path: string;
  within: Map<string, Place> | undefined;
  rows: Map<string, Map<number, Row>> | undefined;
}

/** Beyond so many rows losses are counted as `elsewhere`: a document of ever new paths must not exhaust the memory. */
const MOST_ROWS = 20_000;

const createPlace = (path: string): Place => ({ path, within: undefined, rows: undefined });

/** Rules are at most 65,535: a state and a rule make one number. */
const RULES = 65_536;

export function createTally(setup: TallySetup): Tally {
  const { ledger, trace } = setup;
  const counts = new Float64Array(STATES.length);
  const print = createFingerprint();
  const roots = new Map<string, Place>();
  const rows: Row[] = [];
  const elsewhere = createPlace('elsewhere');
  const retracted = new Map<string, Row>();
  // The elements from the counted one down to the one at work, and their places once something is lost there.
  const open: Node[] = [];
  const places: (Place | undefined)[] = [];

  /** An attribute without a value says nothing; that it is empty was looked at. */
  const rankOfUnread = (leaf: Leaf): number =>
    setup.isFrame(leaf) ? RANK.frame : leaf.value.trim() === '' ? RANK.tested : RANK.unread;

  function countLeaf(leaf: Leaf, depth: number): void {
    const rank = ledger.rank(leaf.index) || rankOfUnread(leaf);
    counts[rank] = (counts[rank] ?? 0) + 1;
    print.add(leaf.name);
    print.add(leaf.value);
    const rule = ledger.rule(leaf.index);
    if (trace) trace(ledger.ordinal(leaf.index), STATES[rank] ?? 'unread', setup.ruleNames[rule] ?? '', leaf);
    if (IS_LOSS[rank]) addRow(rows.length < MOST_ROWS ? placeAt(depth) : elsewhere, leaf, rank, rule);
  }

  function addRow(place: Place, leaf: Leaf, rank: number, rule: number): void {
    place.rows ??= new Map();
    const byKind = getOrMake(place.rows, leaf.name, () => new Map<number, Row>());
    const row = byKind.get(rank * RULES + rule);
    if (row) row.count++;
    else {
      const path = joinPath(place.path, setup.leafName(leaf));
      const value = setup.showValues ? leaf.value : undefined;
      const made = createRow(STATES[rank] as LossReason, path, leaf.owner.line, setup.ruleNames[rule] ?? '', 1, value);
      byKind.set(rank * RULES + rule, made);
    }
  }

  function createRow(reason: LossReason, path: string, line: number, rule: string, count: number, value?: string): Row {
    const checklist = setup.rows.get(rule)?.join(' ');
    const row: Row = {
      reason,
      path,
      count,
      line,
      ...(rule && { rule }),
      ...(checklist && { row: checklist }),
      ...(value !== undefined && { value }),
    };
    rows.push(row);
    return row;
  }

  function placeAt(depth: number): Place {
    const known = places[depth];
    if (known) return known;
    const node = open[depth];
    const above = depth > 0 ? placeAt(depth - 1) : rootPlace(node?.parent);
    const segment = node ? setup.segment(node) : '';
    const place = segment === '' ? above : placeWithin(above, segment);
    places[depth] = place;
    return place;
  }

  function placeWithin(above: Place, segment: string): Place {
    above.within ??= new Map();
    return getOrMake(above.within, segment, () => createPlace(joinPath(above.path, segment)));
  }

  function rootPlace(parent: Node | undefined): Place {
    const path = parent ? setup.describe(parent) : '';
    return getOrMake(roots, path, () => createPlace(path));
  }

  function visit(node: Node, depth: number): void {
    print.add(node.name);
    open[depth] = node;
    places[depth] = undefined;
    for (const leaf of node.attributes) countLeaf(leaf, depth);
    for (const item of node.content) {
      if (!isLeaf(item)) visit(item, depth + 1);
      else if (item.index >= 0) countLeaf(item, depth);
    }
    print.add('');
  }

  return {
    count: (node) => visit(node, 0),
    retract({ path, line, leaves }, rule) {
      const dead = leaves.filter((leaf) => --leaf.uses === 0);
      for (const { ordinal, leaf } of dead) if (leaf) trace?.(ordinal, 'withheld', rule, leaf);
      const number = dead.length;
      if (number === 0) return;
      counts[RANK.copied] = (counts[RANK.copied] ?? 0) - number;
      counts[RANK.withheld] = (counts[RANK.withheld] ?? 0) + number;
      const row = getOrMake(retracted, `${rule}\n${path}`, () => createRow('withheld', path, line, rule, 0));
      row.count += number;
    },
    counts: () => sumUp(counts),
    fingerprint: print.hex,
    lost: () => sumRows(rows).sort((one, other) => other.count - one.count || one.line - other.line),
  };
}

function getOrMake<Key, Value>(map: Map<Key, Value>, key: Key, make: () => Value): Value {
  const known = map.get(key);
  if (known !== undefined) return known;
  const made = make();
  map.set(key, made);
  return made;
}

/** One row per reason, rule and path. */
function sumRows(rows: readonly Row[]): Row[] {
  const sums = new Map<string, Row>();
  for (const row of rows) {
    const sum = getOrMake(sums, `${row.reason}\n${row.rule}\n${row.path}`, () => ({ ...row, count: 0 }));
    sum.count += row.count;
    sum.line = Math.min(sum.line, row.line);
  }
  return [...sums.values()];
}

const joinPath = (above: string, own: string): string => (above && own ? `${above}/${own}` : above || own);

const KEPT = ['copied', 'implied', 'tested', 'frame', 'narrative'] as const;
const IS_LOSS: readonly boolean[] = STATES.map((state) => !(KEPT as readonly string[]).includes(state));

function sumUp(counts: Float64Array): LeafCounts {
  const total = counts.reduce((sum, count) => sum + count, 0);
  const kept = Object.fromEntries(KEPT.map((state) => [state, counts[RANK[state]] ?? 0])) as Record<
    (typeof KEPT)[number],
    number
  >;
  const lost = total - KEPT.reduce((sum, state) => sum + kept[state], 0);
  return { total, ...kept, lost };
}
