/** Compiles one rule to a closure that writes into an object. */

import { CONVERTERS, convertChoice } from '../fhir/datatypes/index.js';
import { convertSpan } from '../fhir/datatypes/span.js';
import { copyJson, type Json, type JsonObject } from '../fhir/json.js';
import { MappingError } from '../finding.js';

import { isLeaf, mayHave, type Node } from '../read/node.js';
import { translateCode } from './codes.js';
import type { Draft } from './draft.js';
import { compileNeeds, requiredElements } from './needs.js';
import { pickOne } from './pick.js';
import { compileBuild, compileLink } from './refer.js';
import type { Mark, Run } from './run.js';
import { compileSaying } from './say.js';
import {
  compileCondition,
  compileFirst,
  conditionBits,
  firstBits,
  type Item,
  type Select,
  type Test,
} from './select.js';
import type { Mappings, Rule } from './table.js';
import { compileTarget, type Target } from './target.js';

/** How much a rule said: nothing, a constant, or something the source states. */
export type Said = 0 | 1 | 2;

/** Applies a rule at a node, writing into `object`, which belongs to `draft`. */
export type Apply = (node: Node, object: JsonObject, draft: Draft, run: Run) => Said;

/** What compiling needs to know of the rest. */
export interface Compiler {
  readonly mappings: Mappings;
  templates(name: string): ReadonlySet<string>;
  /** Compile all at once, so that what is wrong shows; else each rule when it is first applied. */
  readonly eager: boolean;
  /** The number a rule has in the ledger. */
  numberOf(rule: Pick<Rule, 'id' | 'row'>): number;
  /** Builds the resources a table makes from a node, once per node. */
  build(table: string, node: Node, run: Run): readonly Draft[];
}

/** Compiles a group of sibling rules; a `fallback` applies only if its predecessor said nothing. */
export function compileRules(rules: readonly Rule[], make: string, compiler: Compiler): Apply {
  const keys = rules.map((rule) => rule.id.slice(rule.id.lastIndexOf('.') + 1));
  const before = rules.map((rule) => (rule.fallback === undefined ? -1 : keys.indexOf(rule.fallback)));
  const compiled = rules.map((rule, place) => {
    const compile = (): Apply => located(rule, () => compileRule(rule, make, compiler));
    const step = {
      place,
      apply: compiler.eager ? compile() : applyFirst,
      index: compiler.numberOf(rule),
      before: before[place] ?? -1,
      asked: before.includes(place),
      wanted: wantedBits(rule),
    };
    function applyFirst(...args: Parameters<Apply>): Said {
      step.apply = compile();
      return step.apply(...args);
    }
    return step;
  });
  const steps = orderByFallback(before).flatMap((place) => compiled[place] ?? []);
  return (node, object, draft, run) => {
    let said: Said[] | undefined;
    let most: Said = 0;
    const outer = run.rule;
    for (const step of steps) {
      if (step.before >= 0 && said?.[step.before]) {
        if (step.asked) said[step.place] = 1;
        continue;
      }
      if (!mayHave(node, step.wanted)) continue;
      run.rule = step.index;
      run.current = node;
      const result = step.apply(node, object, draft, run);
      if (result === 0) continue;
      run.tellRule?.(step.index);
      if (step.asked) {
        said ??= [];
        said[step.place] = result;
      }
      if (result > most) most = result;
    }
    run.rule = outer;
    run.current = node;
    return most;
  };
}

/** Bits of the child elements of which one must be there for the rule to say anything; -1: it may without. */
function wantedBits(rule: Rule): number {
  const bits = firstBits(rule.each.length > 0 ? rule.each : rule.from);
  return bits === -1 ? conditionBits(rule.when[0]) : bits;
}

/** What compiling throws gets file, line and rule. */
function located<T>(rule: Rule, compile: () => T): T {
  try {
    return compile();
  } catch (error) {
    if (error instanceof MappingError) throw error;
    throw new MappingError(`${rule.id}: ${error instanceof Error ? error.message : error}`, rule.file, rule.line);
  }
}

/** Written order, but a fallback after what it falls back from. */
function orderByFallback(before: readonly number[]): readonly number[] {
  const order: number[] = [];
  const visit = (index: number): void => {
    if (order.includes(index)) return;
    const predecessor = before[index] ?? -1;
    if (predecessor >= 0) visit(predecessor);
    order.push(index);
  };
  for (let index = 0; index < before.length; index++) visit(index);
  return order;
}

function compileRule(rule: Rule, make: string, compiler: Compiler): Apply {
  const write = compileWrite(rule, make, compiler);
  if (rule.when.length === 0 && rule.unless.length === 0) return write;
  const when = rule.when.map((condition) => compileCondition(condition, compiler.templates));
  const unless = rule.unless.map((condition) => compileCondition(condition, compiler.templates));
  return (node, object, draft, run) => {
    if (!holds(when, unless, node, run)) return 0;
    const said = write(node, object, draft, run);
    return said === 1 && when.length > 0 ? 2 : said;
  };
}

/** Guards are noted whether they hold or not: what they look at decides. */
export function holds(when: readonly Test[], unless: readonly Test[], node: Node, run: Run): boolean {
  for (const test of when) if (!test(node, run, true)) return false;
  for (const test of unless) if (test(node, run, true)) return false;
  return true;
}

