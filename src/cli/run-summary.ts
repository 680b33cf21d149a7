/** The closing words of a run into a folder: what came out, what did not, and what to do about it. */
import type { Run } from '../batch/run.js';
import { count, plural } from '../report/layout.js';

/** Examples named per reason; all are in run.json. */
const EXAMPLES = 3;

/** A few lines for a person. */
export function formatRun(run: Run, folder: string): string {
  const { statements, resources } = run;
  const { total: leaves = 0, lost = 0 } = run.leaves;
  const { error, warning, information } = run.findings;
  const made = Object.values(resources).reduce((sum, number) => sum + number, 0);
  return [
    `${formatDocuments(run)}; ${plural(made, 'FHIR resource')} written to ${folder}.`,
    `${count(statements.converted)} of ${plural(statements.statements, 'statement')} converted; ` +
      `${count(lost)} of ${plural(leaves, 'piece')} of data lost.`,
    `Findings: ${plural(error, 'error')}, ${plural(warning, 'warning')}, ${plural(information, 'note')}.`,
    formatPace(run),
    ...formatRejected(run),
    'What was lost and why: the .loss.json of each document; the sum: run.json.',
  ].join('\n');
}

function formatDocuments({ documents }: Run): string {
  const { total, converted, incomplete, rejected, skipped } = documents;
  return [
    `${count(converted)} of ${plural(total, 'document')} converted`,
    ...(incomplete > 0 ? [`${count(incomplete)} of them incomplete`] : []),
    ...(rejected > 0 ? [`${count(rejected)} rejected`] : []),
    ...(skipped > 0 ? [`${count(skipped)} skipped as no clinical document (see run.json)`] : []),
  ].join(', ');
}

function formatPace({ bytes, seconds, documents }: Run): string {
  const pace = Math.max(seconds, 0.001);
  const rate = (documents.total / pace).toFixed(documents.total / pace < 10 ? 1 : 0);
  return `${(bytes / 1e6).toFixed(1)} MB in ${formatDuration(seconds)}: ${rate} documents/s, ${(bytes / 1e6 / pace).toFixed(1)} MB/s.`;
}

/** `42 s`, `3 min 5 s`, `2 h 10 min`. */
export function formatDuration(seconds: number): string {
  if (seconds < 10) return `${seconds.toFixed(1)} s`;
  const [all, minutes] = [Math.round(seconds), Math.floor(Math.round(seconds) / 60)];
  if (minutes === 0) return `${all} s`;
  return minutes < 60 ? `${minutes} min ${all % 60} s` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** By reason, most first: how many, what it means, where to look. */
function formatRejected({ rejected }: Run): string[] {
  const reasons = new Map<string, Run['rejected']>();
  for (const item of rejected) {
    const same = reasons.get(item.reason);
    if (same) same.push(item);
    else reasons.set(item.reason, [item]);
  }
  const sorted = [...reasons].sort(([, one], [, other]) => other.length - one.length);
  return sorted.flatMap(([reason, items]) => [
    `Rejected, ${reason} (${count(items.length)}): ${items[0]?.message}`,
    ...items.slice(0, EXAMPLES).map(({ name }) => `  ${name}`),
    ...(items.length > EXAMPLES ? [`  and ${count(items.length - EXAMPLES)} more, see run.json`] : []),
  ]);
}
