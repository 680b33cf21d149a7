/** What one conversion carries through the tables: touches to commit or roll back, drafts, findings, lookups. */

import type { Context } from '../fhir/context.js';
import { FINDINGS, type Finding, type FindingCode } from '../finding.js';
import { type Ledger, type LossReason, RANK } from '../ledger.js';
import { attribute, isLeaf, type Leaf, leaves, type Node } from '../read/node.js';
import type { Repairs } from '../repairs.js';
import { createBuilt } from './built.js';
import type { Draft } from './draft.js';
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
  readonly narrative: (id: string) => Node | undefined;
  readonly offset: () => string | undefined;
  readonly emit: (finding: Finding) => void;
  readonly repairs: Repairs;
  readonly onError?: ((error: unknown) => void) | undefined;
  readonly onRule?: ((rule: string) => void) | undefined;
}

/** One run per document. Touches are triples (leaf, rank, rule) in two journals: copies roll back, tests stay. */
export function createRun(setup: RunSetup, root: Node): Run {
  const { ledger, onRule } = setup;
  const copies: number[] = [];
  const tests: number[] = [];
  const drafts: Draft[] = [];
  const built = createBuilt();
  const cachedNodes: [Table, Node][] = [];

  function touchAll(node: Node, rank: number): void {
    for (const leaf of leaves(node)) tests.push(leaf.index, rank, run.rule);
  }

  const run: Run = {
    ...setup.lookups,
    rule: 0,
    current: root,
    drafts,
    get offset() {
      return setup.offset();
    },
    take(leaf) {
      if (leaf.index >= 0) copies.push(leaf.index, RANK.copied, run.rule);
      return leaf.value.trim();
    },
    imply(leaf) {
      if (leaf && leaf.index >= 0) copies.push(leaf.index, RANK.implied, run.rule);
    },
    test(leaf) {
      if (leaf && leaf.index >= 0) tests.push(leaf.index, RANK.tested, run.rule);
    },
    lose(item, reason) {
      if (!item) return;
      if (isLeaf(item)) tests.push(item.index, RANK[reason], run.rule);
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
      if (isLeaf(item)) tests.push(item.index, RANK.frame, run.rule);
      else for (const leaf of item.attributes) tests.push(leaf.index, RANK.frame, run.rule);
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
      copies: copies.length,
      tests: tests.length,
      drafts: drafts.length,
      cached: cachedNodes.length,
    }),
    copied: () => copies.length,
    forget(copied) {
      if (copies.length > copied) copies.length = copied;
    },
    demote(copied, reason) {
      for (let at = copied; at < copies.length; at += 3) {
        tests.push(copies[at] ?? -1, RANK[reason], copies[at + 2] ?? 0);
      }
      copies.length = copied;
    },
    dropDrafts(mark) {
      drafts.length = mark.drafts;
      for (const [table, node] of cachedNodes.splice(mark.cached)) built.drop(table, node);
    },
    wasCopied: (leaf, since) => includes(copies, since.copies, leaf.index),
    touched: (leaf, since) =>
      includes(copies, since.copies, leaf.index) || includes(tests, since.tests, leaf.index, RANK.tested),
    cached: built.get,
    cache(table, node, made) {
      built.set(table, node, made);
      cachedNodes.push([table, node]);
    },
    resetCache: built.reset,
    commit() {
      for (const journal of [tests, copies]) {
        for (let at = 0; at < journal.length; at += 3) {
          ledger.mark(journal[at] ?? -1, journal[at + 1] ?? 0, journal[at + 2] ?? 0);
        }
        journal.length = 0;
      }
      cachedNodes.length = 0;
      built.endUnit();
    },
  };
  return run;
}

/** Looks for a leaf among triples; with `rank`, only touches of that rank or `copied`. */
function includes(journal: readonly number[], from: number, index: number, rank?: number): boolean {
  for (let at = from; at < journal.length; at += 3) {
    if (journal[at] === index && (rank === undefined || journal[at + 1] === rank)) return true;
  }
  return false;
}
