import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { answerRequests } from '../../src/batch/requests.js';
import { documentText } from './documents.js';

const root = mkdtempSync(join(tmpdir(), 'ccd2fhir-requests-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

async function* lines(requests: readonly string[]): AsyncGenerator<Uint8Array, void> {
  for (const request of requests) yield Buffer.from(`${request}\n`);
}

it('answers every line in its order, and a broken one with what is wrong with it', async () => {
  const path = join(root, 'a.xml');
  writeFileSync(path, documentText('p1', 2));
  const requests = [
    { id: 'file', path },
    { id: 2, document: documentText('p2'), options: { format: 'ndjson', check: 'off' } },
    '{"id": 3, "docu',
    { id: 4, document: Buffer.from(documentText('p4')).toString('base64'), encoding: 'base64' },
    { id: 5, document: 'Dear colleague' },
    { id: 6, path: join(root, 'none.xml') },
    { id: 7, path, document: 'x' },
    { id: 8, path, options: { secret: 1 } },
    { id: 9, path, options: { check: 'most' } },
    [1],
    `{"id": 11, "document": "${'x'.repeat(100_000)}"}`,
    '',
    { id: { any: 'JSON' }, path, options: { format: 'collection' } },
  ].map((request) => (typeof request === 'string' ? request : JSON.stringify(request)));
  const setup = { options: { check: 'off' as const }, mappings: [] };
  const pool = { jobs: 2, limits: { seconds: 60, megabytes: 500 } };
  const answers: Record<string, unknown>[] = [];
  for await (const line of answerRequests(lines(requests), setup, pool, 50_000)) {
    expect(line.endsWith('\n')).toBe(true);
    answers.push(JSON.parse(line) as Record<string, unknown>);
  }
  expect(answers.map(({ id, status, reason, line }) => [id, status, reason ?? line])).toEqual([
    ['file', 'converted', undefined],
    [2, 'converted', undefined],
    [null, 'invalid', 3],
    [4, 'converted', undefined],
    [5, 'rejected', 'not-xml'],
    [6, 'rejected', 'unreadable'],
    [7, 'invalid', 7],
    [8, 'invalid', 8],
    [9, 'invalid', 9],
    [null, 'invalid', 10],
    [null, 'invalid', 11],
    [{ any: 'JSON' }, 'converted', undefined],
  ]);
  expect(answers[0]).toMatchObject({ bundle: { type: 'transaction' }, loss: { source: { name: 'a.xml' } } });
  const made = (answers[1]?.resources ?? []) as { resourceType: string }[];
  expect(made.map(({ resourceType }) => resourceType)).toContain('Patient');
  expect(answers[11]).toMatchObject({ bundle: { type: 'collection' } });
  expect(JSON.stringify(answers)).not.toContain('colleague');
});
