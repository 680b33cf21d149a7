import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));
const document = (extension: string): string => `<?xml version="1.0"?>
<ClinicalDocument xmlns="urn:hl7-org:v3">
  <id root="2.16.840.1.113883.19.5" extension="${extension}"/>
  <code code="34133-9" codeSystem="2.16.840.1.113883.6.1"/>
  <title>Summary</title>
  <effectiveTime value="20200203040506-0500"/>
  <recordTarget><patientRole><id root="2.16.840.1.113883.19.6" extension="p-${extension}"/>
    <patient><name><given>Ada</given><family>Test</family></name></patient></patientRole></recordTarget>
  <component><structuredBody><component><section><title>Notes</title><text>All well.</text></section></component>
  </structuredBody></component>
</ClinicalDocument>`;

interface Result {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

let folder = '';

function run(args: readonly string[], stdin = ''): Promise<Result> {
  const node = [join(root, 'dist/cli/main.js'), ...args];
  return new Promise((resolve) => {
    const child = execFile(process.execPath, node, { cwd: root }, (error, stdout, stderr) =>
      resolve({ code: typeof error?.code === 'number' ? error.code : 0, stdout, stderr }),
    );
    child.stdin?.end(stdin);
  });
}

const at = (...path: string[]): string => join(folder, ...path);
const readJson = async (...path: string[]): Promise<Record<string, unknown>> =>
  JSON.parse(await readFile(at(...path), 'utf8')) as Record<string, unknown>;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ccd2fhir-'));
  await mkdir(at('in/sub'), { recursive: true });
  await writeFile(at('in/run.XML'), document('d1'));
  await writeFile(at('in/sub/b.xml'), document('d2'));
  await writeFile(at('in/style.xml'), '<stylesheet/>');
  await writeFile(at('in/letter.xml'), 'Dear colleague');
  await writeFile(at('in/readme.txt'), 'not a record');
});

afterAll(() => rm(folder, { recursive: true, force: true }));

describe('convert to stdout', () => {
  it('writes one Bundle to stdout and a summary to stderr, the same from a file and from stdin', async () => {
    const [file, stdin] = await Promise.all([
      run(['convert', at('in/run.XML')]),
      run(['convert', '-'], document('d1')),
    ]);
    expect(file.code).toBe(0);
    expect(JSON.parse(file.stdout)).toMatchObject({ resourceType: 'Bundle', type: 'transaction' });
    expect(file.stderr).toMatch(/pieces of data/);
    expect(stdin.stdout).toBe(file.stdout);
  });

  it('keeps quiet when told to, and writes lines when told to', async () => {
    const { stdout, stderr } = await run(['convert', at('in/run.XML'), '--quiet', '--format', 'ndjson']);
    expect(stderr).toBe('');
    const types = stdout
      .trim()
      .split('\n')
      .map((line) => (JSON.parse(line) as { resourceType: string }).resourceType);
    expect(types).toContain('Patient');
  });
});

describe('convert to a folder', () => {
  it('mirrors the input, goes on after a rejected document and sums the run up', async () => {
    const { code, stderr } = await run(['convert', at('in'), '--out', at('out')]);
    expect(code).toBe(1);
    expect((await readdir(at('out'), { recursive: true })).sort()).toEqual([
      '.ccd2fhir',
      join('.ccd2fhir', 'journal.jsonl'),
      'run-2.json',
      'run-2.loss.json',
      'run.json',
      'sub',
      join('sub', 'b.json'),
      join('sub', 'b.loss.json'),
    ]);
    expect(await readJson('out/run.json')).toMatchObject({
      documents: { total: 5, converted: 2, incomplete: 0, rejected: 1, skipped: 2 },
      rejected: [{ name: 'letter.xml', reason: 'not-xml' }],
      skipped: ['readme.txt', 'style.xml'],
    });
    expect(await readJson('out/sub/b.loss.json')).toMatchObject({ source: { name: 'sub/b.xml' }, complete: true });
    expect(stderr).toContain('letter.xml: rejected:');
    expect(stderr).not.toContain('Dear colleague');
  });

  it('gathers all documents into one file per type with --format ndjson', async () => {
    await run(['convert', at('in'), '--out', at('lines'), '--format', 'ndjson', '--quiet']);
    const patients = (await readFile(at('lines/Patient.ndjson'), 'utf8')).trim().split('\n');
    expect(patients.map((line) => /"value":"p-(d\d)"/.exec(line)?.[1])).toEqual(['d1', 'd2']);
    expect((await readdir(at('lines'))).filter((name) => name.endsWith('.tmp'))).toEqual([]);
  });
});

describe('convert --trace', () => {
  it('writes where everything comes from: to a file, or beside each Bundle', { timeout: 180_000 }, async () => {
    const [one, folder, unnamed, named] = await Promise.all([
      run(['convert', at('in/run.XML'), '--quiet', '--trace', at('t.ndjson')]),
      run(['convert', at('in/sub'), '--out', at('traced'), '--quiet', '--trace']),
      run(['convert', at('in/run.XML'), '--trace']),
      run(['convert', at('in'), '--out', at('no'), '--trace', at('no.ndjson')]),
    ]);
    expect([one.code, folder.code, unnamed.code, named.code]).toEqual([0, 0, 2, 2]);
    for (const path of [at('t.ndjson'), at('traced/b.trace.ndjson')]) {
      const lines = (await readFile(path, 'utf8'))
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line));
      expect(lines).toContainEqual(
        expect.objectContaining({
          element: 'name',
          path: expect.stringMatching(/given/),
          rule: 'patient.name',
          line: 8,
        }),
      );
    }
  });
});

describe('loss', () => {
  it('reports in words, or as JSON, and writes no resource', async () => {
    const [words, json] = await Promise.all([
      run(['loss', at('in/run.XML')]),
      run(['loss', '--json', at('in/run.XML')]),
    ]);
    expect(words.code).toBe(0);
    expect(words.stdout).toMatch(/^run\.XML\n.*statements/);
    const { leaves, lost } = JSON.parse(json.stdout) as { leaves: { lost: number }; lost: { count: number }[] };
    expect(lost.reduce((sum, row) => sum + row.count, 0)).toBe(leaves.lost);
    expect(words.stdout).not.toContain('resourceType');
  });
});

describe('errors', () => {
  it.each([
    [[], 'ccd2fhir <command>'],
    [['convert', 'no-such-file'], 'no-such-file'],
    [['convert', 'samples'], '--out'],
    [['convert', 'samples', '--bogus'], 'bogus'],
    [['convert', 'samples', '--offset=5'], '--offset=-05:00'],
    [['convert', 'samples', '--out', 'a', '--out', 'b'], 'only once'],
    [['loss', 'samples'], 'one document'],
    [['loss', 'README.md'], 'README.md'],
  ])('%j ends with 2 and says what to do', async (args, said) => {
    const { code, stdout, stderr } = await run(args);
    expect(code).toBe(2);
    expect(stdout).toBe('');
    expect(stderr).toContain(said);
    expect(stderr).not.toMatch(/^\s+at /m);
  });

  it('ends with 3 on a wrong mapping, naming file and line', async () => {
    await mkdir(at('maps'));
    await writeFile(at('maps/mine.yaml'), 'table: mine\nnonsense: yes\n');
    const { code, stderr } = await run(['convert', at('in/run.XML'), '--mappings', at('maps')]);
    expect(stderr).toMatch(/mine\.yaml:\d+: /);
    expect(code).toBe(3);
  });
});
