import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { XMLParser, XMLValidator } from 'fast-xml-parser';
import { describe, expect, it } from 'vitest';
import type { FindingCode } from '../../src/finding.js';
import { createLedger } from '../../src/ledger.js';
import { isLeaf, type Node } from '../../src/read/node.js';
import { createReader, type DocumentHandler } from '../../src/read/read.js';

type Item = string | { name: string; attributes: string[]; content: Item[] };

const local = (name: string): string => name.slice(Math.max(name.lastIndexOf(':'), name.lastIndexOf('}')) + 1);
const isText = (text: string): boolean => /[^ \t\r\n]/.test(text);

/** Adjacent texts are one; white space is none. */
function tidy(items: Item[]): Item[] {
  const joined: Item[] = [];
  for (const item of items) {
    const before = joined.at(-1);
    if (typeof item === 'string' && typeof before === 'string') joined[joined.length - 1] = before + item;
    else joined.push(item);
  }
  return joined.filter((item) => typeof item !== 'string' || isText(item));
}

const parser = new XMLParser({
  preserveOrder: true,
  ignoreAttributes: false,
  attributeNamePrefix: '',
  parseTagValue: false,
  parseAttributeValue: false,
  trimValues: false,
  cdataPropName: '#cdata',
  htmlEntities: true,
});

function theirs(nodes: Record<string, unknown>[]): Item[] {
  const items: Item[] = [];
  for (const node of nodes) {
    const name = Object.keys(node).find((key) => key !== ':@') ?? '';
    if (name === '#text') items.push(String(node[name]));
    else if (name === '#cdata') items.push(...theirs(node[name] as Record<string, unknown>[]));
    else if (!name.startsWith('?')) {
      const attributes = Object.entries((node[':@'] ?? {}) as Record<string, string>);
      items.push({
        name: local(name),
        attributes: attributes.map(([key, value]) => `${local(key)}=${value.replace(/\s/g, ' ')}`).sort(),
        content: theirs(node[name] as Record<string, unknown>[]),
      });
    }
  }
  return tidy(items);
}

/** The whole tree: units are put back where they were taken out. */
function ours(text: string): { tree: Item | undefined; findings: FindingCode[] } {
  const found: FindingCode[] = [];
  const made = new Map<Node, Item & object>();
  const order = new Map<Node, Node[]>();
  let root: Node | undefined;
  const copy = (node: Node): Item & object => {
    const lost = [...(order.get(node) ?? [])];
    const content = node.content.flatMap((item): Item[] =>
      isLeaf(item) ? (item.name === '#text' ? [item.value] : []) : [made.get(item) ?? copy(item)],
    );
    for (const item of lost) content.push(made.get(item) ?? copy(item));
    const attributes = node.attributes
      .map((leaf) => `${local(leaf.name.slice(1))}=${leaf.value.replace(/\s/g, ' ')}`)
      .sort();
    return { name: local(node.name), attributes, content: tidy(content) };
  };
  const handler: DocumentHandler = {
    header: () => undefined,
    openSection: () => undefined,
    statement: () => undefined,
    closeSection: () => undefined,
    release: (nodes) => {
      for (const node of nodes) {
        made.set(node, copy(node));
        if (node.parent === undefined) root = node;
        else order.set(node.parent, [...(order.get(node.parent) ?? []), node]);
      }
    },
    end: () => undefined,
    report: (code) => found.push(code),
  };
  const reader = createReader(handler, createLedger());
  reader.write(text);
  reader.close();
  return { tree: root && made.get(root), findings: found };
}

/** Units come after the other content when put back: both sides in that order. */
function settle(item: Item): Item {
  if (typeof item === 'string') return item;
  const content = item.content.map(settle);
  const key = (one: Item): number =>
    typeof one === 'string' || !/^(?:component|entry|section)$/.test(one.name) ? 0 : 1;
  return { ...item, content: tidy([...content].sort((a, b) => key(a) - key(b))) };
}

function files(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.xml'))
    .map((name) => join(folder, name))
    .filter((name) => /<(?:\w+:)?ClinicalDocument[\s>]/.test(readFileSync(name, 'utf8')));
}

const samples = files('samples');
const corpus = files(join('..', 'shared', 'corpus'));

describe('fast-xml-parser sees the same tree', () => {
  const same = (file: string): void => {
    const text = readFileSync(file, 'utf8')
      .replace(/^\ufeff/, '')
      .replace(/\r\n?/g, '\n');
    const { tree, findings } = ours(text);
    const broken = findings.some((code) => code.startsWith('xml-'));
    expect(broken).toBe(XMLValidator.validate(text) !== true);
    if (broken) return;
    if (tree === undefined) throw new Error('no document');
    const root = theirs(parser.parse(text)).find((item) => typeof item !== 'string');
    expect(root && settle(root)).toEqual(settle(tree));
  };
  it.each(samples)('%s', same);
  it.skipIf(corpus.length === 0)('in every document of the corpus (skipped if ../shared/corpus is absent)', () => {
    for (const file of corpus) same(file);
  });
  it('in a document written here', () => {
    const text =
      '<ClinicalDocument xmlns="urn:hl7-org:v3"><a x="1">t<![CDATA[<c>]]>u<b/></a><entry><act> s </act></entry><d/></ClinicalDocument>';
    const root = theirs(parser.parse(text))[0];
    expect(root && settle(root)).toEqual(settle(ours(text).tree ?? ''));
  });
});
