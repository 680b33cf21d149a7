/** Reads a document and writes down everything the reader said, so that two readings can be compared. */
import type { FindingCode } from '../../src/finding.js';
import { InputError } from '../../src/finding.js';
import { createLedger } from '../../src/ledger.js';
import { isLeaf, type Leaf, leaves, type Node } from '../../src/read/node.js';
import { createReader, type DocumentHandler, type ReadOptions } from '../../src/read/read.js';

export interface Trace {
  readonly calls: string[];
  readonly findings: { code: FindingCode; line: number }[];
  readonly released: number;
  readonly total: number;
  readonly height: number;
  readonly error: string | undefined;
  readonly complete: boolean | undefined;
}

/** The subtree in short: `name:line(@a=v #text)`. */
export function show(node: Node): string {
  const items = [...node.attributes, ...node.content].map((item) => (isLeaf(item) ? showLeaf(item) : show(item)));
  return `${node.name}:${node.line}(${items.join(' ')})`;
}

const showLeaf = (leaf: Leaf): string => `${leaf.name}=${JSON.stringify(leaf.value)}${leaf.index < 0 ? '!' : ''}`;

const chain = (node: Node | undefined): string => (node === undefined ? '' : `${chain(node.parent)}/${node.name}`);

export function trace(chunks: readonly (string | Uint8Array)[], options: ReadOptions = {}): Trace {
  const ledger = createLedger();
  const calls: string[] = [];
  const findings: Trace['findings'] = [];
  let released = 0;
  let complete: boolean | undefined;
  const handler: DocumentHandler = {
    header: (node) => calls.push(`header ${show(node)}`),
    openSection: (node) => calls.push(`open ${chain(node)} ${show(node)}`),
    statement: (node, part) =>
      calls.push(`statement ${part.index}${part.last ? '.' : ''} ${chain(node)} ${show(node)}`),
    closeSection: (node) => calls.push(`close ${show(node)}`),
    release: (nodes) => {
      const seen = new Set<number>();
      for (const node of nodes)
        for (const leaf of leaves(node)) {
          if (leaf.index >= ledger.height || seen.has(leaf.index)) throw new Error('leaf number is not live');
          seen.add(leaf.index);
        }
      released += seen.size;
      calls.push(`release ${nodes.map(show).join(' ')}`);
    },
    end: (node, whole) => {
      complete = whole;
      calls.push(`end ${show(node)}`);
    },
    report: (code, line) => findings.push({ code, line }),
  };
  let error: string | undefined;
  try {
    const reader = createReader(handler, ledger, options);
    for (const chunk of chunks) reader.write(chunk);
    reader.close();
  } catch (thrown) {
    if (!(thrown instanceof InputError)) throw thrown;
    error = thrown.code;
  }
  return { calls, findings, released, total: ledger.total, height: ledger.height, error, complete };
}

/** The document as one tree again, from what was released. */
export const codes = (result: Trace): string[] => result.findings.map((finding) => finding.code);

export const document = (inside: string): string =>
  `<ClinicalDocument xmlns="urn:hl7-org:v3" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">${inside}</ClinicalDocument>`;

export const body = (sections: string): string =>
  document(`<id root="1"/><component><structuredBody>${sections}</structuredBody></component>`);

export const section = (inside: string): string => `<component><section>${inside}</section></component>`;
