/** Mappings -> a mapper: which tables a node goes to, and what they make of it. */
import { isLeaf, mayHave, type Node, nameBit } from '../read/node.js';
import { type CompiledTable, compileTable } from './build.js';
import { createDispatch, type Dispatch } from './dispatch.js';
import type { Draft } from './draft.js';
import { lastName } from './pattern.js';
import type { Compiler } from './rule.js';
import type { Run } from './run.js';
import { compileFirst, type TemplateOids } from './select.js';
import { isNullified, STATEMENTS } from './statements.js';
import type { Mappings, Table } from './table.js';

/** The compiled mappings; holds no state of a document and can serve any number of them. */
export interface Mapper {
  /** Ids of the rules met so far by their number in the ledger; 0 is no rule. */
  readonly ruleNames: readonly string[];
  /** Checklist rows of the rules met so far, by rule id. */
  readonly rows: ReadonlyMap<string, readonly string[]>;
  /** Tables of the header, in the order of the files. */
  mapHeader(document: Node, run: Run): readonly Draft[];
  /** What a section as a whole becomes beside its Composition.section: the CarePlan of a plan's words (PL-06). */
  mapSectionWhole(section: Node, run: Run): readonly Draft[];
  /** The Composition.section of a section. */
  mapSection(section: Node, run: Run): Draft | undefined;
  /** What the statements of an entry become; empty if no table maps it. */
  mapEntry(entry: Node, run: Run): readonly Draft[];
  /** True if a table is for the entry, or for a statement in it, whatever came of it. */
  knows(entry: Node, run: Run): boolean;
}

/**
 * Compiles the mappings, each table and rule when it is first used.
 * @param eager compile all at once instead: mappings that nobody has tried yet
 * @throws MappingError with file and line if a table cannot be compiled (`eager`)
 */
export function compileMappings(mappings: Mappings, eager = false): Mapper {
  const ruleNames = [''];
  const numbers = new Map<string, number>();
  const rows = new Map<string, readonly string[]>();
  const tables = new Map<string, CompiledTable>();
  const compiler: Compiler = {
    mappings,
    eager,
    templates: (name) => {
      const oids = mappings.templates.get(name);
      if (!oids) throw new Error(`there is no template "${name}" in templates.yaml`);
      return oids;
    },
    numberOf({ id, row }) {
      const known = numbers.get(id);
      if (known !== undefined) return known;
      rows.set(id, row);
      numbers.set(id, ruleNames.length);
      return ruleNames.push(id) - 1;
    },
    build: (name, node, run) => buildOnce(tables.get(name), node, node, run, false),
  };
  for (const [name, table] of mappings.tables) tables.set(name, compileTable(table, compiler));
  const groups = groupTables([...tables.values()], compiler.templates);
  const headers = groups.header.map((compiled) => ({
    compiled,
    select: compileFirst(compiled.table.in.map(withoutRoot), compiler.templates, true),
  }));
  return {
    ruleNames,
    rows,
    mapHeader: (document, run) =>
      headers.flatMap(({ compiled, select }) =>
        select(document, run).flatMap((item) =>
          'value' in item ? [] : buildOnce(compiled, item, document, run, false),
        ),
      ),
    mapSectionWhole: (section, run) => groups.whole.flatMap((each) => buildSafely(each, section, section, run, false)),
    mapSection: (section, run) => {
      for (const compiled of groups.section) {
        const [draft] = buildOnce(compiled, section, section, run, false);
        if (draft) return draft;
      }
      return undefined;
    },
    mapEntry: (entry, run) => mapStatements(entry, entry, groups, run),
    knows: (entry, run) => holdsKnown(entry, groups, run),
  };
}

interface Groups {
  readonly header: CompiledTable[];
  readonly section: CompiledTable[];
  /** Those that make a resource of a section's own words. */
  readonly whole: CompiledTable[];
  readonly entry: Dispatch;
  /** Those for statements inside mapped ones too. */
  readonly anywhere: Dispatch;
}

