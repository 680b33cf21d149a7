/** FHIRPath collections over plain JSON: navigation, equality, order, three-valued logic. */
import { ELEMENTS } from '../fhir/shapes.gen.js';
import { choiceName } from '../fhir/shapes.js';

export type Items = readonly unknown[];
export type JsonRecord = Readonly<Record<string, unknown>>;

export const NONE: Items = [];
export const TRUE: Items = Object.freeze([true]);
export const FALSE: Items = Object.freeze([false]);

export const isRecord = (value: unknown): value is JsonRecord => typeof value === 'object' && value !== null;

/** JSON names of each choice by its FHIRPath name: `onset` -> onsetDateTime, onsetAge ... */
const choiceNames = new Map<string, Set<string>>();

function collectChoices(): void {
  for (const text of Object.values(ELEMENTS))
    for (const [, name = '', kinds = ''] of text.matchAll(/^(?:\S*\.)?(\w+)\[x\] \S+ (\S+)/gm)) {
      const names = choiceNames.get(name) ?? new Set();
      choiceNames.set(name, names);
      // Targets of a Reference stand in parentheses.
      for (const type of kinds.replace(/\([^)]*\)/g, '').split('|')) names.add(choiceName(`${name}[x]`, type));
    }
}

/** True when some element of that name is a choice; those are looked up by prefix. */
function choicesOf(name: string): ReadonlySet<string> | undefined {
  if (choiceNames.size === 0) collectChoices();
  return choiceNames.get(name);
}

function pushAll(found: unknown[], value: unknown, extensions: unknown): void {
  // A primitive without value but with extensions still is an element: it is stood for by its extension object.
  if (Array.isArray(value) || Array.isArray(extensions)) {
    const notes = Array.isArray(extensions) ? extensions : [];
    const list = Array.isArray(value) ? value : notes;
    for (let i = 0; i < list.length; i++) {
      const item: unknown = list[i] ?? notes[i];
      if (item !== null && item !== undefined) found.push(item);
    }
  } else if (value !== undefined && value !== null) found.push(value);
  else if (extensions !== undefined && extensions !== null) found.push(extensions);
}

function findChoice(item: JsonRecord, names: ReadonlySet<string>, found: unknown[]): void {
  for (const key in item) {
    const name = key.startsWith('_') ? key.slice(1) : key;
    if (names.has(name) && (name === key || item[name] === undefined)) pushAll(found, item[key], undefined);
  }
}

/** One step of a path: an element name, prepared. */
export interface Step {
  readonly name: string;
  readonly note: string;
  readonly choices: ReadonlySet<string> | undefined;
}

export const toStep = (name: string): Step => ({ name, note: `_${name}`, choices: choicesOf(name) });

/** The children of that name of every item. */
export function navigate(focus: Items, { name, note, choices }: Step): Items {
  let found: unknown[] | undefined;
  for (const item of focus) {
    if (!isRecord(item)) continue;
    const value = item[name];
    const notes = item[note];
    if (value !== undefined || notes !== undefined) {
      found ??= [];
      pushAll(found, value, notes);
    } else if (choices) {
      found ??= [];
      findChoice(item, choices, found);
    }
  }
  return found ?? NONE;
}

/** The truth of a collection where a Boolean is expected: undefined if empty; any other single item is true. */
export function truth(items: Items): boolean | undefined {
  if (items.length === 0) return undefined;
  return items.length === 1 && typeof items[0] === 'boolean' ? items[0] : true;
}

export const toItems = (value: boolean | undefined): Items => (value === undefined ? NONE : value ? TRUE : FALSE);

/** Deep equality of two JSON values; property order does not matter. */
export function isEqual(a: unknown, b: unknown): boolean {
  if (!isRecord(a) || !isRecord(b)) return a === b;
  const keys = Object.keys(a);
  return keys.length === Object.keys(b).length && keys.every((key) => isEqual(a[key], b[key]));
}

/** `=`: undefined when a side is empty. */
export function equal(a: Items, b: Items): boolean | undefined {
  if (a.length === 0 || b.length === 0) return undefined;
  return a.length === b.length && a.every((item, i) => isEqual(item, b[i]));
}

const DATE_PARTS = /^(\d{4})(?:-(\d\d)(?:-(\d\d)(?:T(.+))?)?)?$/;

/** Order of two dates as far as their common precision tells; undefined when it does not. */
function compareDates(a: string, b: string): number | undefined {
  const [x, y] = [DATE_PARTS.exec(a), DATE_PARTS.exec(b)];
  if (!x || !y) return a < b ? -1 : a > b ? 1 : 0;
  if (x[4] && y[4]) return Math.sign(Date.parse(a) - Date.parse(b));
  for (let i = 1; i < 4; i++) {
    const [p, q] = [x[i], y[i]];
    if (p === undefined || q === undefined) return p === q ? 0 : undefined;
    if (p !== q) return p < q ? -1 : 1;
  }
  return x[4] || y[4] ? undefined : 0;
}

/** Order of two single items: numbers, dates, or quantities in the same unit; undefined when unknown. */
export function compare(a: Items, b: Items): number | undefined {
  const [x, y] = [a[0], b[0]];
  if (typeof x === 'number' && typeof y === 'number') return Math.sign(x - y);
  if (typeof x === 'string' && typeof y === 'string') return compareDates(x, y);
  if (!isRecord(x) || !isRecord(y) || x.code !== y.code || x.system !== y.system || x.unit !== y.unit) return undefined;
  return typeof x.value === 'number' && typeof y.value === 'number' ? Math.sign(x.value - y.value) : undefined;
}
