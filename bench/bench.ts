/**
 * Reads, maps and accounts for the same bytes, each variant in turn in one process, and prints times as ratios.
 * `npm run bench -- [FOLDER...]`: the folders' XML files (default: samples and, where present, the corpus).
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { SaxesParser } from 'saxes';
import { type ConvertOptions, convert } from '../dist/index.js';
import { createLedger } from '../dist/ledger.js';
import { createReader, type DocumentHandler } from '../dist/read/read.js';
import { isLeaf, type Node } from '../src/read/node.js';
import { toChunks } from '../src/read/source.js';

const ROUNDS = 7;
const root = join(import.meta.dirname, '..');
const DEFAULTS = ['samples', '../shared/corpus/vendors', '../shared/corpus/hl7docs'].map((folder) =>
  join(root, folder),
);

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

/** Documents every variant can read. */
function load(folders: readonly string[]): Buffer[] {
  return folders
    .filter((folder) => existsSync(folder))
    .flatMap((folder) =>
      readdirSync(folder)
        .filter((file) => file.endsWith('.xml'))
        .map((file) => join(folder, file)),
    )
    .map((file) => readFileSync(file))
    .filter((bytes) => bytes[0] !== 0xff);
}

const documents = load(process.argv.length > 2 ? process.argv.slice(2) : DEFAULTS);
const megabytes = documents.reduce((sum, bytes) => sum + bytes.length, 0) / 1e6;
const variants: Record<string, (bytes: Buffer) => unknown> = {
  'bare saxes tree': (bytes) => buildTree(bytes.toString('utf8')),
  'reader alone': read,
  'convert, check off': (bytes) => drain(bytes, { check: 'off' }),
  'convert, check fast': (bytes) => drain(bytes, { check: 'fast' }),
};
const times = new Map<string, number[]>(Object.keys(variants).map((name) => [name, []]));
for (let round = 0; round <= ROUNDS; round++) {
  for (const [name, run] of Object.entries(variants)) {
    const start = process.cpuUsage();
    for (const bytes of documents) await run(bytes);
    const { user, system } = process.cpuUsage(start);
    if (round > 0) times.get(name)?.push((user + system) / 1e6);
  }
}
const median = (list: readonly number[]): number => [...list].sort((a, b) => a - b)[list.length >> 1] ?? 0;
const floor = median(times.get('bare saxes tree') ?? []);
console.log(`${documents.length} documents, ${megabytes.toFixed(1)} MB, median of ${ROUNDS} rounds, CPU time`);
for (const [name, list] of times) {
  const time = median(list);
  console.log(
    `${name.padEnd(22)} ${time.toFixed(2)} s  ${(megabytes / time).toFixed(1).padStart(6)} MB/s  ${(time / floor).toFixed(2)}x bare saxes`,
  );
}
