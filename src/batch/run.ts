/** The sum of a run over many documents: `run.json` and the exit code. */
import type { LossReport } from '../index.js';
import type { Outcome, Summary } from './outcome.js';

export const FAIL_ON = ['information', 'warning', 'error', 'never'] as const;
export type FailOn = (typeof FAIL_ON)[number];

/** Reasons of loss a run may fail on as well. */
export const LOSS_REASONS = ['unread', 'declared', 'no-code', 'superseded', 'narrowed', 'withheld'] as const;

/** What a run fails on: a gravity (that and graver), reasons of loss. */
type FailOnName = FailOn | (typeof LOSS_REASONS)[number];
export type FailOnList = ReadonlySet<FailOnName>;

/** Why a document that could be converted was not taken: the run failed, not its input. */
const POLICIES = new Set(['unknown-code', 'unknown-template', 'repair-refused']);

type Counts = Record<string, number>;

/** The contents of `run.json`. */
export interface Run {
  readonly documents: { total: number; converted: number; incomplete: number; rejected: number; skipped: number };
  readonly rejected: { readonly name: string; readonly reason: string; readonly message: string }[];
  readonly skipped: string[];
  readonly statements: { statements: number; converted: number };
  readonly resources: Counts;
  readonly leaves: Counts;
  readonly findings: { information: number; warning: number; error: number };
  /** Leaves lost by reason. */
  readonly lost: Counts;
  /** Of the documents converted. */
  bytes: number;
  /** Of the last session, if the run was resumed. */
  seconds: number;
  engine?: LossReport['engine'];
}

export const startRun = (engine?: LossReport['engine']): Run => ({
  documents: { total: 0, converted: 0, incomplete: 0, rejected: 0, skipped: 0 },
  rejected: [],
  skipped: [],
  statements: { statements: 0, converted: 0 },
  resources: {},
  leaves: {},
  findings: { information: 0, warning: 0, error: 0 },
  lost: {},
  bytes: 0,
  seconds: 0,
  ...(engine && { engine }),
});

/** Adds one document's outcome to the run. */
export function record(run: Run, name: string, outcome: Outcome): void {
  run.documents.total++;
  run.documents[outcome.status]++;
  if (outcome.status === 'skipped') run.skipped.push(name);
  if (outcome.status === 'rejected') run.rejected.push({ name, reason: outcome.reason, message: outcome.message });
  if (outcome.status === 'converted') recordSummary(run, outcome.summary);
}

function recordSummary(run: Run, summary: Summary): void {
  if (!summary.complete) run.documents.incomplete++;
  run.bytes += summary.bytes;
  addCounts(run.resources, summary.resources);
  addCounts(run.leaves, summary.leaves);
  addCounts(run.findings, summary.findings);
  addCounts(run.lost, summary.lost);
  addCounts(run.statements, summary.statements);
}

function addCounts(sum: Counts, more: object): void {
  for (const [key, value] of Object.entries(more) as [string, number][]) sum[key] = (sum[key] ?? 0) + value;
}

const byName =
  <T>(name: (item: T) => string) =>
  (one: T, other: T): number =>
    name(one) < name(other) ? -1 : name(one) > name(other) ? 1 : 0;

/** The run as JSON; lists and types sorted by name, so that a resumed run says the same as an undisturbed one. */
export function runToJson(run: Run): string {
  const resources = Object.fromEntries(Object.entries(run.resources).sort(byName(([type]) => type)));
  const rejected = [...run.rejected].sort(byName(({ name }) => name));
  return `${JSON.stringify({ ...run, rejected, skipped: [...run.skipped].sort(), resources }, null, 2)}\n`;
}

/**
 * 0: done; 1: done, but some documents were rejected or incomplete, or what `failOn` names occurred; 2: nothing could be
 * converted.
 */
export function exitCode(run: Run, failOn: FailOnList): number {
  const { converted, incomplete, rejected } = run.documents;
  if (converted === 0 && !run.rejected.some(({ reason }) => POLICIES.has(reason))) return 2;
  return incomplete > 0 || rejected > 0 || [...failOn].some((name) => occurs(run, name)) ? 1 : 0;
}

function occurs({ findings, lost }: Run, name: FailOnName): boolean {
  if (name === 'never') return false;
  const at = (FAIL_ON as readonly string[]).indexOf(name);
  if (at < 0) return (lost[name] ?? 0) > 0;
  return (['information', 'warning', 'error'] as const).slice(at).some((level) => findings[level] > 0);
}
