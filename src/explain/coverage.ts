/** Rows of the mapping checklist against what stands for them. */
import type { Mappings } from '../map/table.js';
import { idOf, listSubjects } from './find.js';
import { loadRows, type Row } from './rows.js';

/**
 * What stands for a row, strongest first: a `rule` of a table, a `codes` table, a deliberate loss (`lost`), a mechanism
 * in `code` whose comments cite it; else it is `open`.
 */
export const STATES = ['rule', 'codes', 'lost', 'code', 'open'] as const;
export type RowState = (typeof STATES)[number];

export interface CoverageRow extends Row {
  readonly id: string;
  readonly state: RowState;
  /** All that cite it: ids of rules and losses, names of code tables, source files. */
  readonly rules: readonly string[];
  readonly codes: readonly string[];
  readonly lost: readonly string[];
  readonly cited: readonly string[];
}

export interface Coverage {
  readonly rows: readonly CoverageRow[];
  readonly codeTables: readonly { readonly name: string; readonly rows: readonly string[]; readonly codes: number }[];
  /** Row ids that mappings cite and the checklist does not have. */
  readonly unknown: readonly string[];
  readonly tables: number;
  readonly rules: number;
}

/** Measures mappings against the checklist. */
export async function measureCoverage(mappings: Mappings): Promise<Coverage> {
  const { rows, citations } = await loadRows();
  const subjects = listSubjects(mappings);
  const byRow = {
    rules: new Map<string, string[]>(),
    lost: new Map<string, string[]>(),
    codes: new Map<string, string[]>(),
  };
  for (const subject of subjects) {
    const [index, ids] =
      subject.kind === 'rule'
        ? [byRow.rules, subject.rule.row]
        : [byRow.lost, subject.kind === 'loss' ? subject.loss.row : []];
    for (const id of ids) index.set(id, [...(index.get(id) ?? []), idOf(subject)]);
  }
  for (const { name, row } of mappings.codes.values())
    for (const id of row) byRow.codes.set(id, [...(byRow.codes.get(id) ?? []), name]);
  const known = Object.entries(rows).map(([id, row]) => {
    const found = {
      rules: byRow.rules.get(id) ?? [],
      codes: byRow.codes.get(id) ?? [],
      lost: byRow.lost.get(id) ?? [],
      cited: citations[id] ?? [],
    };
    return { ...row, id, ...found, state: stateOf(found) };
  });
  const cited = new Set(Object.values(byRow).flatMap((index) => [...index.keys()]));
  return {
    rows: known,
    codeTables: [...mappings.codes.values()].map(({ name, row, codes }) => ({ name, rows: row, codes: codes.size })),
    unknown: [...cited].filter((id) => !(id in rows)).sort(),
    tables: mappings.tables.size,
    rules: subjects.filter(({ kind }) => kind === 'rule').length,
  };
}

function stateOf({ rules, codes, lost, cited }: Pick<CoverageRow, 'rules' | 'codes' | 'lost' | 'cited'>): RowState {
  if (rules.length > 0) return 'rule';
  if (codes.length > 0) return 'codes';
  if (lost.length > 0) return 'lost';
  return cited.length > 0 ? 'code' : 'open';
}

/** Rows by the heading they stand under, in the order of the checklist, with how many are in each state. */
export function countBlocks(coverage: Coverage): {
  readonly block: string;
  readonly counts: Readonly<Record<RowState, number>>;
  readonly rows: readonly CoverageRow[];
}[] {
  const blocks = new Map<string, CoverageRow[]>();
  for (const row of coverage.rows) blocks.set(row.block, [...(blocks.get(row.block) ?? []), row]);
  return [...blocks].map(([block, rows]) => ({ block, rows, counts: countStates(rows) }));
}

export function countStates(rows: readonly CoverageRow[]): Record<RowState, number> {
  const counts = { rule: 0, codes: 0, lost: 0, code: 0, open: 0 };
  for (const { state } of rows) counts[state]++;
  return counts;
}
