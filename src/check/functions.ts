/** The FHIRPath functions known to `expression.ts`. */
import { type Items, isEqual, isRecord, NONE, TRUE, toItems, truth } from './collection.js';
import type { Evaluate, Scope } from './expression.js';

type Condition = (item: unknown, scope: Scope) => boolean | undefined;
type Call = (items: Items, scope: Scope, args: Items, condition: Condition) => Items;

const hasValue = (items: Items): boolean => items.length === 1 && !isRecord(items[0]);

const text = (test: (value: string, argument: string) => boolean): Call => {
  return ([value], _, [argument]) =>
    typeof value === 'string' && typeof argument === 'string' ? toItems(test(value, argument)) : NONE;
};

const patterns = new Map<string, RegExp | undefined>();

/** A regular expression, made once; undefined if it is none. */
function patternOf(text: string): RegExp | undefined {
  if (!patterns.has(text)) patterns.set(text, makePattern(text));
  return patterns.get(text);
}

function makePattern(text: string): RegExp | undefined {
  try {
    return new RegExp(text, 'su');
  } catch {
    return undefined;
  }
}

/** Functions whose argument, if any, is evaluated once on the outer focus. */
const PLAIN: Readonly<Record<string, Call>> = {
  empty: (items) => toItems(items.length === 0),
  count: (items) => [items.length],
  first: (items) => items.slice(0, 1),
  not: (items) => {
    const value = truth(items);
    return value === undefined ? NONE : toItems(!value);
  },
  hasValue: (items) => toItems(hasValue(items)),
  allFalse: (items) => toItems(items.every((item) => item === false)),
  allTrue: (items) => toItems(items.every((item) => item === true)),
  intersect: (items, _, args) => items.filter((item) => args.some((other) => isEqual(item, other))),
  startsWith: text((value, argument) => value.startsWith(argument)),
  contains: text((value, argument) => value.includes(argument)),
  matches: text((value, argument) => patternOf(argument)?.test(value) ?? false),
  length: ([value]) => (typeof value === 'string' ? [value.length] : NONE),
};

/** Functions whose argument is evaluated on each item. */
const PER_ITEM: Readonly<Record<string, Call>> = {
  exists: (items, scope, _, condition) => toItems(items.some((item) => condition(item, scope))),
  where: (items, scope, _, condition) => items.filter((item) => condition(item, scope)),
  all: (items, scope, _, condition) => toItems(items.every((item) => condition(item, scope))),
};

const EXISTS: Evaluate = () => TRUE;

/** The call `from.name(args)`; undefined for a function or a number of arguments not known here. */
export function callFunction(name: string, from: Evaluate, args: readonly Evaluate[]): Evaluate | undefined {
  const [argument] = args;
  if (args.length > 1) return undefined;
  if (name === 'exists' && !argument) return (focus, scope) => toItems(from(focus, scope).length > 0);
  if (name === 'select' && argument)
    return (focus, scope) => from(focus, scope).flatMap((item) => argument([item], scope));
  const perItem = Object.hasOwn(PER_ITEM, name) ? PER_ITEM[name] : undefined;
  if (perItem && argument) {
    const condition: Condition = (item, scope) => truth(argument([item], scope));
    return (focus, scope) => perItem(from(focus, scope), scope, NONE, condition);
  }
  const plain = Object.hasOwn(PLAIN, name) ? PLAIN[name] : undefined;
  const wantsArgument = ['intersect', 'startsWith', 'contains', 'matches'].includes(name);
  if (!plain || wantsArgument !== Boolean(argument)) return undefined;
  const outer = argument ?? EXISTS;
  return (focus, scope) => plain(from(focus, scope), scope, outer(focus, scope), () => undefined);
}
