/** The shipped checks, compiled once per level and version. */
import { CHECKS } from '../checks.gen.js';
import { type Checker, type CheckOptions, createChecker } from './check.js';

const checkers = new Map<string, Promise<Checker>>();

/** A checker over the shipped definitions. Input: level and US Core version; the same options share one checker. */
export function shippedChecker(options: CheckOptions): Promise<Checker> {
  const key = `${options.level} ${options.usCore}`;
  const known = checkers.get(key) ?? createChecker(CHECKS, options);
  checkers.set(key, known);
  return known;
}
