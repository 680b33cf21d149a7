/** Issues of many resources summed up by rule and element, in words or as a FHIR OperationOutcome. No values. */
import type { OperationOutcome, OperationOutcomeIssue } from 'fhir/r4.js';
import type { Severity } from '../finding.js';
import { COLORS, clean, count, type Layout, PLAIN, paint, plural } from './layout.js';
import { explainIssue, type Issue, toIssue } from './outcome.js';

/** An issue with how often it came, and where first: `bundle.json, resource 12`. */
export interface IssueCount extends Issue {
  readonly where: string;
  count: number;
}

export interface CheckRun {
  /** Resources by type. */
  readonly resources: Map<string, number>;
  /** Types there are no definitions for here. */
  readonly unchecked: Set<string>;
  /** By id and target. */
  readonly issues: Map<string, IssueCount>;
  /** Advice every resource can break (`dom-6`), by element: it would drown the rest. */
  readonly advice: Map<string, number>;
}

/** What was checked against. */
export interface CheckSetting {
  readonly level: 'fast' | 'full';
  readonly usCore: string;
}

/** FHIR's advice that every resource have a narrative. */
const ADVICE = 'dom-6';

/** More distinct issues than a person reads: a hostile file could name elements without end. */
const MOST_ISSUES = 5000;

const sayAt = (source: string | undefined): string => (source ? ` (${source})` : '');

export const startCheck = (): CheckRun => ({
  resources: new Map(),
  unchecked: new Set(),
  issues: new Map(),
  advice: new Map(),
});

/** Adds one issue to the sum. */
export function noteIssue(run: CheckRun, issue: Issue, where: string): void {
  if (issue.id === ADVICE) {
    run.advice.set(issue.target, (run.advice.get(issue.target) ?? 0) + 1);
    return;
  }
  const key = `${issue.id}\n${issue.target}`;
  const known = run.issues.get(key);
  if (known) known.count++;
  else if (run.issues.size < MOST_ISSUES) run.issues.set(key, { ...issue, where, count: 1 });
}

/** In one line, however many resources are concerned. */
const sayAdvice = ({ advice }: CheckRun): string =>
  `Without narrative, which FHIR advises [${ADVICE}]: ${byName(advice)}.`;

const byName = (counts: ReadonlyMap<string, number>): string =>
  [...counts]
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([name, number]) => `${clean(name)} ${count(number)}`)
    .join(', ');

const ORDER: readonly Severity[] = ['error', 'warning', 'information'];

/** Gravest first, then most frequent. */
const sortIssues = (run: CheckRun): IssueCount[] =>
  [...run.issues.values()].sort(
    (one, other) => ORDER.indexOf(one.severity) - ORDER.indexOf(other.severity) || other.count - one.count,
  );

const total = (run: CheckRun): number => [...run.resources.values()].reduce((sum, number) => sum + number, 0);

const against = ({ level, usCore }: CheckSetting): string =>
  `FHIR R4 4.0.1${usCore === 'none' ? '' : ` and US Core ${usCore}`}, ${level} check`;

const sayUnchecked = (run: CheckRun): string =>
  `Not checked, as only types a conversion makes have definitions here: ${[...run.unchecked].map(clean).join(', ')}.`;

/** The result for a terminal. */
export function formatCheck(run: CheckRun, setting: CheckSetting, layout: Layout = PLAIN): string {
  const lines = [`${plural(total(run), 'resource')} checked against ${against(setting)}.`];
  if (run.resources.size > 0) lines.push(`  ${byName(run.resources)}`);
  if (run.unchecked.size > 0) lines.push(`  ${sayUnchecked(run)}`);
  if (run.advice.size > 0) lines.push(`  ${sayAdvice(run)}`);
  const issues = sortIssues(run);
  if (issues.length === 0) return `${[...lines, total(run) > 0 ? 'No issues.' : 'Nothing was checked.'].join('\n')}\n`;
  return `${[...lines, '', ...issues.map((issue) => formatIssue(issue, layout))].join('\n')}\n`;
}

function formatIssue({ id, severity, target, where, source, count: times }: IssueCount, layout: Layout): string {
  const indent = ' '.repeat(10);
  const head = `${count(times).padStart(8)}  ${paint(severity.padEnd(11), COLORS[severity], layout)}  ${clean(target)}`;
  const meaning = `${indent}${clean(explainIssue(id, source))}  [${clean(id)}]`;
  const place = `${indent}first in ${clean(where)}${source ? `; see ${source}` : ''}`;
  return [head, meaning, paint(place, '2', layout)].join('\n');
}

/** The result as a resource. FHIR wants at least one issue: that all is well is one, too. */
export function outcomeOf(run: CheckRun, setting: CheckSetting): OperationOutcome {
  const issue: OperationOutcomeIssue[] = sortIssues(run).map((each) => ({
    ...toIssue(each),
    diagnostics: `${each.id}: ${plural(each.count, 'time')}, first in ${each.where}${sayAt(each.source)}`,
  }));
  if (run.unchecked.size > 0)
    issue.push({ severity: 'information', code: 'not-supported', diagnostics: sayUnchecked(run) });
  if (run.advice.size > 0)
    issue.push({
      severity: 'information',
      code: 'informational',
      diagnostics: sayAdvice(run),
      expression: [...run.advice.keys()],
    });
  if (run.issues.size === 0) {
    const diagnostics = `${plural(total(run), 'resource')} checked against ${against(setting)}: no issues.`;
    issue.push({ severity: 'information', code: 'informational', diagnostics });
  }
  return { resourceType: 'OperationOutcome', issue };
}
