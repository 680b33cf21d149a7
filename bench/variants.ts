/** What is compared: each takes the bytes of one document and does its work with them. */
import { convertCcdaToFhir, convertXmlToCcda } from '@medplum/ccda';
import { SaxesParser } from 'saxes';
import { type ConvertOptions, convert } from '../dist/index.js';
import { createLedger } from '../dist/ledger.js';
import { createReader, type DocumentHandler } from '../dist/read/read.js';
import { isLeaf, type Node } from '../src/read/node.js';
import { toChunks } from '../src/read/source.js';

interface Tag {
  readonly name: string;
  readonly attributes: Record<string, string>;
  readonly children: (Tag | string)[];
  readonly line: number;
}

/** The floor: saxes alone, building a plain tree with line numbers. */
function buildTree(text: string): Tag | undefined {
  const parser = new SaxesParser({ position: true });
  const stack: Tag[] = [];
  let top: Tag | undefined;
  parser.on('error', () => undefined);
  parser.on('opentag', (tag) => {
    const node: Tag = {
      name: tag.name,
      attributes: tag.attributes as Record<string, string>,
      children: [],
      line: parser.line,
    };
    stack.at(-1)?.children.push(node);
    stack.push(node);
    top ??= node;
  });
  parser.on('text', (piece) => stack.at(-1)?.children.push(piece));
  parser.on('cdata', (piece) => stack.at(-1)?.children.push(piece));
  parser.on('closetag', () => stack.pop());
  parser.write(text).close();
  return top;
}

async function drain(bytes: Uint8Array, options: ConvertOptions): Promise<void> {
  for await (const event of convert(bytes, options)) if (event.kind === 'end') return;
}

const visit = (node: Node): void => {
  for (const item of node.content) if (!isLeaf(item)) visit(item);
};
/** Goes through the elements it is given, and does nothing with them. */
const visitor: DocumentHandler = {
  header: visit,
  openSection: () => undefined,
  statement: visit,
  closeSection: visit,
  release: () => undefined,
  end: () => undefined,
  report: () => undefined,
};

async function read(bytes: Uint8Array): Promise<void> {
  const reader = createReader(visitor, createLedger());
  for await (const chunk of toChunks(bytes)) reader.write(chunk.bytes);
  reader.close();
}

/** Documents it refuses, if small, cost it little; what it throws for large ones ends the variant. */
const LARGE = 500_000;

function convertWithMedplum(bytes: Buffer): void {
  try {
    convertCcdaToFhir(convertXmlToCcda(bytes.toString('utf8')), { ignoreUnsupportedSections: true });
  } catch (error) {
    if (bytes.length > LARGE) throw error;
  }
}

export const VARIANTS: Readonly<Record<string, (bytes: Buffer) => unknown>> = {
  saxes: (bytes) => buildTree(bytes.toString('utf8')),
  reader: read,
  off: (bytes) => drain(bytes, { check: 'off' }),
  fast: (bytes) => drain(bytes, { check: 'fast' }),
  full: (bytes) => drain(bytes, { check: 'full' }),
  medplum: convertWithMedplum,
};
