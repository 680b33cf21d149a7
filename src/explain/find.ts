/** What of the mappings a name stands for: a rule, a deliberate loss, a table, a code table, a row of the checklist. */
import type { CodeTable, Loss, Mappings, Rule, Table } from '../map/table.js';
import { findNearest } from './nearest.js';

export type Subject =
  | { readonly kind: 'rule'; readonly rule: Rule; readonly table: Table; readonly parents: readonly Rule[] }
  | { readonly kind: 'loss'; readonly loss: Loss; readonly table: Table }
  | { readonly kind: 'table'; readonly table: Table }
  | { readonly kind: 'codes'; readonly codes: CodeTable };

type Part = Exclude<Subject, { kind: 'table' | 'codes' }>;
const known = new WeakMap<Mappings, readonly Part[]>();

/** Every rule and deliberate loss with its table and the rules it is nested in. */
export function listSubjects(mappings: Mappings): readonly Part[] {
  const parts = known.get(mappings) ?? [...mappings.tables.values()].flatMap(listParts);
  known.set(mappings, parts);
  return parts;
}

function listParts(table: Table): Part[] {
  const found: Part[] = [];
  const visit = (rules: readonly Rule[], parents: readonly Rule[]): void => {
    for (const rule of rules) {
      found.push({ kind: 'rule', rule, table, parents });
      visit(rule.rules, [...parents, rule]);
    }
  };
  visit(table.rules, []);
  return [...found, ...table.lost.map((loss) => ({ kind: 'loss', loss, table }) as const)];
}

export const idOf = (subject: Subject): string =>
  subject.kind === 'rule'
    ? subject.rule.id
    : subject.kind === 'loss'
      ? subject.loss.id
      : subject.kind === 'table'
        ? subject.table.name
        : subject.codes.name;

/** @returns what has that name; or, with nothing found, names like it */
export function findSubject(
  name: string,
  mappings: Mappings,
): { readonly subjects: readonly Subject[]; readonly like: readonly string[] } {
  const table = mappings.tables.get(name);
  const codes = mappings.codes.get(name);
  const parts = listSubjects(mappings);
  const subjects: Subject[] = [
    ...(table ? [{ kind: 'table', table } as const] : []),
    ...(codes ? [{ kind: 'codes', codes } as const] : []),
    ...parts.filter((part) => idOf(part) === name),
  ];
  if (subjects.length > 0) return { subjects, like: [] };
  const names = [...mappings.tables.keys(), ...mappings.codes.keys(), ...parts.map(idOf)];
  return { subjects: [], like: findNearest(name, [...new Set(names)]) };
}

/** The rules, losses and code tables that cite a row of the checklist. */
export function findCiting(row: string, mappings: Mappings): Subject[] {
  const cites = (subject: Subject): boolean =>
    subject.kind === 'rule'
      ? subject.rule.row.includes(row)
      : subject.kind === 'loss' && subject.loss.row.includes(row);
  return [
    ...listSubjects(mappings).filter(cites),
    ...[...mappings.codes.values()]
      .filter((codes) => codes.row.includes(row))
      .map((codes) => ({ kind: 'codes', codes }) as const),
  ];
}

/** What a rule or deliberate loss belongs to. */
export interface Target {
  readonly table: string;
  readonly make: string;
  /** Top element of the resource it writes to; empty if to none. */
  readonly element: string;
  /** All of the path: `reaction.severity`, `extension[us-core-race].extension[text]`. */
  readonly path: string;
  readonly rows: readonly string[];
  /** The reason, if it is a deliberate loss. */
  readonly why: string;
}

/** Targets by rule id. */
export function findTargets(mappings: Mappings): Map<string, Target> {
  const targets = new Map<string, Target>();
  for (const subject of listSubjects(mappings)) {
    const { table } = subject;
    const [inner, outer] = subject.kind === 'rule' ? [subject.rule, subject.parents] : [subject.loss, []];
    const written = [...outer, ...('to' in inner ? [inner] : [])].flatMap(({ to }) => (to && to !== '.' ? [to] : []));
    const within = table.make.includes('.') ? [table.make.slice(table.make.indexOf('.') + 1)] : [];
    const path = [...within, ...written].join('.');
    // A rule and a deliberate loss may have one name: the loss is of what the rule leaves.
    const rule = targets.get(inner.id);
    const why = 'why' in inner ? inner.why : '';
    targets.set(
      inner.id,
      rule
        ? { ...rule, why }
        : {
            table: table.name,
            make: table.make,
            element: path.replace(/(?<!\[x)\].*$|\..*$/, '').replace(/\[(?!x\]).*$/, ''),
            path,
            rows: inner.row,
            why,
          },
    );
  }
  return targets;
}

/** True if the element of a rule (`onset[x]`) is the one JSON has under the key (`onsetDateTime`, `_onsetDateTime`). */
export function isNameOf(element: string, key: string): boolean {
  const name = key.replace(/^_/, '');
  if (!element.endsWith('[x]')) return element === name;
  const base = element.slice(0, -3);
  return name.startsWith(base) && /^[A-Z]/.test(name.slice(base.length));
}

/** Ids of the rules of these tables that write to the element JSON has under the key. */
export const listWriters = (
  targets: ReadonlyMap<string, Target>,
  tables: ReadonlySet<string>,
  key: string,
): readonly string[] =>
  [...targets].flatMap(([rule, { table, element }]) => (tables.has(table) && isNameOf(element, key) ? [rule] : []));
