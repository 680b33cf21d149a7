import { appendFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, expect, it } from 'vitest';
import { openParts, type Part } from '../../src/batch/parts.js';
import type { Segment } from '../../src/batch/spool.js';

const root = mkdtempSync(join(tmpdir(), 'ccd2fhir-parts-'));
const folder = join(root, 'parts');
const spool = join(root, 'spool');

beforeEach(() => rmSync(folder, { recursive: true, force: true }));
afterAll(() => rmSync(root, { recursive: true, force: true }));

/** Puts texts into a spool file, one segment each. */
function fill(...texts: [type: string, text: string][]): Segment[] {
  writeFileSync(spool, texts.map(([, text]) => text).join(''));
  return texts.map(([type, text]) => ({ type, bytes: text.length, lines: text.split('\n').length - 1 }));
}

const contents = (): Record<string, string> =>
  Object.fromEntries(
    readdirSync(folder)
      .sort()
      .map((name) => [name, readFileSync(join(folder, name), 'utf8')]),
  );

it('cuts parts at whole lines, the same however the lines come', () => {
  const expected = {
    'A-2.ndjson': '333\n4\n',
    'A-3.ndjson': '5555555555\n',
    'A-4.ndjson': '6\n',
    'A.ndjson': '1\n22\n',
    'B.ndjson': 'b\n',
  };
  const all = '1\n22\n333\n4\n5555555555\n6\n';
  const whole = openParts(folder, [], false, 7);
  const told = whole.append(spool, fill(['A', all], ['B', 'b\n']));
  whole.close();
  expect(contents()).toEqual(expected);
  expect(told.map(({ type, part, bytes, lines }) => [type, part, bytes, lines])).toEqual([
    ['A', 1, 5, 2],
    ['A', 2, 6, 2],
    ['A', 3, 11, 1],
    ['A', 4, 2, 1],
    ['B', 1, 2, 1],
  ]);
  rmSync(folder, { recursive: true });
  const single = openParts(folder, [], false, 7);
  for (const line of all.match(/.*\n/g) ?? []) single.append(spool, fill(['A', line]));
  single.append(spool, fill(['B', 'b\n']));
  single.close();
  expect(contents()).toEqual(expected);
});

it('takes back what the journal does not know, and goes on there', () => {
  const first = openParts(folder, [], false, 7);
  const known = first.append(spool, fill(['A', '1\n'])) as [Part];
  first.append(spool, fill(['A', '22\n333\n4\n'], ['B', 'b\n']));
  first.close();
  appendFileSync(join(folder, 'A-2.ndjson'), 'half a li');
  const again = openParts(folder, known, false, 7);
  expect(contents()).toEqual({ 'A.ndjson': '1\n' });
  again.append(spool, fill(['A', '22\n333\n']));
  again.close();
  expect(contents()).toEqual({ 'A.ndjson': '1\n22\n', 'A-2.ndjson': '333\n' });
});

it('begins new parts after the end of a run', () => {
  const more = openParts(folder, [{ type: 'A', part: 2, bytes: 3, lines: 1 }], true, 100);
  expect(contents()).toEqual({});
  more.append(spool, fill(['A', 'x\n']));
  more.close();
  expect(contents()).toEqual({ 'A-3.ndjson': 'x\n' });
});
