import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { CONVERTERS, convertChoice } from '../../src/fhir/datatypes/index.js';
import { type Json, stringify } from '../../src/fhir/json.js';
import { type Leaf, leaves, type Node } from '../../src/read/node.js';
import { account, build, leafAt } from './context.js';

/** One row of the checklist at work. `to` is the result, absent for "nothing is written". */
interface Case {
  readonly row: string;
  readonly xml: string;
  readonly as?: string;
  /** Instead of `as`: the types a choice element allows; the result is then `{ type, value }`. */
  readonly choice?: string;
  readonly offset?: string;
  readonly narrative?: string;
  readonly to?: unknown;
  /** The exact output text, where digits matter. */
  readonly text?: string;
  readonly findings?: readonly string[];
  readonly leaves?: Readonly<Record<string, string>>;
}

const folder = new URL('../cases/datatypes/', import.meta.url);

function run(item: Case, node: Node) {
  const kept = account({
    ...(item.offset !== undefined && { offset: item.offset }),
    ...(item.narrative !== undefined && { narrative: item.narrative }),
  });
  const convert = CONVERTERS[item.as ?? ''];
  const choice = item.choice && convertChoice(node, item.choice.split(' '), kept.context);
  const value = item.choice ? choice && { type: choice.type, value: choice.value } : convert?.(node, kept.context);
  return { ...kept, output: value === undefined ? undefined : stringify(value as Json) };
}

/** The same snippet with one leaf altered. */
function altered(item: Case, index: number): string | undefined {
  const node = build(item.xml);
  for (const leaf of leaves(node)) if (leaf.index === index) (leaf as { value: string }).value += 'x';
  return run(item, node).output;
}

for (const file of readdirSync(folder).sort()) {
  describe(file.replace('.yaml', ''), () => {
    const cases = parse(readFileSync(new URL(file, folder), 'utf8')) as Case[];
    test.each(
      cases.map((item) => [`${item.row} ${item.as ?? item.choice} ${item.xml.trim().slice(0, 90)}`, item] as const),
    )('%s', (_, item) => {
      const node = build(item.xml);
      const result = run(item, node);
      expect(result.output === undefined ? undefined : JSON.parse(result.output)).toEqual(item.to);
      if (item.text !== undefined) expect(result.output).toContain(item.text);
      expect(result.findings).toEqual(item.findings ?? []);
      const state = (leaf: Leaf) => result.state(leaf, result.output !== undefined);
      for (const [path, expected] of Object.entries(item.leaves ?? {})) {
        expect([path, state(leafAt(node, path))]).toEqual([path, expected]);
      }
      for (const leaf of leaves(node)) {
        const where = `${leaf.owner.name}/${leaf.name} is ${state(leaf)}`;
        if (state(leaf) === 'copied') expect(altered(item, leaf.index), where).not.toBe(result.output);
        if (state(leaf) === 'implied' || state(leaf) === 'unread') {
          expect(altered(item, leaf.index), where).toBe(result.output);
        }
      }
    });
  });
}
