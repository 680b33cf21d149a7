/** What became of every sample and every leaf of an export: counts by type in, out and lost, never values. */
import type { LeafCounts, LossRow, SectionSummary } from '../../event.js';
import type { LossReason } from '../../ledger.js';

type Kept = 'copied' | 'implied' | 'tested' | 'frame' | 'narrative';

export interface Account {
  /** `number` leaves were kept in that state. */
  keep(state: Kept, number: number): void;
  /** `number` leaves were lost at `path`. */
  lose(reason: LossReason, path: string, line: number, number: number, value?: string): void;
  /** Counts single leaves lost at one path, of which there are many. */
  counter(reason: LossReason, path: string): (line: number) => void;
  /** A statement (sample, workout, record) of that kind was read; `converted` if a resource says what it says. */
  statement(path: string, line: number, converted: boolean, code?: string): void;
  counts(): LeafCounts;
  lost(): LossRow[];
  sections(): SectionSummary[];
}

/** Different paths told apart; a file made to exhaust memory gets the rest summed up. */
const MOST_PATHS = 5000;

type Counted<T> = { -readonly [Key in keyof T]: T[Key] };

/** @param showValues puts the first value lost at a path into the report */
export function createAccount(showValues: boolean): Account {
  const kept = { copied: 0, implied: 0, tested: 0, frame: 0, narrative: 0 };
  const rows = new Map<string, Counted<LossRow>>();
  const kinds = new Map<string, Counted<SectionSummary>>();
  let lost = 0;

  function lose(reason: LossReason, path: string, line: number, number: number, value?: string): void {
    if (number === 0) return;
    lost += number;
    const where = rows.size < MOST_PATHS ? path : 'other';
    const key = `${reason}\n${where}`;
    const row = rows.get(key);
    if (row) row.count += number;
    else
      rows.set(key, {
        reason,
        path: where,
        count: number,
        line,
        ...(showValues && value !== undefined && { value }),
      });
  }

  function addKind(path: string, line: number, code: string | undefined): Counted<SectionSummary> {
    const where = kinds.size < MOST_PATHS ? path : 'other';
    const kind = kinds.get(where) ?? {
      path: where,
      ...(code !== undefined && { code }),
      line,
      statements: 0,
      converted: 0,
    };
    kinds.set(where, kind);
    return kind;
  }

  return {
    keep(state, number) {
      kept[state] += number;
    },
    lose,
    counter(reason, path) {
      let row: Counted<LossRow> | undefined;
      return (line) => {
        if (row === undefined) {
          lose(reason, path, line, 1);
          row = rows.get(`${reason}\n${path}`);
          return;
        }
        row.count++;
        lost++;
      };
    },
    statement(path, line, converted, code) {
      const kind = kinds.get(path) ?? addKind(path, line, code);
      kind.statements++;
      if (converted) kind.converted++;
    },
    counts: () => ({
      total: lost + kept.copied + kept.implied + kept.tested + kept.frame + kept.narrative,
      ...kept,
      lost,
    }),
    lost: () => [...rows.values()].sort((one, other) => other.count - one.count || one.line - other.line),
    sections: () => [...kinds.values()],
  };
}
