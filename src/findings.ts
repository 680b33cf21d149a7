/** Collects a document's findings: each distinct one is told once and counted (GE-12). */
import { FINDINGS, type Finding, type FindingCode, InputError, type InputErrorCode, type Severity } from './finding.js';

export interface Findings {
  add(finding: Finding): void;
  /** A failed check of a resource. */
  failed(issue: { id: string; severity: Severity; target: string }): void;
  /** Why `strict` does not take the document; undefined if it does. */
  refusal(): InputError | undefined;
  /** Every distinct finding with its count, gravest first. */
  all(): Finding[];
}

/** What `strict` does not take at all, and how it is called. */
const REFUSED: readonly (readonly [FindingCode, InputErrorCode, string])[] = [
  ['code-unmapped', 'unknown-code', 'A code has no counterpart in its code table.'],
  ['entry-unmapped', 'unknown-template', 'An entry is of no template a table maps.'],
  ['template-unknown', 'unknown-template', 'No template of a statement is known.'],
  ['section-unknown', 'unknown-template', 'A section is of no known kind.'],
];

/** Findings for which `strict` refuses a document. */
export const REFUSED_BY_STRICT: ReadonlySet<string> = new Set(REFUSED.map(([code]) => code));

/** With `strict`, what is otherwise lost with a warning is an error. */
const STRICT = new Set([
  'code-unmapped',
  'entry-unmapped',
  'statement-empty',
  'template-unknown',
  'section-unknown',
  'modifier-unread',
  'required-missing',
  'check-failed',
]);
/** Distinct findings that are told apart; beyond, only by code: a document of ever new paths must not exhaust the memory. */
const MOST = 10_000;
const ORDER: Readonly<Record<Severity, number>> = { error: 0, warning: 1, information: 2 };

/** @param tell called with the first of each kind (same code, path, rule and target) */
export function createFindings(strict: boolean, tell: (finding: Finding) => void): Findings {
  const known = new Map<string, { finding: Finding; count: number }>();

  function add(told: Finding): void {
    const finding = known.size < MOST ? told : { code: told.code, severity: told.severity, message: told.message };
    const key = [finding.code, finding.path, finding.rule, finding.target, finding.repair].join('\n');
    const there = known.get(key);
    if (there) {
      there.count++;
      return;
    }
    const graded: Finding = strict && STRICT.has(finding.code) ? { ...finding, severity: 'error' } : finding;
    known.set(key, { finding: graded, count: 1 });
    tell(graded);
  }

  return {
    add,
    failed({ id, severity, target }) {
      const [, message] = FINDINGS['check-failed'];
      add({ code: 'check-failed', severity, message, rule: id, target });
    },
    refusal() {
      if (!strict) return undefined;
      const all = [...known.values()].map(({ finding }) => finding);
      for (const [code, reason, message] of REFUSED) {
        const found = all.filter((finding) => finding.code === code);
        const line = Math.min(...found.map((finding) => finding.line ?? Number.POSITIVE_INFINITY));
        if (found.length > 0)
          return new InputError(reason, `Strict: ${message}`, Number.isFinite(line) ? line : undefined);
      }
      return undefined;
    },
    all: () =>
      [...known.values()]
        .map(({ finding, count }) => (count > 1 ? { ...finding, count } : finding))
        .sort((one, other) => ORDER[one.severity] - ORDER[other.severity]),
  };
}
