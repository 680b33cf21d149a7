import { execFile } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type FakeServer, startFakeServer } from './fake-server.js';

const root = fileURLToPath(new URL('../..', import.meta.url));

let folder = '';
let server: FakeServer;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'push-'));
  server = await startFakeServer();
});
afterAll(async () => {
  await server.close();
  await rm(folder, { recursive: true });
});

function run(...args: string[]): Promise<{ code: number; text: string }> {
  const node = [join(root, 'dist/cli/main.js'), ...args];
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      node,
      { cwd: folder, env: { ...process.env, SECRET: 'hush' } },
      (error, stdout, stderr) =>
        resolve({ code: typeof error?.code === 'number' ? error.code : 0, text: stdout + stderr }),
    );
  });
}

describe('push', { timeout: 120_000 }, () => {
  it('brings a converted document into a server, twice without a change, and out again', async () => {
    const out = join(folder, 'out');
    expect((await run('convert', join(root, 'samples/c32.xml'), '--out', out)).code).toBe(0);
    const { entry } = JSON.parse(await readFile(join(out, 'c32.json'), 'utf8'));
    const first = await run('push', out, '--server', server.url, '--run', 'one', '--max-entries', '10');
    expect(first).toMatchObject({ code: 0, text: expect.stringContaining(`${entry.length} created`) });
    expect(server.resources.size).toBe(entry.length);
    const second = await run('push', out, '--server', server.url, '--run', 'two');
    expect(second.text).toContain(`${entry.length} there already, unchanged`);
    const undone = await run('push', '--undo', 'one', '--server', server.url);
    expect(undone).toMatchObject({
      code: 0,
      text: expect.stringContaining(`${entry.length} resources of run one deleted`),
    });
    expect(server.resources.size).toBe(0);
  });

  it('keeps what was refused, and prints no value of it', async () => {
    const file = join(folder, 'patient.json');
    await writeFile(file, JSON.stringify({ resourceType: 'Patient', id: 'x1', name: [{ family: 'Secretname' }] }));
    server.refuse = ({ id }) => (id === 'x1' ? 'Secretname is no name' : undefined);
    const { code, text } = await run('push', file, '--server', server.url, '--out', join(folder, 'kept'));
    server.refuse = () => undefined;
    expect(code).toBe(1);
    expect(text).toContain('Patient/x1: refused (HTTP 422): invariant at Observation.status');
    expect(text).not.toContain('Secretname');
    expect(await readdir(join(folder, 'kept', 'rejected'))).toEqual(['Patient-x1.json', 'Patient-x1.reason.json']);
    expect(await readFile(join(folder, 'kept', 'rejected', 'Patient-x1.reason.json'), 'utf8')).toContain('Secretname');
  });

  it('sends credentials over TLS only, and never prints them', async () => {
    const { code, text } = await run(
      'push',
      'x.json',
      '--server',
      'http://fhir.example.org/r4',
      '--token',
      'env:SECRET',
    );
    expect(code).toBe(2);
    expect(text).toContain('over https only');
    expect(text).not.toContain('hush');
  });

  it.each([
    [
      'an address that only begins like this machine',
      ['--server', 'http://localhost.example.org/r4', '--token', 'env:SECRET'],
    ],
    [
      'tokens given unencrypted',
      [
        '--server',
        'https://127.0.0.1/r4',
        '--client-id',
        'me',
        '--client-secret',
        'env:SECRET',
        '--token-url',
        'http://auth.example.org/t',
      ],
    ],
    ['credentials in the address', ['--server', 'https://me:hush@fhir.example.org/r4']],
    ['what is no address', ['--server', 'fhir.example.org hush']],
    [
      'a key that is none',
      [
        '--server',
        'https://127.0.0.1/r4',
        '--client-id',
        'me',
        '--key',
        'env:SECRET',
        '--token-url',
        'https://127.0.0.1/t',
      ],
    ],
    ['longer patience than there is', ['--server', 'https://127.0.0.1/r4', '--timeout', '301']],
  ])('refuses %s', async (_, args) => {
    const { code, text } = await run('push', 'x.json', ...args);
    expect(code).toBe(2);
    expect(text).toMatch(/^ccd2fhir: (Credentials are sent over https only|--server|--key|--timeout)/);
    expect(text).not.toContain('hush');
  });

  it('keeps each of several refused resources without an id', async () => {
    const file = join(folder, 'nameless.ndjson');
    await writeFile(file, '{"resourceType":"Patient"}\n{"resourceType":"Patient"}\n');
    const { code } = await run('push', file, '--server', server.url, '--out', join(folder, 'nameless'));
    expect(code).toBe(1);
    expect((await readdir(join(folder, 'nameless', 'rejected'))).length).toBe(4);
  });
});