function compileWrite(rule: Rule, make: string, compiler: Compiler): Apply {
  const target = rule.to === undefined ? undefined : compileTarget(make, rule.to, compiler.mappings.extensions);
  if (rule.each.length > 0) return compileNested(rule, make, target, compiler);
  if (!target) throw new Error('a rule needs `to`, or `each` with `rules`');
  const open = rule.build !== undefined;
  const every = rule.from.length > 0 ? compileFirst(rule.from, compiler.templates, open) : undefined;
  const select = every && rule.pick ? pickOne(every, rule.pick) : every;
  if (rule.value !== undefined) return compileConstant(typedValue(rule.value, target), target, select);
  if (!select) throw new Error('a rule needs `from` or `value`');
  if (rule.build !== undefined) return compileBuild(rule.build, select, target, compiler);
  if (rule.link.length > 0) return compileLink(rule.link, select, target);
  if (rule.as === 'span') return compileSpan(select, target);
  return compileConversion(rule, select, target, compiler);
}

function compileNested(rule: Rule, make: string, target: Target | undefined, compiler: Compiler): Apply {
  const select = compileFirst(rule.each, compiler.templates);
  const apply = compileRules(rule.rules, target?.path ?? make, compiler);
  const hasNeeded = compileNeeds([...(target?.array ? requiredElements(target.path) : []), ...rule.needs]);
  return (node, object, draft, run) => {
    let most: Said = 0;
    for (const item of select(node, run)) {
      if (isLeaf(item)) continue;
      if (most > 0 && target && !target.array) {
        supersede(item, run);
        continue;
      }
      const mark = run.mark();
      const references = draft.references.length;
      const place = target ? target.open(object) : undefined;
      const said = apply(item, place?.object ?? object, draft, run);
      if (said === 2 && place && !hasNeeded(place.object)) {
        withhold(draft, references, mark, run);
        continue;
      }
      if (said === 2) place?.close();
      else if (place) run.forget(mark.copies);
      if (said > most && (said === 2 || !place)) most = said;
    }
    return most;
  };
}

/** What lacks something it needs is not written, nor what was built for it. */
function withhold(draft: Draft, references: number, mark: Mark, run: Run): void {
  draft.references.length = references;
  run.dropDrafts(mark);
  run.demote(mark.copies, 'withheld');
}

function compileConstant(value: Json, target: Target, select: Select | undefined): Apply {
  return (node, object, _draft, run) => {
    const items = select?.(node, run);
    if (items?.length === 0) return 0;
    for (const item of items ?? []) if (isLeaf(item)) run.test(item);
    if (!target.write(object, copyJson(value))) return 0;
    return items ? 2 : 1;
  };
}

/** The failsafe schema knows strings only: booleans and whole numbers get their type from the element. */
function typedValue(value: Json, target: Target): Json {
  if (typeof value !== 'string') return value;
  if (target.type === 'boolean') return value === 'true';
  if (/[iI]nt(eger)?$|^decimal$/.test(target.type)) return Number(value);
  return value;
}

/** All that `from` yields becomes one time, from the earliest to the latest point (RE-04). */
function compileSpan(select: Select, target: Target): Apply {
  return (node, object, _draft, run) => {
    const result = convertSpan(select(node, run), run);
    return result && target.write(object, result.value, result.type) ? 2 : 0;
  };
}

type Convert = (item: Item, run: Run) => { value: Json; type?: string } | undefined;

function compileConversion(rule: Rule, select: Select, target: Target, compiler: Compiler): Apply {
  const convert = chooseConverter(rule, target, compiler);
  if (rule.join !== undefined) return compileJoin(rule.join, convert, select, target);
  return (node, object, _draft, run) => {
    const items = select(node, run);
    if (items.length === 0) return 0;
    let said: Said = 0;
    for (const item of items) {
      if (said > 0 && !target.array) {
        supersede(item, run);
        continue;
      }
      const copied = run.copied();
      const result = convert(item, run);
      if (result === undefined) {
        run.forget(copied);
        continue;
      }
      const written = target.write(object, result.value, result.type);
      if (written) said = 2;
      if (written !== true) run.demote(copied, written === 'same' ? 'implied' : 'superseded');
    }
    return said;
  };
}

/** All that is selected as one text; what was said before is not repeated. */
function compileJoin(separator: string, convert: Convert, select: Select, target: Target): Apply {
  return (node, object, _draft, run) => {
    const copied = run.copied();
    const texts = select(node, run).flatMap((item) => convert(item, run)?.value ?? []);
    if (texts.length > 0 && target.write(object, [...new Set(texts)].join(separator))) return 2;
    run.forget(copied);
    return 0;
  };
}

function chooseConverter(rule: Rule, target: Target, compiler: Compiler): Convert {
  if (rule.say !== undefined) return compileSaying(rule.say, target);
  if (rule.map !== undefined) {
    const table = compiler.mappings.codes.get(rule.map);
    if (!table) throw new Error(`there is no code table "${rule.map}"`);
    return (item, run) => translateCode(item, table, target, run);
  }
  if (target.choice && rule.as === undefined) {
    const allowed = target.choice;
    return (item, run) => convertChoice(item, allowed, run);
  }
  const name = rule.as ?? target.type;
  const converter = CONVERTERS[name];
  if (!converter) throw new Error(`there is no converter for ${name || 'this choice'}: name one with \`as\``);
  const type = target.choice ? name : undefined;
  if (type === undefined) {
    return (item, run) => {
      const value = converter(item, run);
      return value === undefined ? undefined : { value };
    };
  }
  return (item, run) => {
    const value = converter(item, run);
    return value === undefined ? undefined : { value, type };
  };
}

export function supersede(item: Item, run: Run): void {
  run.lose(item, 'superseded');
  run.report('value-superseded', item);
}
