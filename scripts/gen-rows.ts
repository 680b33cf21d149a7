/**
 * Lists the rows of docs/mapping-checklist.md in mappings/rows.yaml, for coverage and `explain`.
 * `tsx scripts/gen-rows.ts` writes the file; with `--check` it exits 1 if the file is stale. Exits 1 when a row id
 * occurs twice or is a range (`AL-01..03`): rules cite single rows.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { stringify } from 'yaml';

export interface Row {
  /** Heading it stands under, without its number: `Allergies`. */
  readonly block: string;
  /** `IG`: from the guide; `+`: the checklist's own. */
  readonly mark: 'IG' | '+';
  readonly text: string;
}

const HEADER =
  '# Generated from docs/mapping-checklist.md by `tsx scripts/gen-rows.ts`: do not edit. Row id -> block, mark, source cell.\n';

/** Rows of the checklist by id, in its order. Input: its Markdown. Throws on a duplicate id or a range of ids. */
export function readRows(markdown: string): Map<string, Row> {
  const rows = new Map<string, Row>();
  let [section, block, mark]: [string, string, Row['mark']] = ['', '', 'IG'];
  for (const line of markdown.split(/\r?\n/)) {
    if (/^(#{2,3} |\*\*)/.test(line)) {
      const title = line.replace(/^#+ /, '').replace(/\*\*/g, '');
      if (line.startsWith('#')) section = nameOf(title);
      block = line.startsWith('#') ? section : nameOf(title);
      mark = markOf(title) ?? (line.startsWith('##') ? 'IG' : mark);
    }
    for (const [id, row] of rowsOf(line, block, mark)) {
      if (rows.has(id)) throw new Error(`docs/mapping-checklist.md: row ${id} occurs twice`);
      rows.set(id, row);
    }
  }
  return rows;
}

const nameOf = (title: string): string =>
  title
    .replace(/\s*\[[^\]]*\].*$/, '')
    .replace(/^[A-Z][0-9]*\. /, '')
    .replace(/\s*\([^)]*\)\s*$/, '')
    .trim();

/** `[IG/+]` counts as from the guide. */
function markOf(text: string): Row['mark'] | undefined {
  const found = /\[(IG|\+)[^\]]*\]/.exec(text)?.[1];
  return found === 'IG' || found === '+' ? found : undefined;
}

/** The rows on one line: a table row has one, marked in its source cell (a mark further right is on an addition);
 * comments (CO-01 ...) stand several in a sentence. */
function* rowsOf(line: string, block: string, mark: Row['mark']): Generator<[string, Row]> {
  const cells = line.split(/(?<!\\)\|/).map((cell) => cell.trim());
  const id = cells[1] ?? '';
  if (/^[A-Z][A-Z0-9]-\d/.test(id)) {
    if (!/^[A-Z][A-Z0-9]-\d+$/.test(id)) throw new Error(`docs/mapping-checklist.md: ${id} is not one row id`);
    yield [id, { block, mark: markOf(cells[2] ?? '') ?? mark, text: plain(cells[2] ?? '') }];
  } else if (/^\*\*.*CO-01 /.test(line)) {
    for (const [, comment = '', text = ''] of line.matchAll(/(CO-\d+) (.*?)(?=; CO-|\.$|$)/g))
      yield [comment, { block: 'Comment Activity → Annotation', mark: 'IG', text: plain(text) }];
  }
}

const plain = (cell: string): string =>
  cell
    .replace(/`|\*\*/g, '')
    .replace(/\s*\[(IG|\+)[^\]]*\]/g, '')
    .trim();

/** The text of mappings/rows.yaml for a checklist. */
export function writeRows(markdown: string): string {
  const lines = [...readRows(markdown)].map(([id, row]) =>
    stringify({ [id]: row }, { lineWidth: 0, collectionStyle: 'flow', flowCollectionPadding: true, schema: 'failsafe' })
      .trim()
      .replace(/^\{ | \}$/g, ''),
  );
  return `${HEADER}${lines.join('\n')}\n`;
}

function main(): void {
  const at = (path: string): string => fileURLToPath(new URL(`../${path}`, import.meta.url));
  const text = writeRows(readFileSync(at('docs/mapping-checklist.md'), 'utf8'));
  if (!process.argv.includes('--check')) writeFileSync(at('mappings/rows.yaml'), text);
  else if (readFileSync(at('mappings/rows.yaml'), 'utf8') !== text) {
    console.error('mappings/rows.yaml is stale: run `npx tsx scripts/gen-rows.ts`');
    process.exitCode = 1;
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) main();
