/** The loss report in words, for a terminal. Values of the document appear only if the report holds them. */
import type { LossReport, LossRow } from '../event.js';
import type { Severity } from '../finding.js';
import type { LossReason } from '../ledger.js';
import { COLORS, clean, count, cut, type Layout, PLAIN, paint, plural, table } from './layout.js';
import { countFindings, countLeaves, countStatements, rankSections, rowsOutside } from './loss.js';

/** Why a piece of data was lost, as a person would say it. */
export const REASONS: Readonly<Record<LossReason, string>> = {
  unread: 'no rule reads it',
  declared: 'left out on purpose',
  'no-code': 'its code has no counterpart',
  superseded: 'another value took its place',
  narrowed: 'FHIR has only a coarser place for it',
  withheld: 'its statement was withheld for safety',
};

/** The whole report: summary, sections worst first, what was lost where and why, findings with counts. */
export function formatLoss(report: LossReport, layout: Layout = PLAIN): string {
  const parts = [
    formatSummary(report, layout),
    formatSections(report, layout),
    formatLost(report, layout),
    formatFindings(report, layout),
  ];
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`;
}

/** The report in a few lines: what was converted, what became of each piece of data, how many findings. */
export function formatSummary(report: LossReport, layout: Layout = PLAIN): string {
  const lines = [paint(clean(report.source.name), '1', layout), `  ${sayStatements(report)}`, `  ${sayLeaves(report)}`];
  if (!report.complete) lines.push(paint(`  ${sayEarlyEnd(report)}`, '31', layout));
  const findings = countFindings(report.findings);
  const bySeverity = (severity: Severity): number =>
    countLeaves(findings.filter(({ finding }) => finding.severity === severity));
  const said = [
    ...sayIf(bySeverity('error'), 'error'),
    ...sayIf(bySeverity('warning'), 'warning'),
    ...sayIf(bySeverity('information'), 'note'),
  ];
  if (said.length > 0) lines.push(`  Findings: ${said.join(', ')}.`);
  return lines.join('\n');
}

const sayIf = (number: number, noun: string): string[] => (number === 0 ? [] : [plural(number, noun)]);

function sayStatements(report: LossReport): string {
  const { statements, converted } = countStatements(report);
  const resources = Object.values(report.resources).reduce((sum, number) => sum + number, 0);
  const kept = statements - converted;
  const became = `${plural(resources, 'FHIR resource')} written`;
  if (statements === 0) return `No clinical statements in the document; ${became}.`;
  const rest = kept === 0 ? '' : `; ${count(kept)} kept only as text of ${kept === 1 ? 'its' : 'their'} section`;
  return `${count(converted)} of ${plural(statements, 'statement')} converted${rest}; ${became}.`;
}

function sayLeaves({ leaves }: LossReport): string {
  const share = leaves.total === 0 ? 0 : (100 * leaves.lost) / leaves.total;
  const percent = share > 0 && share < 0.1 ? 'under 0.1' : share.toFixed(1);
  const kept = [
    `${count(leaves.copied)} copied`,
    `${count(leaves.implied + leaves.tested)} used to decide or implied by others`,
    `${count(leaves.frame)} fixed by the template`,
    `${count(leaves.narrative)} kept as text`,
  ];
  return `${plural(leaves.total, 'piece')} of data: ${kept.join(', ')}, ${count(leaves.lost)} lost (${percent}%).`;
}

function formatSections(report: LossReport, layout: Layout): string {
  const rows = rankSections(report).map((section) => [
    clean(section.path),
    count(section.statements),
    count(section.converted),
    count(section.keptAsText),
    count(section.lost),
  ]);
  if (rows.length === 0) return '';
  return table(['Section', 'statements', 'converted', 'kept as text', 'data lost'], rows, layout);
}

function formatLost(report: LossReport, layout: Layout): string {
  const groups = [
    ...rankSections(report).map(({ path, rows }) => ({ path, rows })),
    { path: 'Outside the sections', rows: rowsOutside(report) },
  ].filter(({ rows }) => rows.length > 0);
  if (groups.length === 0) return 'Nothing was lost.';
  const blocks = groups.map(
    ({ path, rows }) => `${paint(clean(path), '1', layout)}\n${formatRows(rows, path, layout)}`,
  );
  return `What was lost, and why\n\n${blocks.join('\n\n')}`;
}

function sayEarlyEnd({ findings }: LossReport): string {
  const line = findings.find(({ code }) => code === 'xml-truncated')?.line;
  return `The document ends early${line === undefined ? '' : ` at line ${line}`}: only its readable part was converted.`;
}

/** Rows of one section under a line per reason, the reason with most losses first. */
function formatRows(rows: readonly LossRow[], section: string, layout: Layout): string {
  const reasons = new Map<LossReason, LossRow[]>();
  for (const row of rows) reasons.set(row.reason, [...(reasons.get(row.reason) ?? []), row]);
  return [...reasons]
    .sort(([, a], [, b]) => countLeaves(b) - countLeaves(a))
    .map(([reason, own]) => {
      const sorted = [...own].sort((a, b) => b.count - a.count || a.line - b.line);
      const lines = sorted.map((row) => formatRow(row, section, layout));
      return [`  ${count(countLeaves(own))} lost: ${REASONS[reason]}`, ...lines].join('\n');
    })
    .join('\n');
}

function formatRow(row: LossRow, section: string, layout: Layout): string {
  const path = row.path.startsWith(`${section}/`) ? row.path.slice(section.length + 1) : row.path;
  const source = [row.rule, row.row].filter((part) => part !== undefined).join(', ');
  const value = row.value === undefined ? '' : ` = ${JSON.stringify(clean(row.value))}`;
  const tail = `  line ${row.line}${source && ` (${source})`}`;
  const head = `${count(row.count).padStart(8)}  `;
  return `${head}${cut(clean(path) + value, layout.width - head.length - tail.length)}${paint(tail, '2', layout)}`;
}

function formatFindings(report: LossReport, layout: Layout): string {
  const findings = countFindings(report.findings);
  if (findings.length === 0) return '';
  const lines = findings.map(({ finding, count: times }) => {
    const label = paint(finding.severity.padEnd(11), COLORS[finding.severity], layout);
    const where = finding.line === undefined ? '' : ` (first at line ${finding.line})`;
    return `${count(times).padStart(8)}  ${label}  ${finding.message}${where}  [${finding.repair ?? finding.code}]`;
  });
  return `Findings\n${lines.join('\n')}`;
}
