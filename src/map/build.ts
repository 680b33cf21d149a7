/** Compiles tables: from a node to the resources a table makes of it. */

import type { JsonObject } from '../fhir/json.js';
import { MappingError } from '../finding.js';
import { children, isLeaf, type Leaf, mayHave, type Node, visitLeaves } from '../read/node.js';
import type { Draft, LinkedBase } from './draft.js';
import { createFrameTest } from './frame.js';
import { findUnread, noteAsserted } from './guard.js';
import { identityKey, linkTo } from './link.js';
import { compileNeeds, requiredElements } from './needs.js';
import { once } from './once.js';
import { compilePattern, type Match, patternBits } from './pattern.js';
import { type Compiler, compileRules, holds } from './rule.js';
import type { Mark, Run } from './run.js';
import { compileCondition, compileFirst, compilePath, conditionBits, firstBits, type Item } from './select.js';
import { STATEMENTS } from './statements.js';
import type { Table } from './table.js';

/** Makes a table's resources from a node. `top`: how far up modifiers are looked for. */
export type Build = (node: Node, top: Node, run: Run) => readonly Draft[];

export interface CompiledTable {
  readonly table: Table;
  /** False if the node surely is none of the table's, or nothing can be made of it: a quick look at its children's names. */
  mayBuild(node: Node): boolean;
  readonly matches: readonly Match[];
  readonly build: Build;
}

/** Compiles a table when it is first used, or at once if the compiler is eager. */
export function compileTable(table: Table, compiler: Compiler): CompiledTable {
  const located = <T>(compile: () => T): (() => T) => {
    const compiled = once(() => locate(table, compile));
    if (compiler.eager) compiled();
    return compiled;
  };
  const matches = table.in.map((path): Match => {
    const match = located(() => compilePattern(path, compiler.templates));
    return (node, scope) => match()(node, scope);
  });
  const build = located(() => (table.choose.length > 0 ? compileChoice : compileMake)(table, compiler));
  return { table, matches, mayBuild: compileQuickLook(table), build: (node, top, run) => build()(node, top, run) };
}

/** By the first predicate of the patterns, and by `each` or, if that is the node itself, the first of `when`. */
function compileQuickLook(table: Table): (node: Node) => boolean {
  const matching = patternBits(table.in);
  const isSelf = table.each.every(({ text }) => text === '.');
  const making = isSelf || table.choose.length > 0 ? conditionBits(table.when[0]) : firstBits(table.each);
  return (node) => mayHave(node, matching) && mayHave(node, making);
}

/** What compiling throws gets file, line and table. */
function locate<T>(table: Table, compile: () => T): T {
  try {
    return compile();
  } catch (error) {
    if (error instanceof MappingError) throw error;
    throw new MappingError(`${table.name}: ${error instanceof Error ? error.message : error}`, table.file, table.line);
  }
}

/** Each node goes to the first table that makes something of it. */
function compileChoice(table: Table, compiler: Compiler): Build {
  const each = compileFirst(table.each, compiler.templates, true);
  const when = table.when.map((condition) => compileCondition(condition, compiler.templates));
  const unless = table.unless.map((condition) => compileCondition(condition, compiler.templates));
  const close = compileClosing(table, compiler);
  const choose = (node: Node, run: Run): readonly Draft[] => {
    for (const name of table.choose) {
      const built = compiler.build(name, node, run);
      if (built.length > 0) return built;
    }
    return [];
  };
  return (node, _top, run) => {
    if (!holds(when, unless, node, run)) return [];
    const made: Draft[] = [];
    for (const item of each(node, run)) if (!isLeaf(item)) made.push(...choose(item, run));
    if (made.length > 0) close(node, run);
    return made;
  };
}

