/** The four laws of the ledger (design section 5), over every sample and, where present, every corpus document. */
import { describe, expect, it } from 'vitest';
import { requiredElements } from '../../src/map/needs.js';
import { loadShipped } from '../../src/map/shipped.js';
import type { Mappings, Rule } from '../../src/map/table.js';
import { compileTarget } from '../../src/map/target.js';
import { type Conversion, convertWhole, decode, type LeafTrace, listDocuments } from './documents.js';
import { alter, type Element, parse, rewrite } from './xml.js';

/** States an altered leaf must not show through (law 2). */
const SILENT = new Set(['unread', 'implied', 'frame', 'narrative']);
/** States of which the loss report has a row. */
const LOST = new Set(['unread', 'declared', 'no-code', 'superseded', 'narrowed', 'withheld']);
/** Copied leaves tried per document (law 3), the same ones in every run: more of our own than of the corpus. */
const TRIED = { samples: 24, corpus: 6 };

/** Narrative is kept as it is: what is altered there shows there, and nowhere else. */
const withoutNarrative = (line: string): string =>
  JSON.stringify(JSON.parse(line, (key, value) => (key === 'text' && value?.div ? undefined : value)));

function tryParse(bytes: Buffer): Element | undefined {
  try {
    return parse(decode(bytes).replace(/^\uFEFF/, ''));
  } catch {
    return undefined;
  }
}

const convertAltered = (root: Element, chosen: ReadonlySet<number>): Promise<Conversion> =>
  convertWhole(
    rewrite(root, (ordinal, value, name) =>
      chosen.has(ordinal) && !name.startsWith('@xmlns') ? alter(value, name) : value,
    ),
  );

const isDifferent = (one: readonly string[], other: readonly string[]): boolean =>
  one.map(withoutNarrative).join('\n') !== other.map(withoutNarrative).join('\n');

async function differsWith(root: Element, chosen: ReadonlySet<number>, before: readonly string[]): Promise<boolean> {
  return isDifferent((await convertAltered(root, chosen)).resources, before);
}

/** The leaves that, altered, show: halves the set until single leaves are left. */
async function findCulprits(root: Element, chosen: readonly number[], before: readonly string[]): Promise<number[]> {
  if (chosen.length === 0 || !(await differsWith(root, new Set(chosen), before))) return [];
  if (chosen.length === 1) return [...chosen];
  const middle = chosen.length >> 1;
  const first = await findCulprits(root, chosen.slice(0, middle), before);
  if (first.length > 3) return first;
  return [...first, ...(await findCulprits(root, chosen.slice(middle), before))];
}

const tell = (leaves: readonly LeafTrace[], ordinals: readonly number[]): string[] =>
  ordinals.map((ordinal) => `#${ordinal} ${leaves[ordinal]?.name} ${leaves[ordinal]?.state} ${leaves[ordinal]?.rule}`);

/** What was told of the leaves, counted as the report counts. */
function countStates(leaves: readonly LeafTrace[]): Record<string, number> {
  const counts = { copied: 0, implied: 0, tested: 0, frame: 0, narrative: 0, lost: 0 };
  for (const { state } of leaves) counts[LOST.has(state) ? 'lost' : (state as keyof typeof counts)]++;
  return counts;
}

const documents = listDocuments();

