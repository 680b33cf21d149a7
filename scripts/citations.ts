/** Which code cites which row of the checklist: what a row's mechanism is when no rule of a table stands for it. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** `PQ-03`, `CD-01 to CD-05`, `PQ-01..08`. */
const CITATION = /\b([A-Z][A-Z0-9])-(\d\d)\b(?:(?: to \1-|\.\.)(\d\d)\b)?/g;

/** Row ids cited in a text, ranges spelled out. */
export function citedRows(text: string): Set<string> {
  const rows = new Set<string>();
  for (const [, block = '', first = '', last = first] of text.matchAll(CITATION))
    for (let number = Number(first); number <= Number(last); number++)
      rows.add(`${block}-${String(number).padStart(2, '0')}`);
  return rows;
}

/** Row id -> files that cite it: sources, and comments of mapping files (what stands in `row:` is not a comment). */
export function findCitations(root: string): Record<string, string[]> {
  const found: Record<string, string[]> = {};
  const add = (file: string, text: string): void => {
    for (const row of citedRows(text)) {
      const files = found[row] ?? [];
      files.push(file);
      found[row] = files;
    }
  };
  for (const file of list(join(root, 'src'), '.ts'))
    if (!file.endsWith('.gen.ts')) add(`src/${file}`, comments(readFileSync(join(root, 'src', file), 'utf8')));
  for (const file of list(join(root, 'mappings'), '.yaml'))
    if (file !== 'rows.yaml') add(`mappings/${file}`, hashes(readFileSync(join(root, 'mappings', file), 'utf8')));
  return found;
}

const list = (folder: string, extension: string): string[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((file) => file.replaceAll('\\', '/'))
    .filter((file) => file.endsWith(extension))
    .sort();

/** The comments of TypeScript: a row id in a string would prove nothing. */
const comments = (text: string): string => (text.match(/\/\*[\s\S]*?\*\/|(?<!:)\/\/.*/g) ?? []).join('\n');

const hashes = (text: string): string => (text.match(/(?:^|\s)#.*/g) ?? []).join('\n');
