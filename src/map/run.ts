/** What one conversion carries through the tables: touches to commit or roll back, drafts, findings, lookups. */

import type { Context } from '../fhir/context.js';
import { FINDINGS, type Finding, type FindingCode } from '../finding.js';
import { type Ledger, type LossReason, RANK } from '../ledger.js';
import { attribute, isLeaf, type Leaf, type Node, visitLeaves } from '../read/node.js';
import type { Repairs } from '../repairs.js';
import { createBuilt } from './built.js';
import type { Draft, LinkedLeaf } from './draft.js';
import { createJournal } from './journal.js';
import type { Scope } from './select.js';
import type { Table } from './table.js';

/** A point to roll back to. */
export interface Mark {
  readonly copies: number;
  readonly tests: number;
  readonly drafts: number;
  readonly cached: number;
}

export interface Run extends Context, Scope {
  /** Index of the rule at work, for attribution. */
  rule: number;
  readonly drafts: Draft[];
  mark(): Mark;
  /** How much was copied so far: a point to roll back copies to. */
  copied(): number;
  /** Forgets what was copied since; guards, losses and findings stay. */
  forget(copied: number): void;
  /** Turns what was copied since into a loss, or into what another value already says. */
  demote(copied: number, reason: LossReason | 'implied'): void;
  /** Drops drafts made since. */
  dropDrafts(mark: Mark): void;
  /** True if the leaf was touched since the mark. */
  touched(leaf: Leaf, since: Mark): boolean;
  /** True if the leaf's value was copied since the mark. */
  wasCopied(leaf: Leaf, since: Mark): boolean;
  cached(table: Table, node: Node): readonly Draft[] | undefined;
  cache(table: Table, node: Node, drafts: readonly Draft[]): void;
  /** Marks as fixed by the template: a leaf, or an element's own leaves. */
  fix(item: Leaf | Node): void;
  /** Copies a leaf that refers to another entry: what becomes of it is known when that is found, or the document ends. */
  link(leaf: Leaf): LinkedLeaf;
  /** Reports that a rule failed; in tests the error itself is of interest. */
  fail(error: unknown, at: Node): void;
  /** Told each rule that said something, if anybody wants to know. */
  readonly tellRule: ((rule: number) => void) | undefined;
  /** Readable location, without values. */
  locate(item: Leaf | Node): string;
  /** Forgets what was built: the next part of a statement is built anew. */
  resetCache(): void;
  /** Writes all touches to the ledger. */
  commit(): void;
}

export type Lookups = Pick<
  Context,
  'codeSystem' | 'codeSystemByName' | 'identifierSystem' | 'isValueSet' | 'code' | 'ucum'
>;

export interface RunSetup {
  readonly ledger: Ledger;
  readonly lookups: Lookups;
  readonly ruleNames: readonly string[];
  readonly describe: (item: Leaf | Node) => string;
  /** True if somebody is told what becomes of every leaf. */
  readonly traced: boolean;
  readonly narrative: (id: string) => Node | undefined;
  readonly offset: string | undefined;
  readonly emit: (finding: Finding) => void;
  readonly repairs: Repairs;
  readonly onError?: ((error: unknown) => void) | undefined;
  readonly onRule?: ((rule: string) => void) | undefined;
}

/** One run per document. Touches are in two journals: copies roll back, tests stay. */
export function createRun(setup: RunSetup, root: Node): Run {
  const { ledger, onRule } = setup;
  const copies = createJournal();
  const tests = createJournal();
  const drafts: Draft[] = [];
  const built = createBuilt();
  const cachedNodes: [Table, Node][] = [];
  const linked = new Map<number, LinkedLeaf>();

  function touchAll(node: Node, rank: number): void {
    visitLeaves(node, (leaf) => tests.add(leaf.index, rank, run.rule));
  }

  function countUses(): void {
    copies.tell(0, (index, rank) => {
      const leaf = rank === RANK.copied ? linked.get(index) : undefined;
      if (leaf) leaf.uses++;
    });
    linked.clear();
  }

  const run: Run = {
    ...setup.lookups,
    rule: 0,
    current: root,
    drafts,
    offset: setup.offset,
    take(leaf) {
      if (leaf.index >= 0) copies.add(leaf.index, RANK.copied, run.rule);
      return leaf.value.trim();
    },
    imply(leaf) {
      if (leaf && leaf.index >= 0) copies.add(leaf.index, RANK.implied, run.rule);
    },
    test(leaf) {
      if (leaf && leaf.index >= 0) tests.add(leaf.index, RANK.tested, run.rule);
    },
    lose(item, reason) {
      if (!item) return;
      if (isLeaf(item)) tests.add(item.index, RANK[reason], run.rule);
      else touchAll(item, RANK[reason]);
    },
    narrate(node) {
      touchAll(node, RANK.narrative);
    },
    repairs: setup.repairs,
    report(code: FindingCode, at, repair) {
      const [severity, message] = FINDINGS[code];
      const rule = setup.ruleNames[run.rule];
      const line = isLeaf(at) ? at.owner.line : at.line;
      setup.emit({
        code,
        severity,
        message,
        path: setup.describe(at),
        line,
        ...(rule && { rule }),
        ...(repair && { repair }),
      });
    },
    fix(item) {
      if (isLeaf(item)) tests.add(item.index, RANK.frame, run.rule);
      else for (const leaf of item.attributes) tests.add(leaf.index, RANK.frame, run.rule);
    },
    link(leaf) {
      run.take(leaf);
      const known = linked.get(leaf.index) ?? {
        ordinal: ledger.ordinal(leaf.index),
        uses: 0,
        leaf: setup.traced ? leaf : undefined,
      };
      linked.set(leaf.index, known);
      return known;
    },
    fail(error, at) {
      setup.onError?.(error);
      run.report('rule-failed', at);
    },
    narrative(id) {
      const found = setup.narrative(id);
      if (found) run.test(attribute(found, 'ID'));
      return found;
    },
    tellRule: onRule && ((rule) => onRule(setup.ruleNames[rule] ?? '')),
    locate: setup.describe,
    mark: () => ({
      copies: copies.height,
      tests: tests.height,
      drafts: drafts.length,
      cached: cachedNodes.length,
    }),
    copied: () => copies.height,
    forget: copies.cut,
    demote(copied, reason) {
      copies.tell(copied, (leaf, _rank, rule) => tests.add(leaf, RANK[reason], rule));
      copies.cut(copied);
    },
    dropDrafts(mark) {
      drafts.length = mark.drafts;
      for (const [table, node] of cachedNodes.splice(mark.cached)) built.drop(table, node);
    },
    wasCopied: (leaf, since) => copies.has(leaf.index, since.copies),
    touched: (leaf, since) => copies.has(leaf.index, since.copies) || tests.has(leaf.index, since.tests, RANK.tested),
    cached: built.get,
    cache(table, node, made) {
      built.set(table, node, made);
      cachedNodes.push([table, node]);
    },
    resetCache: built.reset,
    commit() {
      if (linked.size > 0) countUses();
      for (const journal of [tests, copies]) {
        journal.tell(0, ledger.mark);
        journal.cut(0);
      }
      cachedNodes.length = 0;
      built.endUnit();
    },
  };
  return run;
}
