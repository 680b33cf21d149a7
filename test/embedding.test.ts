import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';

// The sample imports the package by its name, as its readers will.
vi.mock('ccd2fhir', () => import('../src/index.js'));
const { app } = await import('../samples/http-service/server.js');

const sample = readFileSync(join(import.meta.dirname, '../samples/c32.xml'));
const post = (body: BodyInit) => app.request('/convert', { method: 'POST', body, duplex: 'half' } as RequestInit);

describe('the HTTP service of the samples', () => {
  it('answers a document with its resources, line by line', async () => {
    const answer = await post(sample);
    expect(answer.status).toBe(200);
    const lines = (await answer.text()).trim().split('\n');
    expect(lines.length).toBeGreaterThan(20);
    expect(lines.map((line) => JSON.parse(line).resourceType)).toContain('Patient');
  });

  it('answers what is no document with the reason', async () => {
    const answer = await post('<x/>');
    expect(answer.status).toBe(422);
    expect(await answer.json()).toMatchObject({ code: 'not-a-clinical-document' });
  });

  it('takes so many at once, and again when they are done', async () => {
    const open = await Promise.all(Array.from({ length: 5 }, () => post(sample)));
    expect(open.map(({ status }) => status).sort()).toEqual([200, 200, 200, 200, 503]);
    await Promise.all(open.map((answer) => answer.text()));
    expect((await post(sample)).status).toBe(200);
  });
});
