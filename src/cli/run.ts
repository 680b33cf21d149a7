/** The sum of a run over many documents: `run.json`, the closing words, the exit code. */
import type { LossReport } from '../index.js';
import { count, plural } from '../report/layout.js';
import type { Outcome } from './outcome.js';

export const FAIL_ON = ['information', 'warning', 'error', 'never'] as const;
export type FailOn = (typeof FAIL_ON)[number];

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
  bytes: number;
  seconds: number;
  engine?: LossReport['engine'];
}

export const startRun = (): Run => ({
  documents: { total: 0, converted: 0, incomplete: 0, rejected: 0, skipped: 0 },
  rejected: [],
  skipped: [],
  statements: { statements: 0, converted: 0 },
  resources: {},
  leaves: {},
  findings: { information: 0, warning: 0, error: 0 },
  bytes: 0,
  seconds: 0,
});

/** Adds one document's outcome to the run. */
export function record(run: Run, outcome: Outcome): void {
  const { name } = outcome.document;
  run.documents.total++;
  run.documents[outcome.status]++;
  if (outcome.status === 'skipped') run.skipped.push(name);
  if (outcome.status === 'rejected') run.rejected.push({ name, reason: outcome.reason, message: outcome.message });
  if (outcome.status === 'converted') recordLoss(run, outcome.loss);
}

function recordLoss(run: Run, loss: LossReport): void {
  if (!loss.complete) run.documents.incomplete++;
  run.bytes += loss.source.bytes;
  run.engine = loss.engine;
  addCounts(run.resources, loss.resources);
  addCounts(run.leaves, loss.leaves);
  for (const finding of loss.findings) run.findings[finding.severity] += finding.count ?? 1;
  for (const section of loss.sections) {
    run.statements.statements += section.statements;
    run.statements.converted += section.converted;
  }
}

function addCounts(sum: Counts, more: object): void {
  for (const [key, value] of Object.entries(more) as [string, number][]) sum[key] = (sum[key] ?? 0) + value;
}

/** The run as JSON, types of resources sorted by name. */
export function runToJson(run: Run): string {
  const resources = Object.fromEntries(Object.entries(run.resources).sort(([a], [b]) => (a < b ? -1 : 1)));
  return `${JSON.stringify({ ...run, resources }, null, 2)}\n`;
}

/** 0: done; 1: done, but some documents were rejected or incomplete, or findings reach `failOn`; 2: nothing converted. */
export function exitCode(run: Run, failOn: FailOn): number {
  const { converted, incomplete, rejected } = run.documents;
  if (converted === 0) return 2;
  const counted = FAIL_ON.slice(FAIL_ON.indexOf(failOn)).flatMap((level) => (level === 'never' ? [] : [level]));
  const failed = counted.some((level) => run.findings[level] > 0);
  return incomplete > 0 || rejected > 0 || failed ? 1 : 0;
}

/** The closing words for a run into a folder. */
export function formatRun(run: Run, folder: string): string {
  const { total, converted, incomplete, rejected, skipped } = run.documents;
  const resources = Object.values(run.resources).reduce((sum, number) => sum + number, 0);
  const parts = [
    `${count(converted)} of ${plural(total, 'document')} converted`,
    ...(incomplete > 0 ? [`${count(incomplete)} of them incomplete`] : []),
    ...(rejected > 0 ? [`${count(rejected)} rejected`] : []),
    ...(skipped > 0 ? [`${count(skipped)} skipped as no clinical document (see run.json)`] : []),
  ];
  const { statements } = run;
  const { total: leaves = 0, lost = 0 } = run.leaves;
  const { error, warning, information } = run.findings;
  return [
    `${parts.join(', ')}; ${plural(resources, 'FHIR resource')} written to ${folder}.`,
    `${count(statements.converted)} of ${plural(statements.statements, 'statement')} converted; ` +
      `${count(lost)} of ${plural(leaves, 'piece')} of data lost.`,
    `Findings: ${plural(error, 'error')}, ${plural(warning, 'warning')}, ${plural(information, 'note')}.`,
    'What was lost and why: the .loss.json of each document; the sum: run.json.',
  ].join('\n');
}
