/** What `push` says of a server's answers. */
import type { Fate, Outcome } from '../push/send.js';
import type { UndoOutcome } from '../push/undo.js';

const WORDS: Readonly<Record<Fate, string>> = {
  created: 'created',
  updated: 'updated',
  unchanged: 'there already, unchanged',
  kept: 'left as others have written or changed them (--overwrite writes over them)',
  repeated: 'met again in a further input (the first one counts)',
  refused: 'refused by the server',
};

/** How many resources had which fate, most important first, and where the rest is to be found. */
export function formatTally(counts: Readonly<Record<Fate, number>>, run: string, folder: string): string {
  const lines = (Object.keys(WORDS) as Fate[])
    .filter((fate) => counts[fate] > 0)
    .map((fate) => `${String(counts[fate]).padStart(9)} ${WORDS[fate]}`);
  const hint = counts.refused > 0 ? `What was refused is in ${folder}/rejected, each with its reason.\n` : '';
  return `${lines.join('\n') || 'Nothing to send.'}\n${hint}Take this run out again with --undo ${run}.`;
}

/**
 * One line for a refused resource: its key, and for each issue the kind and the element. The server's own words may
 * repeat values of the resource and are left out unless `values` are wanted.
 */
export function formatRefusal({ key, status, outcome, why }: Outcome, values: boolean): string {
  if (why !== undefined) return `${key}: not sent: ${why}`;
  const issues = (outcome?.issue ?? [])
    .filter(({ severity }) => severity === 'error' || severity === 'fatal')
    .map(({ code, expression, location, diagnostics, details }) => {
      const where = expression?.[0] ?? location?.[0];
      const words = values ? (details?.text ?? diagnostics) : undefined;
      return `${code}${where === undefined ? '' : ` at ${where}`}${words === undefined ? '' : `: ${words}`}`;
    });
  const different = [...new Set(issues)];
  const more = different.length > MOST_ISSUES ? ` and ${different.length - MOST_ISSUES} more` : '';
  const words = different.length > 0 ? `: ${different.slice(0, MOST_ISSUES).join('; ')}${more}` : '';
  return `${key}: refused (HTTP ${status ?? '?'})${words}`;
}

/** Issues told of one resource; the others stand in the file beside it. */
const MOST_ISSUES = 3;

/** One line for a resource an undo leaves: why it stays. */
export function formatStay({ key, fate, status }: UndoOutcome): string {
  if (fate === 'changed') return `${key}: stays; it was changed since.`;
  if (fate === 'needed') return `${key}: stays; something that is not of this run refers to it.`;
  const faults = status !== undefined && status >= 500;
  const advice = faults ? 'Run the same command to try again.' : 'Check what the credentials allow.';
  return `${key}: stays; the server ${faults ? 'failed to delete' : 'does not delete'} it (HTTP ${status}). ${advice}`;
}
