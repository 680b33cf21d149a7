import { appendFileSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { type DocumentLine, openJournal, readJournal } from '../../src/batch/journal.js';

const root = mkdtempSync(join(tmpdir(), 'ccd2fhir-journal-'));
const path = join(root, 'work', 'journal.jsonl');
afterAll(() => rmSync(root, { recursive: true, force: true }));

const settings = { check: 'fast', format: 'ndjson' };
const line = (name: string): DocumentLine => ({
  name,
  path: name,
  output: name,
  outcome: { status: 'rejected', reason: 'not-xml', message: 'No.' },
});

const read = async (
  under: Parameters<typeof readJournal>[1] = settings,
): Promise<{ names: string[]; bytes: number; ended: boolean }> => {
  const names: string[] = [];
  return { ...(await readJournal(path, under, ({ name }) => names.push(name))), names };
};

it('holds what was appended; a torn line, wherever it is torn, does not count', async () => {
  expect(await read()).toEqual({ names: [], bytes: 0, ended: false });
  const journal = openJournal(path, settings, 0);
  journal.append(line('a'));
  journal.append(line('b'));
  journal.close();
  const whole = readFileSync(path);
  const end = whole.lastIndexOf('\n', whole.length - 2) + 1;
  expect((await read()).names).toEqual(['a', 'b']);
  for (let size = end; size < whole.length; size++) {
    writeFileSync(path, whole.subarray(0, size));
    expect(await read()).toEqual({ names: ['a'], bytes: end, ended: false });
  }
  const again = openJournal(path, settings, end);
  again.append(line('b'));
  again.end();
  again.close();
  expect(await read()).toMatchObject({ names: ['a', 'b'], ended: true });
});

it('is not resumed under other settings, or if it is damaged within', async () => {
  await expect(read({ ...settings, check: 'full' })).rejects.toThrow('begun with check fast, this one with check full');
  truncateSync(path, 0);
  appendFileSync(path, `${JSON.stringify({ settings })}\n{"na\n{}\n`);
  await expect(read()).rejects.toThrow('journal.jsonl:2 is damaged');
});
