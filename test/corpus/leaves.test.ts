/** How much of the statements in all sections is read: leaves under their entries, by final state. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { convert } from '../../src/index.js';
import { loadShipped } from '../../src/map/shipped.js';
import { child, type Leaf, type Node, peek } from '../../src/read/node.js';
import { listDocuments } from '../property/documents.js';

const { sections } = loadShipped();
const documents = listDocuments(['../shared/corpus/vendors', '../shared/corpus/hl7docs']);

/** What docs/unread.md lists: paths (`…` is anything) of leaves no rule reads, each with a reason or a plan. */
const listed = readFileSync(join(import.meta.dirname, '../../docs/unread.md'), 'utf8')
  .split('\n')
  .flatMap((line) => /^\| `(.+?)` \| .+ \|$/.exec(line)?.[1] ?? []);

const toPattern = (path: string): RegExp => new RegExp(`^${path.replace(/[^\w…]/g, '\\$&').replaceAll('…', '.*')}$`);

/** The kind of the section the leaf stands under an entry of. */
function kindOf(leaf: Leaf): string | undefined {
  let inEntry = false;
  for (let node: Node | undefined = leaf.owner; node; node = node.parent) {
    if (node.name === 'entry') inEntry = true;
    if (node.name !== 'section') continue;
    const code = child(node, 'code');
    return inEntry ? (sections.get((code && peek(code, 'code')) ?? '')?.kind ?? 'other') : undefined;
  }
  return undefined;
}

/** `[read, all]` by kind of section, and where the unread ones stand, most frequent first. */
async function measure(): Promise<{ shares: Map<string, [number, number]>; unread: [string, number][] }> {
  const shares = new Map<string, [number, number]>();
  const unread = new Map<string, number>();
  for (const { bytes } of documents) {
    const trace = (_: number, state: string, _rule: string, leaf: Leaf): void => {
      const kind = kindOf(leaf);
      if (!kind) return;
      const [read, all] = shares.get(kind) ?? [0, 0];
      shares.set(kind, [read + (state === 'unread' ? 0 : 1), all + 1]);
    };
    for await (const event of convert(bytes, { check: 'off', onLeaf: trace }))
      if (event.kind === 'end')
        for (const { reason, path, count } of event.loss.lost)
          if (reason === 'unread') unread.set(path, (unread.get(path) ?? 0) + count);
  }
  return { shares, unread: [...unread].sort((one, other) => other[1] - one[1]) };
}

describe('the statements of all sections', () => {
  it.skipIf(documents.length === 0)(
    'are read to 99.5 % or more, and to 97 % in every kind of section of some size; docs/unread.md lists the rest (skipped if ../shared/corpus is absent)',
    { timeout: 300_000 },
    async () => {
      const { shares, unread } = await measure();
      const list = unread.map(([path, count]) => `${String(count).padStart(6)}  ${path}`);
      const table = [...shares].map(
        ([kind, share]) => `${kind} ${share.join('/')} ${(100 * ratio(share)).toFixed(2)} %`,
      );
      if (process.env.SHOW) process.stderr.write(`${[...table, ...list].join('\n')}\n`);
      const all = [...shares.values()].reduce(([read, total], [more, of]) => [read + more, total + of]);
      expect(all[1]).toBeGreaterThan(50_000);
      expect(ratio(all)).toBeGreaterThanOrEqual(0.995);
      for (const [kind, share] of shares) if (share[1] >= 300) expect(ratio(share), kind).toBeGreaterThanOrEqual(0.97);
      const patterns = listed.map(toPattern);
      const paths = unread.map(([path]) => path);
      expect(paths.filter((path) => !patterns.some((pattern) => pattern.test(path)))).toEqual([]);
      expect(listed.filter((_, place) => !paths.some((path) => patterns[place]?.test(path)))).toEqual([]);
    },
  );
});

const ratio = ([read, all]: [number, number]): number => read / all;