function compileMake(table: Table, compiler: Compiler): Build {
  const { templates } = compiler;
  const each = compileFirst(table.each, templates, true);
  const apply = compileRules(table.rules, table.make, compiler);
  const when = table.when.map((condition) => compileCondition(condition, templates));
  const unless = table.unless.map((condition) => compileCondition(condition, templates));
  const withheld = table.withhold.map((condition) => compileCondition(condition, templates));
  const conflicts = table.conflict.map((condition) => compileCondition(condition, templates));
  const whenBits = conditionBits(table.when[0]);
  const close = compileClosing(table, compiler);
  const modifiers = table.modifiers.map((path) => compilePath(path, templates));
  const extra =
    modifiers.length === 0
      ? undefined
      : (node: Node, run: Run) => modifiers.flatMap((select) => [...select(node, run)]);
  const guards = { extra, speaksOfVoid: table.speaksOfVoid };
  const { make: type, into, provenance } = table;
  const isResource = !type.includes('.');
  const hasRequired = compileNeeds(isResource && !into ? requiredElements(type) : []);
  const hasNeeded = compileNeeds(table.needs);
  const findBase = compileBase(table, compiler);
  const keysOf = compileKeys(table, compiler);

  const make = (node: Node, top: Node, run: Run): Draft | undefined => {
    run.current = node;
    if (!mayHave(node, whenBits)) return undefined;
    const mark = run.mark();
    if (!holds(when, unless, node, run)) return undefined;
    if (withheld.some((test) => test(node, run, true))) {
      return withhold(node, mark, run, () => run.report('modifier-unread', node));
    }
    const resource: JsonObject = isResource ? { resourceType: type } : {};
    const base = findBase(node, run);
    const draft: Draft = {
      base,
      table,
      node,
      resource,
      references: [],
      provenance: [],
      keys: keysOf(node, run),
      settled: undefined,
    };
    apply(node, resource, draft, run);
    const unread = findUnread(node, top, guards, run, mark);
    if (unread) return withhold(node, mark, run, () => run.report('modifier-unread', unread));
    if (!hasNeeded(resource) || (into && !base)) return abandon(mark, run);
    if (!hasRequired(resource)) {
      return withhold(node, mark, run, () => run.report('required-missing', node));
    }
    if (conflicts.some((test) => test(node, run, true))) run.report('status-conflict', node);
    noteAsserted(node, top, run);
    close(node, run);
    if (isResource) {
      if (provenance) addProvenance(draft, compiler, run);
      run.drafts.push(draft);
    }
    return draft;
  };

  return (node, top, run) => {
    const drafts: Draft[] = [];
    for (const item of each(node, run)) {
      const draft = isLeaf(item) ? undefined : make(item, top, run);
      if (draft) drafts.push(draft);
    }
    return drafts;
  };
}

/** What a table with `into` adds to: what is made of the node at `at`, or what goes by the `id`s there. */
function compileBase(table: Table, compiler: Compiler): (node: Node, run: Run) => Draft | LinkedBase | undefined {
  const { into, at } = table;
  if (into === undefined || at === undefined) return () => undefined;
  const select = compilePath(at, compiler.templates);
  const [attributed] = table.rules;
  return (node, run) => {
    const items = select(node, run).filter((item): item is Node => !isLeaf(item));
    const [first] = items;
    if (first?.name !== 'id') return first && compiler.build(into, first, run)[0];
    run.rule = attributed ? compiler.numberOf(attributed) : 0;
    const link = linkTo(items, [table.make], run);
    return link && { link, rule: run.rule };
  };
}

const NO_KEYS: readonly string[] = [];

/** Only statements are referred to by identifier; what `known-by` gives stands for the same thing. */
function compileKeys(table: Table, compiler: Compiler): (node: Node, run: Run) => readonly string[] {
  const further = table.knownBy && compilePath(table.knownBy, compiler.templates);
  return (node, run) => {
    if (!STATEMENTS.has(node.name)) return NO_KEYS;
    const keys: string[] = [];
    const add = (id: Item): void => {
      const key = isLeaf(id) ? undefined : identityKey(id);
      if (key !== undefined) keys.push(key);
    };
    children(node, 'id').forEach(add);
    if (further) for (const id of further(node, run)) add(id);
    return keys;
  };
}

function withhold(node: Node, mark: Mark, run: Run, report: () => void): undefined {
  run.dropDrafts(mark);
  run.demote(mark.copies, 'withheld');
  if (STATEMENTS.has(node.name)) run.lose(node, 'withheld');
  report();
}

function abandon(mark: Mark, run: Run): undefined {
  run.dropDrafts(mark);
  run.forget(mark.copies);
}

/** The closing lists: deliberate losses and what the template fixes. */
function compileClosing(table: Table, compiler: Compiler): (node: Node, run: Run) => void {
  const lost = table.lost.map((loss) => ({
    select: compilePath(loss.from, compiler.templates, true),
    index: compiler.numberOf(loss),
    bits: firstBits([loss.from]),
  }));
  const frame = table.frame.map((path) => ({
    select: compilePath(path, compiler.templates, true),
    bits: firstBits([path]),
  }));
  const isFrame = createFrameTest(compiler.mappings.frame);
  return (node, run) => {
    const outer = run.rule;
    for (const { select, index, bits } of lost) {
      if (!mayHave(node, bits)) continue;
      run.rule = index;
      for (const item of select(node, run)) loseDeclared(item, isFrame, run);
    }
    run.rule = outer;
    for (const { select, bits } of frame) {
      if (mayHave(node, bits)) for (const item of select(node, run)) run.fix(item);
    }
  };
}

/** What is structure everywhere stays structure inside a lost element. */
function loseDeclared(item: Item, isFrame: (leaf: Leaf) => boolean, run: Run): void {
  if (isLeaf(item)) run.lose(item, 'declared');
  else
    visitLeaves(item, (leaf) => {
      if (!isFrame(leaf)) run.lose(leaf, 'declared');
    });
}

/** PV-01: the nearest author vouches: the statement's own, else the one of what contains it. */
function addProvenance(draft: Draft, compiler: Compiler, run: Run): void {
  for (let at: Node | undefined = draft.node; at; at = at.parent) {
    for (const author of children(at, 'author')) draft.provenance.push(...compiler.build('provenance', author, run));
    if (draft.provenance.length > 0) return;
  }
}
