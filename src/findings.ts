/** Collects a document's findings: each distinct one is told once and counted (GE-12). */
import { FINDINGS, type Finding, type Severity } from './finding.js';

export interface Findings {
  add(finding: Finding): void;
  /** A failed check of a resource. */
  failed(issue: { id: string; severity: Severity; target: string }): void;
  /** Every distinct finding with its count, gravest first. */
  all(): Finding[];
}

/** With `strict`, what is otherwise lost with a warning is an error. */
const STRICT = new Set(['code-unmapped', 'entry-unmapped', 'modifier-unread', 'required-missing', 'check-failed']);
const ORDER: Readonly<Record<Severity, number>> = { error: 0, warning: 1, information: 2 };

/** @param tell called with the first of each kind (same code, path, rule and target) */
export function createFindings(strict: boolean, tell: (finding: Finding) => void): Findings {
  const known = new Map<string, { finding: Finding; count: number }>();

  function add(finding: Finding): void {
    const key = [finding.code, finding.path, finding.rule, finding.target].join('\n');
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
    all: () =>
      [...known.values()]
        .map(({ finding, count }) => (count > 1 ? { ...finding, count } : finding))
        .sort((one, other) => ORDER[one.severity] - ORDER[other.severity]),
  };
}
