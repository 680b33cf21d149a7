/**
 * Source paths: the simplest part of XPath, parsed to a tree. The whole language is in docs/mapping-format.md.
 * Every start of the program parses some hundred: the first character says which way to go, and little is tried.
 *
 *     path      = relative { '|' relative }                    union, in the order written
 *     relative  = step { '/' step }
 *     step      = '.' | '..' | '@name' | ('ancestor::' | 'descendant::')? name-or-* predicate*
 *     predicate = '[' condition ']'
 *     condition = number | 'is' Template { '|' Template } | 'not(' condition ')' | path [('=' | '!=' | '~') operand]
 *               | path ('<' | '>') 'current()/' path       of times: surely earlier, surely later
 *     operand   = value { '|' value } | 'current()/' path
 */

export type Axis = 'self' | 'parent' | 'child' | 'attribute' | 'ancestor' | 'descendant';

export interface Step {
  readonly axis: Axis;
  readonly name: string;
  readonly predicates: readonly Condition[];
}

/** A union of relative paths. */
export interface Path {
  readonly text: string;
  readonly alternatives: readonly (readonly Step[])[];
}

export type Condition =
  | { readonly kind: 'position'; readonly position: number }
  | { readonly kind: 'is'; readonly templates: readonly string[] }
  | { readonly kind: 'not'; readonly condition: Condition }
  | { readonly kind: 'exists'; readonly path: Path }
  | { readonly kind: 'order'; readonly path: Path; readonly earlier: boolean; readonly current: Path }
  | { readonly kind: 'mention'; readonly path: Path; readonly values: readonly string[] }
  | {
      readonly kind: 'compare';
      readonly path: Path;
      readonly negated: boolean;
      readonly values?: readonly string[];
      readonly current?: Path;
    };

/** A path that cannot be read; the loader adds file and line. */
export interface Cursor {
  readonly text: string;
  at: number;
}

const paths = new Map<string, Path>();
const conditions = new Map<string, Condition>();

/** Parses a path; one text gives one object, which is compiled once. Throws a plain Error saying what is wrong where. */
export const parsePath = (text: string): Path => parseOnce(text, paths, readPath, 'path');

/** The same for a condition as `when` and predicates have it. */
export const parseCondition = (text: string): Condition => parseOnce(text, conditions, readCondition, 'condition');

function parseOnce<T>(text: string, known: Map<string, T>, read: (cursor: Cursor) => T, what: string): T {
  const there = known.get(text);
  if (there !== undefined) return there;
  const cursor: Cursor = { text, at: 0 };
  const parsed = read(cursor);
  skip(cursor);
  if (cursor.at < text.length) fail(cursor, `end of ${what}`);
  known.set(text, parsed);
  return parsed;
}

function fail(cursor: Cursor, wanted: string): never {
  throw new Error(`expected ${wanted} at column ${cursor.at + 1} of "${cursor.text}"`);
}

function skip(cursor: Cursor): void {
  while (cursor.text[cursor.at] === ' ') cursor.at++;
}

function accept(cursor: Cursor, token: string): boolean {
  skip(cursor);
  if (!cursor.text.startsWith(token, cursor.at)) return false;
  cursor.at += token.length;
  return true;
}

function match(cursor: Cursor, pattern: RegExp): string | undefined {
  skip(cursor);
  pattern.lastIndex = cursor.at;
  if (!pattern.test(cursor.text)) return undefined;
  const found = cursor.text.slice(cursor.at, pattern.lastIndex);
  cursor.at = pattern.lastIndex;
  return found;
}

/** The next character that is no space; empty at the end. */
function peek(cursor: Cursor): string {
  skip(cursor);
  return cursor.text.charAt(cursor.at);
}

const NAME = /[A-Za-z_][\w-]*(?::[A-Za-z_][\w-]*)?/y;
const POSITION = /\d+(?=\s*\])/y;
const IS = /is(?=\s)/y;
const VALUE = /'[^']*'|[^\s|[\]()='!~]+/y;

function readPath(cursor: Cursor): Path {
  const start = cursor.at;
  const alternatives = [readRelative(cursor)];
  while (accept(cursor, '|')) alternatives.push(readRelative(cursor));
  return { text: cursor.text.slice(start, cursor.at).trim(), alternatives };
}

function readRelative(cursor: Cursor): Step[] {
  const steps = [readStep(cursor)];
  while (accept(cursor, '/')) steps.push(readStep(cursor));
  return steps;
}

function readStep(cursor: Cursor): Step {
  switch (peek(cursor)) {
    case '.':
      if (accept(cursor, '..')) return { axis: 'parent', name: '..', predicates: readPredicates(cursor) };
      cursor.at++;
      return { axis: 'self', name: '.', predicates: readPredicates(cursor) };
    case '@':
      cursor.at++;
      return { axis: 'attribute', name: readName(cursor), predicates: [] };
    case 'a':
      return readElement(cursor, accept(cursor, 'ancestor::') ? 'ancestor' : 'child');
    case 'd':
      return readElement(cursor, accept(cursor, 'descendant::') ? 'descendant' : 'child');
    default:
      return readElement(cursor, 'child');
  }
}

function readElement(cursor: Cursor, axis: Axis): Step {
  const name = accept(cursor, '*') ? '*' : readName(cursor);
  return { axis, name, predicates: readPredicates(cursor) };
}

const readName = (cursor: Cursor): string => match(cursor, NAME) ?? fail(cursor, 'a name');

function readPredicates(cursor: Cursor): Condition[] {
  const found: Condition[] = [];
  while (cursor.text[cursor.at] === '[' && accept(cursor, '[')) {
    found.push(readCondition(cursor));
    if (!accept(cursor, ']')) fail(cursor, '"]"');
  }
  return found;
}

function readCondition(cursor: Cursor): Condition {
  const first = peek(cursor);
  const position = first >= '0' && first <= '9' ? match(cursor, POSITION) : undefined;
  if (position) return { kind: 'position', position: Number(position) };
  if (first === 'n' && accept(cursor, 'not(')) {
    const condition = readCondition(cursor);
    if (!accept(cursor, ')')) fail(cursor, '")"');
    return { kind: 'not', condition };
  }
  if (first === 'i' && match(cursor, IS)) {
    const templates = [readName(cursor)];
    while (accept(cursor, '|')) templates.push(readName(cursor));
    return { kind: 'is', templates };
  }
  return readComparison(cursor, readPath(cursor));
}

function readComparison(cursor: Cursor, path: Path): Condition {
  const sign = peek(cursor);
  switch (sign) {
    case '~':
      cursor.at++;
      return { kind: 'mention', path, values: readValues(cursor) };
    case '<':
    case '>':
      cursor.at++;
      if (!accept(cursor, 'current()/')) fail(cursor, '"current()/"');
      return { kind: 'order', path, earlier: sign === '<', current: readPath(cursor) };
  }
  const negated = accept(cursor, '!=');
  if (!negated && !accept(cursor, '=')) return { kind: 'exists', path };
  if (accept(cursor, 'current()/')) return { kind: 'compare', path, negated, current: readPath(cursor) };
  return { kind: 'compare', path, negated, values: readValues(cursor) };
}

function readValues(cursor: Cursor): string[] {
  const values = [readValue(cursor)];
  while (accept(cursor, '|')) values.push(readValue(cursor));
  return values;
}

function readValue(cursor: Cursor): string {
  const value = match(cursor, VALUE) ?? fail(cursor, 'a value');
  return value.startsWith("'") ? value.slice(1, -1) : value;
}
