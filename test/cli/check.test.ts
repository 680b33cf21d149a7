import { execFile, spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));
const main = [join(root, 'dist/cli/main.js')];
let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ccd2fhir-check-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

interface Result {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

function run(args: readonly string[]): Promise<Result> {
  return new Promise((resolve) => {
    execFile(process.execPath, [...main, 'check', ...args], { cwd: root }, (error, stdout, stderr) =>
      resolve({ code: typeof error?.code === 'number' ? error.code : 0, stdout, stderr }),
    );
  });
}

const observation = (fields: object): object => ({
  resourceType: 'Observation',
  code: { text: 'Weight of a secret person' },
  status: 'final',
  ...fields,
});

async function file(name: string, text: string): Promise<string> {
  await writeFile(join(folder, name), text);
  return join(folder, name);
}

describe('check', () => {
  it('sums issues up by rule and element, says where first, and never a value', async () => {
    const resources = [{}, { status: 'secret' }, { status: 'secret' }, { status: undefined }].map(observation);
    const path = await file('o.ndjson', resources.map((item) => JSON.stringify(item)).join('\n'));
    const { code, stdout } = await run([path, '--us-core', 'none', '--check', 'fast']);
    expect(code).toBe(1);
    expect(stdout).toContain('4 resources checked against FHIR R4 4.0.1, fast check.');
    expect(stdout).toMatch(/ 2 {2}error +Observation\.status\n.*\[structure-code\]\n.*o\.ndjson, resource 2/);
    expect(stdout).toMatch(/ 1 {2}error +Observation\.status\n.*\[structure-required\]\n.*o\.ndjson, resource 4/);
    expect(stdout).not.toContain('secret');
  });

  it('gives an OperationOutcome with --json, and obeys --fail-on', async () => {
    const entry = [{ resource: observation({ status: undefined }) }];
    const path = await file('b.json', JSON.stringify({ resourceType: 'Bundle', type: 'collection', entry }));
    const { code, stdout } = await run([path, '--json', '--us-core', 'none', '--fail-on', 'never']);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      resourceType: 'OperationOutcome',
      issue: expect.arrayContaining([
        expect.objectContaining({ severity: 'error', code: 'required', expression: ['Observation.status'] }),
      ]),
    });
  });

  it('names the types it knows nothing of instead of condemning them', async () => {
    const { code, stdout } = await run([await file('t.json', '{"resourceType":"TestScript"}')]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/Not checked.*TestScript/);
  });

  it('repeats no name that FHIR does not have', async () => {
    const hostile = {
      ...{ resourceType: 'Patient', secretName: 1, _secretNote: {}, constructor: 1, contact: [{ 'secret one': 1 }] },
      contained: [{ resourceType: 'SecretType' }],
    };
    const lines = [hostile, { resourceType: 'SecretType' }, { resourceType: 'constructor' }];
    const path = await file('s.ndjson', lines.map((item) => JSON.stringify(item)).join('\n'));
    const [plain, json] = await Promise.all([run([path]), run([path, '--json'])]);
    expect([plain.code, json.code]).toEqual([1, 1]);
    expect(plain.stdout).toMatch(/ 3 {2}error +Patient\n.*\[structure-unknown\]/);
    expect(plain.stdout).toMatch(/Patient 1, unknown 2/);
    expect(plain.stdout + plain.stderr + json.stdout).not.toMatch(/secret|constructor/i);
  });

  it('says in one line what has no narrative, and fails for it only if asked to', async () => {
    const path = await file('n.ndjson', [{}, {}].map((item) => JSON.stringify(observation(item))).join('\n'));
    const [plain, json] = await Promise.all([
      run([path, '--us-core', 'none', '--fail-on', 'warning']),
      run([path, '--us-core', 'none', '--json']),
    ]);
    expect([plain.code, plain.stdout.match(/dom-6.*/g)]).toEqual([0, ['dom-6]: Observation 2.']]);
    expect(JSON.parse(json.stdout).issue[0]).toMatchObject({ severity: 'information', expression: ['Observation'] });
  });

  it.each([
    ['a member twice', '{"resourceType":"Patient","name":[],"name":null}', 'two members of one name'],
    ['a prototype', '{"resourceType":"Patient","__proto__":{"resourceType":"Basic"}}', 'named as none of FHIR'],
    ['what is no number', '{"resourceType":"Patient","birthDate":NaN}', 'not valid JSON'],
    ['depth without end', `{"resourceType":"Patient","extension":${'[{"extension":'.repeat(100_000)}`, '100 levels'],
  ])('refuses %s', async (name, text, reason) => {
    const { code, stderr } = await run([await file(`${name}.json`, text)]);
    expect([code, stderr]).toEqual([2, expect.stringContaining(reason)]);
  });

  it('refuses bytes that are not UTF-8', async () => {
    const path = join(folder, 'bytes.json');
    await writeFile(path, Buffer.from('{"resourceType":"Patient","id":"\u00ff"}', 'latin1'));
    expect((await run([path])).stderr).toContain('not UTF-8');
  });

  it('goes on after a broken file (1), and ends with 2 if nothing could be checked', async () => {
    const [good, bad] = [await file('g.json', JSON.stringify(observation({}))), await file('x.json', '{"a":')];
    const [both, none] = await Promise.all([run([bad, good, '--fail-on', 'never']), run([bad])]);
    expect([both.code, none.code]).toEqual([1, 2]);
    expect(both.stdout).toContain('1 resource checked');
    expect(none.stderr).toContain('x.json');
  });

  it('reads 50 MB in a heap of 80', { timeout: 120_000 }, async () => {
    const node = ['--max-old-space-size=80', ...main, 'check', '-', '--check', 'fast'];
    const child = spawn(process.execPath, node, { cwd: root });
    let said = '';
    child.stdout.on('data', (data: Buffer) => {
      said += data.toString();
    });
    const closed = new Promise<number | null>((resolve) => child.on('close', resolve));
    const div = `<div xmlns="http://www.w3.org/1999/xhtml">${'words '.repeat(800)}</div>`;
    const entry = JSON.stringify({ resource: observation({ text: { status: 'generated', div } }) });
    const count = Math.ceil(50e6 / entry.length);
    const send = (text: string): Promise<unknown> =>
      child.stdin.write(text) ? Promise.resolve() : new Promise((resolve) => child.stdin.once('drain', resolve));
    await send('{"resourceType":"Bundle","type":"collection","entry":[');
    for (let index = 0; index < count; index++) await send(`${index > 0 ? ',' : ''}${entry}`);
    child.stdin.end(']}');
    expect(await closed).toBe(0);
    expect(said).toContain(`${String(count).replace(/(\d{3})$/, ',$1')} resources checked`);
  });
});
