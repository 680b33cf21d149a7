/**
 * Synthetic documents of a chosen size, for measuring. Everything in them is made up from a number.
 * `npx tsx bench/generate.ts --size 100MB [--shape entries|organizer] [--seed N] > big.xml`, or
 * `npx tsx bench/generate.ts --size 20kB --documents 80000 --out FOLDER` (a hundred to a folder).
 */
import { closeSync, mkdirSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { toBytes } from '../src/cli/pool-options.js';
import { HEADER, KINDS, type Kind, ORGANIZER, resultComponent } from './statements.js';

/** `entries`: sections of all kinds with many entries; `organizer`: one organizer with many components. */
export type Shape = 'entries' | 'organizer';

const END = '</structuredBody></component>\n</ClinicalDocument>\n';
/** Rows of a section's text: real ones have a row per entry, but one text must fit into one resource. */
const MOST_ROWS = 200;

/**
 * A document as pieces of XML, of about `bytes` bytes (all ASCII; never much less than one entry of each kind).
 * @param seed chooses patient, identifiers and values
 */
export function* generateDocument(bytes: number, shape: Shape = 'entries', seed = 1): Generator<string, void> {
  const header = HEADER(seed);
  yield header;
  const room = bytes - header.length - END.length;
  if (shape === 'organizer') yield* generateOrganizer(room, seed);
  else for (const kind of KINDS) yield* generateSection(kind, room / KINDS.length, seed);
  yield END;
}

function* generateSection(kind: Kind, bytes: number, seed: number): Generator<string, void> {
  const entryLength = kind.entry(seed, 1).length;
  const rowLength = row(kind, 1).length;
  const number = Math.max(1, Math.floor(bytes / (entryLength + (bytes > MOST_ROWS * entryLength ? 0 : rowLength))));
  yield `<component><section>\n${kind.templates}<code code="${kind.code}" codeSystem="2.16.840.1.113883.6.1"/>\n`;
  yield `<title>${kind.title}</title>\n<text><table><thead><tr><th>What</th><th>When</th></tr></thead><tbody>\n`;
  for (let n = 1; n <= Math.min(number, MOST_ROWS); n++) yield row(kind, n);
  yield '</tbody></table></text>\n';
  for (let n = 1; n <= number; n++) yield kind.entry(seed, n);
  yield '</section></component>\n';
}

const row = ({ title }: Kind, n: number): string =>
  `<tr ID="${title.toLowerCase().replace(' ', '-')}-${n}"><td>${title} number ${n}</td><td>2023</td></tr>\n`;

function* generateOrganizer(bytes: number, seed: number): Generator<string, void> {
  const [open, close] = ORGANIZER(seed);
  yield open;
  for (let n = 1, size = open.length + close.length; size < bytes; n++) {
    const component = resultComponent(seed, n);
    size += component.length;
    yield component;
  }
  yield close;
}

/** Writes one document to an open file. */
export function writeDocument(file: number, pieces: Iterable<string>): void {
  let waiting = '';
  for (const piece of pieces) {
    waiting += piece;
    if (waiting.length < 1 << 20) continue;
    writeAll(file, waiting);
    waiting = '';
  }
  writeAll(file, waiting);
}

function writeAll(file: number, text: string): void {
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length; ) at += writeSync(file, bytes, at);
}

/** Writes many documents to a folder, a hundred to each folder below. */
export function writeDocuments(folder: string, documents: number, bytes: number): void {
  for (let n = 0; n < documents; n++) {
    const below = join(folder, String(Math.floor(n / 100)).padStart(4, '0'));
    if (n % 100 === 0) mkdirSync(below, { recursive: true });
    const file = openSync(join(below, `${String(n).padStart(6, '0')}.xml`), 'w');
    writeDocument(file, generateDocument(bytes, 'entries', n + 1));
    closeSync(file);
  }
}

if (process.argv[1] === import.meta.filename) {
  const { values } = parseArgs({
    options: {
      size: { type: 'string', default: '100kB' },
      shape: { type: 'string', default: 'entries' },
      seed: { type: 'string', default: '1' },
      documents: { type: 'string' },
      out: { type: 'string' },
    },
  });
  const bytes = toBytes('--size', values.size) ?? 0;
  if (values.documents !== undefined && values.out !== undefined)
    writeDocuments(values.out, Number(values.documents), bytes);
  else writeDocument(1, generateDocument(bytes, values.shape as Shape, Number(values.seed)));
}