describe.each(documents)('$name', ({ name, bytes }) => {
  const tried = name.startsWith('samples/') ? TRIED.samples : TRIED.corpus;
  const root = tryParse(bytes);

  it('conserves: the states sum to the number of leaves, and no rule fails', async () => {
    const { counts, leaves, errors } = await convertWhole(bytes);
    const { total, ...states } = counts;
    expect(Object.values(states).reduce((sum, count) => sum + count, 0)).toBe(total);
    expect(Object.keys(leaves)).toHaveLength(total ?? -1);
    expect(errors).toEqual([]);
    expect(countStates(leaves)).toEqual(states);
    if (!root) return;
    let counted = 0;
    rewrite(root, (ordinal, value) => {
      counted = Math.max(counted, ordinal + 1);
      return value;
    });
    expect(total).toBeGreaterThanOrEqual(counted);
  });

  it.runIf(root)(
    'does not interfere: altering unread, implied, frame and narrative leaves changes nothing',
    async () => {
      if (!root) return;
      const plain = rewrite(root, (_ordinal, value) => value);
      const before = await convertWhole(plain);
      const silent = Object.entries(before.leaves).filter(([, leaf]) => SILENT.has(leaf.state));
      const culprits = await findCulprits(
        root,
        silent.map(([ordinal]) => Number(ordinal)),
        before.resources,
      );
      expect(tell(before.leaves, culprits)).toEqual([]);
    },
  );

  it.runIf(root)('can be observed: altering a copied leaf changes the resources', async () => {
    if (!root) return;
    const plain = rewrite(root, (_ordinal, value) => value);
    const before = await convertWhole(plain);
    const copied = Object.entries(before.leaves).filter(([, leaf]) => leaf.state === 'copied');
    const step = Math.max(1, Math.floor(copied.length / tried));
    const deaf: number[] = [];
    for (let at = 0; at < copied.length; at += step) {
      const ordinal = Number(copied[at]?.[0]);
      const after = await convertAltered(root, new Set([ordinal]));
      // What no table knows any more may leave the result to another leaf that says the same: then the ledger says so.
      const isLost = LOST.has(after.leaves[ordinal]?.state ?? '');
      if (!isLost && !isDifferent(after.resources, before.resources)) deaf.push(ordinal);
    }
    expect(tell(before.leaves, deaf)).toEqual([]);
  });
});

/** The mappings without one rule. */
function switchOff(mappings: Mappings, id: string): Mappings {
  const strip = (rules: readonly Rule[]): Rule[] =>
    rules.filter((rule) => rule.id !== id).map((rule) => ({ ...rule, rules: strip(rule.rules) }));
  const tables = new Map([...mappings.tables].map(([name, table]) => [name, { ...table, rules: strip(table.rules) }]));
  return { ...mappings, tables };
}

/** True if a resource, or an element of a list, is not made without what the rule fills: it takes everything with it. */
function isEssential(mappings: Mappings, id: string): boolean {
  const [name = '', ...keys] = id.split('.');
  const table = mappings.tables.get(name);
  let [rules, owner, needs] = [table?.rules ?? [], table?.make ?? '', table?.needs ?? []];
  for (const key of keys) {
    const rule = rules.find((candidate) => candidate.id.endsWith(`.${key}`));
    if (fillsOne([...needs, ...requiredElements(owner)], rule?.to)) return true;
    const target = rule?.to === undefined ? undefined : compileTarget(owner, rule.to, mappings.extensions);
    [rules, owner, needs] = [rule?.rules ?? [], target ? target.path : owner, rule?.needs ?? []];
  }
  return false;
}

function fillsOne(needs: readonly string[], to = ''): boolean {
  const [head = ''] = to.split(/[.[]/);
  return needs
    .flatMap((need) => need.split('|'))
    .some((need) => need === head || need.replace('[x]', '') === head.replace(/[A-Z]\w*$/, ''));
}

/** Rules switched off per document, the same ones in every run: every one means compiling the tables anew. */
const SWITCHED_OFF = 30;

describe('attribution: switching a rule off moves exactly its leaves', () => {
  for (const { name, bytes } of documents.filter((document) => /^samples\/(ccd-r21-rich|c32)/.test(document.name))) {
    it(name, { timeout: 300_000 }, async () => {
      const mappings = loadShipped();
      const before = await convertWhole(bytes, { mappings });
      const used = new Set(before.leaves.filter((leaf) => leaf.state === 'copied').map((leaf) => leaf.rule));
      const rules = [...used].filter((id) => id && !isEssential(mappings, id)).sort();
      expect(rules.length).toBeGreaterThan(SWITCHED_OFF);
      const step = rules.length / SWITCHED_OFF;
      const moved: string[] = [];
      for (let at = 0; at < rules.length; at += step) {
        const rule = rules[Math.floor(at)] ?? '';
        const after = await convertWhole(bytes, { mappings: switchOff(mappings, rule) });
        before.leaves.forEach((leaf, ordinal) => {
          const now = after.leaves[ordinal];
          if (leaf.state !== 'copied' || now?.state === 'copied') return;
          if (leaf.rule === rule || leaf.rule.startsWith(`${rule}.`)) return;
          moved.push(`${rule} off moved #${ordinal} ${leaf.name} of ${leaf.rule} to ${now?.state}`);
        });
        const still = after.leaves.filter((leaf) => leaf.rule === rule);
        if (still.length > 0) moved.push(`${rule} off, ${still.length} leaves are still its own`);
      }
      expect(moved).toEqual([]);
    });
  }
});
