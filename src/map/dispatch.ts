/** Finds the tables for a statement without trying the pattern of every table. */
import { attribute, isLeaf, type Node } from '../read/node.js';
import type { CompiledTable } from './build.js';
import type { Path, Step } from './path.js';
import type { Match } from './pattern.js';
import type { Scope, TemplateOids } from './select.js';

export interface Dispatch {
  /** True if there is no table at all. */
  readonly isEmpty: boolean;
  /** The tables of the best rank at which any pattern matches, in the order of the files. */
  find(statement: Node, scope: Scope): readonly CompiledTable[];
}

interface Candidate {
  readonly compiled: CompiledTable;
  readonly match: Match;
  /** Template OIDs of which the statement must have one; undefined: it is recognised otherwise. */
  readonly oids: ReadonlySet<string> | undefined;
}

const NONE: readonly CompiledTable[] = [];

/** @param tables those whose patterns are for statements in an `entry`; others are ignored */
export function createDispatch(tables: readonly CompiledTable[], templates: TemplateOids): Dispatch {
  const byName = new Map<string, Candidate[][]>();
  for (const compiled of tables) {
    for (const [rank, path] of compiled.table.in.entries()) {
      const match = compiled.matches[rank];
      if (match && isForEntries(path)) add(byName, rank, path, { compiled, match, oids: oidsOf(path, templates) });
    }
  }
  return {
    isEmpty: byName.size === 0,
    find(statement, scope) {
      const ranks = byName.get(statement.name);
      if (!ranks) return NONE;
      const own = templateRoots(statement);
      for (const rank of ranks) {
        let hits: CompiledTable[] | undefined;
        for (const { compiled, match, oids } of rank) {
          if (oids && !hasOne(own, oids)) continue;
          if (!match(statement, scope)) continue;
          if (hits) hits.push(compiled);
          else hits = [compiled];
        }
        if (hits) return hits;
      }
      return NONE;
    },
  };
}

const isForEntries = (path: Path): boolean =>
  path.alternatives.some((steps) => steps.length > 1 && steps.some((step) => step.name === 'entry'));

const lastStep = (steps: readonly Step[]): Step | undefined => steps[steps.length - 1];

function add(byName: Map<string, Candidate[][]>, rank: number, path: Path, candidate: Candidate): void {
  for (const name of new Set(path.alternatives.map((steps) => lastStep(steps)?.name ?? '*'))) {
    const ranks = byName.get(name) ?? [];
    byName.set(name, ranks);
    while (ranks.length <= rank) ranks.push([]);
    ranks[rank]?.push(candidate);
  }
}

/** The OIDs of the templates every alternative asks for in its last step. */
function oidsOf(path: Path, templates: TemplateOids): ReadonlySet<string> | undefined {
  const oids = new Set<string>();
  for (const steps of path.alternatives) {
    const is = lastStep(steps)?.predicates.find((predicate) => predicate.kind === 'is');
    if (is?.kind !== 'is') return undefined;
    for (const name of is.templates) for (const oid of templates(name)) oids.add(oid);
  }
  return oids;
}

function hasOne(own: readonly string[], oids: ReadonlySet<string>): boolean {
  for (const oid of own) if (oids.has(oid)) return true;
  return false;
}

function templateRoots(statement: Node): string[] {
  const roots: string[] = [];
  for (const item of statement.content) {
    if (isLeaf(item) || item.name !== 'templateId') continue;
    const root = attribute(item, 'root');
    if (root) roots.push(root.value.trim());
  }
  return roots;
}
