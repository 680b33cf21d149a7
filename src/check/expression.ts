/**
 * The part of FHIRPath that nearly all FHIR constraints are written in, compiled to closures over plain JSON: some
 * fifty times cheaper than the full engine. What it does not know is left to that engine (`fhirpath.ts`).
 */
import { compare, equal, FALSE, type Items, NONE, navigate, TRUE, toItems, toStep, truth } from './collection.js';
import { callFunction } from './functions.js';
import { type Token, tokenize } from './tokens.js';

/** `resource` is what `%resource` means: the resource (or contained resource) the element stands in. */
export interface Scope {
  readonly resource: Items;
  readonly root: Items;
}
export type Evaluate = (focus: Items, scope: Scope) => Items;

const UCUM: Items = ['http://unitsofmeasure.org'];

interface Parser {
  peek(text: string): boolean;
  accept(text: string): boolean;
  next(): Token;
}

/** Thrown inside `compileExpression` only. */
const UNSUPPORTED = Symbol('unsupported');
const unsupported = (): never => {
  throw UNSUPPORTED;
};

function createParser(tokens: readonly Token[]): Parser {
  let at = 0;
  const peek = (text: string) => tokens[at]?.kind !== 'string' && tokens[at]?.text === text;
  return {
    peek,
    accept: (text) => peek(text) && at++ >= 0,
    next: () => tokens[at++] ?? unsupported(),
  };
}

type Operator = (a: Evaluate, b: Evaluate) => Evaluate;

const and: Operator = (a, b) => (focus, scope) => {
  const left = truth(a(focus, scope));
  if (left === false) return FALSE;
  const right = truth(b(focus, scope));
  return right === false ? FALSE : left && right ? TRUE : NONE;
};
const or: Operator = (a, b) => (focus, scope) => {
  const left = truth(a(focus, scope));
  if (left) return TRUE;
  const right = truth(b(focus, scope));
  return right ? TRUE : left === false && right === false ? FALSE : NONE;
};
const xor: Operator = (a, b) => (focus, scope) => {
  const [left, right] = [truth(a(focus, scope)), truth(b(focus, scope))];
  return left === undefined || right === undefined ? NONE : toItems(left !== right);
};
const implies: Operator = (a, b) => (focus, scope) => {
  const left = truth(a(focus, scope));
  if (left === false) return TRUE;
  const right = truth(b(focus, scope));
  return right ? TRUE : left === true ? toItems(right) : NONE;
};
const equals: Operator = (a, b) => (focus, scope) => toItems(equal(a(focus, scope), b(focus, scope)));
const differs: Operator = (a, b) => (focus, scope) => {
  const same = equal(a(focus, scope), b(focus, scope));
  return same === undefined ? NONE : toItems(!same);
};
const within: Operator = (a, b) => (focus, scope) => {
  const left = a(focus, scope);
  return left.length === 0 ? NONE : toItems(b(focus, scope).some((item) => equal(left, [item])));
};
const union: Operator = (a, b) => (focus, scope) => {
  const found: unknown[] = [...a(focus, scope)];
  for (const item of b(focus, scope)) if (!found.some((each) => equal([each], [item]))) found.push(item);
  return found;
};
const add: Operator = (a, b) => (focus, scope) => {
  const [x, y] = [a(focus, scope)[0], b(focus, scope)[0]];
  return typeof x === 'number' && typeof y === 'number' ? [x + y] : NONE;
};
const order =
  (test: (sign: number) => boolean): Operator =>
  (a, b) =>
  (focus, scope) => {
    const [left, right] = [a(focus, scope), b(focus, scope)];
    const sign = left.length === 1 && right.length === 1 ? compare(left, right) : undefined;
    return sign === undefined ? NONE : toItems(test(sign));
  };

/** Loosest first, as the FHIRPath grammar has it. */
const LEVELS: readonly Readonly<Record<string, Operator>>[] = [
  { implies },
  { or, xor },
  { and },
  { in: within },
  { '=': equals, '!=': differs },
  { '<': order((s) => s < 0), '>': order((s) => s > 0), '<=': order((s) => s <= 0), '>=': order((s) => s >= 0) },
  { '|': union },
  { '+': add },
];

function parseLevel(parser: Parser, level: number): Evaluate {
  const operators = LEVELS[level];
  if (!operators) return parsePath(parser);
  let left = parseLevel(parser, level + 1);
  for (;;) {
    const name = Object.keys(operators).find((text) => parser.accept(text));
    const operator = name === undefined ? undefined : operators[name];
    if (!operator) return left;
    left = operator(left, parseLevel(parser, level + 1));
  }
}

function parsePath(parser: Parser): Evaluate {
  let path = parseTerm(parser);
  while (parser.accept('.')) path = parseStep(parser, parser.next(), path);
  return path;
}

function parseTerm(parser: Parser): Evaluate {
  if (parser.accept('(')) {
    const inner = parseLevel(parser, 0);
    return parser.accept(')') ? inner : unsupported();
  }
  const token = parser.next();
  if (token.kind === 'string') return constant([token.text]);
  if (token.kind === 'number') return constant([Number(token.text)]);
  if (token.kind !== 'name') return unsupported();
  if (token.text === '$this') return (focus) => focus;
  if (token.text === '%resource') return (_, scope) => scope.resource;
  if (token.text === '%rootResource') return (_, scope) => scope.root;
  if (token.text === '%ucum') return constant(UCUM);
  if (token.text === 'true') return constant(TRUE);
  if (token.text === 'false') return constant(FALSE);
  if (/^[%$]/.test(token.text)) return unsupported();
  // A type name at the start of a path is the resource itself.
  if (/^[A-Z]/.test(token.text)) return (focus) => focus;
  return parseStep(parser, token, (focus) => focus);
}

const constant =
  (items: Items): Evaluate =>
  () =>
    items;

function parseStep(parser: Parser, token: Token, from: Evaluate): Evaluate {
  if (token.kind !== 'name') return unsupported();
  if (!parser.accept('(')) {
    const step = toStep(token.text);
    return (focus, scope) => navigate(from(focus, scope), step);
  }
  const args: Evaluate[] = [];
  while (!parser.peek(')')) {
    args.push(parseLevel(parser, 0));
    if (!parser.accept(',') && !parser.peek(')')) return unsupported();
  }
  parser.accept(')');
  return callFunction(token.text, from, args) ?? unsupported();
}

/** The expression as a closure, or undefined if it uses more of FHIRPath than is known here. */
export function compileExpression(expression: string): Evaluate | undefined {
  const tokens = tokenize(expression);
  if (!tokens) return undefined;
  const parser = createParser(tokens);
  try {
    const evaluate = parseLevel(parser, 0);
    return parser.next().kind === 'end' ? evaluate : undefined;
  } catch (problem) {
    if (problem === UNSUPPORTED) return undefined;
    throw problem;
  }
}