/** Sorts the tables by what they are for; those only other tables build are in no group. */
function groupTables(all: readonly CompiledTable[], templates: TemplateOids): Groups {
  const header: CompiledTable[] = [];
  const section: CompiledTable[] = [];
  const whole: CompiledTable[] = [];
  const entry: CompiledTable[] = [];
  const anywhere: CompiledTable[] = [];
  for (const compiled of all) {
    if (compiled.table.anywhere) anywhere.push(compiled);
    if (startsWith(compiled.table, 'ClinicalDocument')) header.push(compiled);
    else if (compiled.table.make === 'Composition.section') section.push(compiled);
    else if (compiled.table.in.length > 0 && compiled.table.in.every((path) => lastName(path).every(isSection)))
      whole.push(compiled);
    else entry.push(compiled);
  }
  return {
    header,
    section,
    whole,
    entry: createDispatch(entry, templates),
    anywhere: createDispatch(anywhere, templates),
  };
}

const isSection = (name: string): boolean => name === 'section';

const startsWith = (table: Table, name: string): boolean => table.in[0]?.alternatives[0]?.[0]?.name === name;

/** The pattern without its leading `ClinicalDocument` step, to select from the document node. */
function withoutRoot(path: Table['in'][number]): Table['in'][number] {
  const self = { axis: 'self', name: '.', predicates: [] } as const;
  return { ...path, alternatives: path.alternatives.map((steps) => (steps.length > 1 ? steps.slice(1) : [self])) };
}

/**
 * Statements under a wrapper go to the tables that match; one that none matches is looked into. Inside mapped ones only
 * tables for anywhere are tried, and what surrounds the statement does not modify it.
 */
function mapStatements(wrapper: Node, top: Node, groups: Groups, run: Run, inside = false): readonly Draft[] {
  const made: Draft[] = [];
  for (const statement of wrapper.content) {
    if (isLeaf(statement)) continue;
    const candidates = (inside ? groups.anywhere : groups.entry).find(statement, run);
    for (const compiled of candidates) {
      for (const draft of buildSafely(compiled, statement, inside ? wrapper : top, run, true)) made.push(draft);
    }
    if (!STATEMENTS.has(statement.name)) continue;
    const mapped = inside || candidates.length > 0;
    if (!mayHave(statement, NESTED_BITS) || (mapped && (groups.anywhere.isEmpty || isNullified(statement)))) continue;
    for (const item of statement.content) {
      if (isLeaf(item) || (item.name !== 'entryRelationship' && item.name !== 'component')) continue;
      for (const draft of mapStatements(item, top, groups, run, mapped)) made.push(draft);
    }
  }
  return made;
}

/** True if a table is for a statement under the wrapper, or for one inside it. */
const holdsKnown = (wrapper: Node, groups: Groups, run: Run): boolean =>
  wrapper.content.some(
    (item) => !isLeaf(item) && (groups.entry.find(item, run).length > 0 || holdsKnown(item, groups, run)),
  );

const NONE: readonly Draft[] = [];
const NESTED_BITS = nameBit('entryRelationship') | nameBit('component');

/** One bad part costs that part: whatever a table throws is a finding and a loss. */
function buildSafely(compiled: CompiledTable, node: Node, top: Node, run: Run, matched: boolean): readonly Draft[] {
  const mark = run.mark();
  try {
    return buildOnce(compiled, node, top, run, matched);
  } catch (error) {
    run.dropDrafts(mark);
    run.demote(mark.copies, 'withheld');
    run.fail(error, node);
    return [];
  }
}

/**
 * A node is built once per table: who asks again gets the same drafts. `matched`: one of the table's patterns is known to
 * be the node's.
 */
function buildOnce(
  compiled: CompiledTable | undefined,
  node: Node,
  top: Node,
  run: Run,
  matched: boolean,
): readonly Draft[] {
  if (!compiled?.mayBuild(node)) return NONE;
  const { table } = compiled;
  const known = run.cached(table, node);
  if (known) return known;
  if (!matched && compiled.matches.length > 0 && !compiled.matches.some((match) => match(node, run))) return NONE;
  const { rule, current } = run;
  const drafts: Draft[] = [];
  run.cache(table, node, drafts);
  // Not before all is built: who asks in between gets none.
  for (const draft of compiled.build(node, top, run)) drafts.push(draft);
  run.rule = rule;
  run.current = current;
  return drafts;
}
