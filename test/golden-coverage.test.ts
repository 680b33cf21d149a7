/**
 * Every rule says something in some golden case: what no reviewer has ever seen is not known to be right. A rule several
 * tables share (`use`, `extends`, an anchor) is written once and counts once, by file and line.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { convert } from '../src/index.js';
import { loadShipped } from '../src/map/shipped.js';
import type { Rule } from '../src/map/table.js';

const folder = join(import.meta.dirname, 'golden');

const flatten = (rules: readonly Rule[]): Rule[] => rules.flatMap((rule) => [rule, ...flatten(rule.rules)]);

async function rulesThatSpoke(): Promise<Set<string>> {
  const spoke = new Set<string>();
  for (const name of readdirSync(folder)) {
    const events = convert(readFileSync(join(folder, name, 'input.xml')), {
      check: 'off',
      onRule: (rule) => spoke.add(rule),
    });
    for await (const _ of events);
  }
  return spoke;
}

it('every rule that is written in mappings/ says something in a golden case', async () => {
  const spoke = await rulesThatSpoke();
  const silent = new Map<string, string>();
  const heard = new Set<string>();
  for (const rule of [...loadShipped().tables.values()].flatMap(({ rules }) => flatten(rules))) {
    const written = `${rule.file}:${rule.line}`;
    if (spoke.has(rule.id)) heard.add(written);
    else if (!silent.has(written)) silent.set(written, `${written} ${rule.id}`);
  }
  expect(heard.size).toBeGreaterThan(600);
  expect([...silent].flatMap(([written, rule]) => (heard.has(written) ? [] : rule))).toEqual([]);
});
