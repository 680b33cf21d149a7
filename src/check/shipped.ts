/** The shipped checks, compiled once per level, version and rules of the user's own. */
import { CHECKS } from '../checks.gen.js';
import { type Checker, type CheckOptions, createChecker } from './check.js';

type Checkers = Map<string, Promise<Checker>>;

const plain: Checkers = new Map();
const own = new WeakMap<object, Checkers>();

/** A checker over the shipped definitions. Input: level, US Core version, own rules; the same options share one checker. */
export function shippedChecker(options: CheckOptions): Promise<Checker> {
  const checkers = options.checks === undefined ? plain : (own.get(options.checks) ?? new Map());
  if (options.checks !== undefined) own.set(options.checks, checkers);
  const key = `${options.level} ${options.usCore}`;
  const known = checkers.get(key) ?? createChecker(CHECKS, options);
  checkers.set(key, known);
  return known;
}
