/** The loss report of a conversion, taken from its events, and what is computed from it. */
import type { Event, LossReport, LossRow, SectionSummary } from '../event.js';
import type { Finding } from '../finding.js';

/** Runs a conversion to its end for its loss report alone. Errors of the conversion pass through. */
export async function lossReport(events: AsyncIterable<Event>): Promise<LossReport> {
  for await (const event of events) if (event.kind === 'end') return event.loss;
  throw new Error('The events stopped before the one that holds the loss report.');
}

/** One section with the leaves lost under it. */
export interface SectionLoss extends SectionSummary {
  readonly lost: number;
  /** Statements that became no resource: they stand in the section's text only. */
  readonly keptAsText: number;
  readonly rows: readonly LossRow[];
}

/**
 * The sections, worst first: most statements not converted, then most leaves lost; equals stay in document order.
 * Sections of one path (a document may repeat a section) are summed up.
 */
export function rankSections(report: LossReport): SectionLoss[] {
  const rows = rowsBySection(report);
  const sections = new Map<string, SectionSummary>();
  for (const section of report.sections) {
    const same = sections.get(section.path);
    sections.set(section.path, {
      ...(same ?? section),
      statements: section.statements + (same?.statements ?? 0),
      converted: section.converted + (same?.converted ?? 0),
    });
  }
  return [...sections.values()]
    .map((section) => {
      const own = rows.get(section.path) ?? [];
      return { ...section, keptAsText: section.statements - section.converted, lost: countLeaves(own), rows: own };
    })
    .sort((a, b) => b.keptAsText - a.keptAsText || b.lost - a.lost);
}

/** Rows that lie in no listed section: the header, or a part the reader could not place. */
export const rowsOutside = (report: LossReport): readonly LossRow[] => rowsBySection(report).get('') ?? [];

export const countLeaves = (rows: readonly { readonly count: number }[]): number =>
  rows.reduce((sum, row) => sum + row.count, 0);

/** Statements over all sections. */
export function countStatements(report: LossReport): { statements: number; converted: number } {
  let [statements, converted] = [0, 0];
  for (const section of report.sections) {
    statements += section.statements;
    converted += section.converted;
  }
  return { statements, converted };
}

/** Findings of one code, or one repair, with how often it came, gravest first, then most frequent. */
export function countFindings(findings: readonly Finding[]): { finding: Finding; count: number }[] {
  const counts = new Map<string, { finding: Finding; count: number }>();
  for (const finding of findings) {
    const name = finding.repair ?? finding.code;
    const entry = counts.get(name) ?? { finding, count: 0 };
    entry.count += finding.count ?? 1;
    counts.set(name, entry);
  }
  const gravity = ['error', 'warning', 'information'];
  return [...counts.values()].sort(
    (a, b) => gravity.indexOf(a.finding.severity) - gravity.indexOf(b.finding.severity) || b.count - a.count,
  );
}

/** Each row goes to the section with the longest path it starts with. */
function rowsBySection(report: LossReport): Map<string, LossRow[]> {
  const paths = [...new Set(report.sections.map((section) => section.path))].sort((a, b) => b.length - a.length);
  const groups = new Map<string, LossRow[]>();
  for (const row of report.lost) {
    const path = paths.find((candidate) => row.path === candidate || row.path.startsWith(`${candidate}/`)) ?? '';
    const group = groups.get(path);
    if (group === undefined) groups.set(path, [row]);
    else group.push(row);
  }
  return groups;
}
