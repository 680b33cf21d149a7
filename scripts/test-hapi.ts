/**
 * `npm run test:hapi`: what `push` promises, on a real server. Starts HAPI FHIR JPA (Java 17 and Maven; skipped, saying
 * so, where they are absent), pushes the samples and, where present, the corpus, and takes them out again. Any number of
 * paths may be given instead. The first run downloads 300 MB.
 */
import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Bundle, FhirResource } from 'fhir/r4.js';

const root = join(import.meta.dirname, '..');
const folder = mkdtempSync(join(tmpdir(), 'hapi-'));
const START_MINUTES = 10;

const has = (command: string): boolean => spawnSync(command, ['-version']).status === 0;

async function startServer(): Promise<{ process: ChildProcess; url: string }> {
  const classpath = join(folder, 'classpath');
  const pom = join(root, 'scripts/hapi/pom.xml');
  const resolve = ['-q', '-B', '-f', pom, 'dependency:build-classpath', `-Dmdep.outputFile=${classpath}`];
  execFileSync('mvn', resolve, { stdio: ['ignore', 'ignore', 'inherit'] });
  const jars = readFileSync(classpath, 'utf8').trim();
  const java = spawn(
    'java',
    ['-Xmx3g', '-Dunlimited_db_connection=true', '-cp', jars, join(root, 'scripts/hapi/FhirServer.java')],
    {
      stdio: ['ignore', 'pipe', 'ignore'],
    },
  );
  const port = await new Promise<string>((ready, failed) => {
    setTimeout(() => failed(new Error(`HAPI FHIR did not start in ${START_MINUTES} minutes.`)), START_MINUTES * 60_000);
    java.on('exit', () => failed(new Error('HAPI FHIR ended before it was ready.')));
    java.stdout.on('data', (text) => {
      const found = /READY (\d+)/.exec(String(text))?.[1];
      if (found) ready(found);
    });
  });
  return { process: java, url: `http://127.0.0.1:${port}/fhir` };
}

const cli = (...args: string[]) => {
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(root, 'dist/cli/main.js'), ...args], {
    encoding: 'utf8',
    maxBuffer: 1e9,
  });
  return { status, text: stdout + stderr };
};

let failures = 0;
function expect(what: string, holds: boolean, detail = ''): void {
  if (!holds) failures++;
  console.log(`${holds ? 'ok  ' : 'FAIL'} ${what}${detail && ` (${detail})`}`);
}

/** Every resource of the Bundles written, once. */
function readPushed(out: string): Map<string, FhirResource> {
  const found = new Map<string, FhirResource>();
  for (const name of (readdirSync(out, { recursive: true }) as string[]).sort()) {
    if (!name.endsWith('.json') || name.endsWith('.loss.json') || name.endsWith('run.json')) continue;
    const { entry = [] } = JSON.parse(readFileSync(join(out, name), 'utf8')) as Bundle<FhirResource>;
    for (const { resource } of entry)
      if (resource)
        found.set(
          `${resource.resourceType}/${resource.id}`,
          found.get(`${resource.resourceType}/${resource.id}`) ?? resource,
        );
  }
  return found;
}

async function count(url: string, query: string): Promise<number> {
  const response = await fetch(`${url}/${query}${query.includes('?') ? '&' : '?'}_summary=count`);
  return ((await response.json()) as Bundle).total ?? -1;
}

async function compareCounts(url: string, pushed: ReadonlyMap<string, FhirResource>): Promise<void> {
  const types = new Map<string, number>();
  for (const { resourceType } of pushed.values()) types.set(resourceType, (types.get(resourceType) ?? 0) + 1);
  for (const [type, number] of types) {
    const there = await count(url, type);
    expect(`${type}: ${number} on the server`, there === number, there === number ? '' : `${there} found`);
  }
}

/** Searches by patient, category, code and date give what was pushed. */
async function compareSearches(url: string, pushed: ReadonlyMap<string, FhirResource>): Promise<void> {
  const observations = [...pushed.values()].filter((resource) => resource.resourceType === 'Observation');
  const [sample] = observations.filter(
    ({ effectiveDateTime, code }) => effectiveDateTime && code.coding?.[0]?.system === 'http://loinc.org',
  );
  const subject = sample?.subject?.reference?.replace('urn:uuid:', 'Patient/') ?? '';
  const ofPatient = observations.filter((one) => one.subject?.reference === sample?.subject?.reference);
  const coding = sample?.code.coding?.[0];
  const day = sample?.effectiveDateTime?.slice(0, 10) ?? '';
  const hasCategory = (code: string) => (one: (typeof observations)[number]) =>
    one.category?.some((category) => category.coding?.some((item) => item.code === code)) === true;
  const cases: [string, number][] = [
    [`Observation?patient=${subject}`, ofPatient.length],
    [`Observation?category=laboratory`, observations.filter(hasCategory('laboratory')).length],
    [`Observation?category=vital-signs`, observations.filter(hasCategory('vital-signs')).length],
    [
      `Observation?code=${encodeURIComponent(`${coding?.system}|${coding?.code}`)}`,
      observations.filter(({ code }) =>
        code.coding?.some((one) => one.code === coding?.code && one.system === coding?.system),
      ).length,
    ],
    [
      `Observation?patient=${subject}&date=${day}`,
      ofPatient.filter(({ effectiveDateTime }) => effectiveDateTime?.startsWith(day)).length,
    ],
  ];
  for (const [query, number] of cases) {
    const there = await count(url, query);
    expect(query, there === number, `${there} of ${number}`);
  }
}

async function test(url: string): Promise<void> {
  const corpus = ['../shared/corpus/vendors', '../shared/corpus/hl7docs'].map((path) => join(root, path));
  const given = process.argv.slice(2);
  const inputs = given.length > 0 ? given : [join(root, 'samples'), ...corpus.filter((path) => existsSync(path))];
  const out = join(folder, 'out');
  cli('convert', ...inputs, '--out', out, '--fail-on', 'never', '--quiet');
  const pushed = readPushed(out);
  console.log(`${pushed.size} resources`);
  const start = performance.now();
  const first = cli('push', out, '--server', url, '--run', 'first', '--out', join(folder, 'first'), '--timeout', '600');
  console.log(first.text.trimEnd());
  expect('every resource is accepted', first.status === 0, `${((performance.now() - start) / 1000).toFixed(0)} s`);
  await compareCounts(url, pushed);
  await compareSearches(url, pushed);
  const second = cli('push', out, '--server', url, '--run', 'second', '--out', join(folder, 'second'));
  expect(
    'a second push changes nothing',
    /^ *(\d+) there already, unchanged$/m.exec(second.text)?.[1] === String(pushed.size),
  );
  const newer = cli('push', '--undo', 'second', '--server', url);
  expect('undoing the second run takes nothing', newer.text.startsWith('0 resources'));
  const undone = cli('push', '--undo', 'first', '--server', url);
  expect('undoing the first leaves nothing', undone.status === 0, undone.text.trim());
  for (const type of new Set([...pushed.values()].map(({ resourceType }) => resourceType)))
    if ((await count(url, type)) !== 0) expect(`no ${type} is left`, false);
}

if (!has('java') || !has('mvn')) {
  console.log('Skipped: this needs Java 17 and Maven.');
} else {
  const server = await startServer();
  try {
    await test(server.url);
  } finally {
    server.process.kill();
    rmSync(folder, { recursive: true });
  }
  console.log(failures === 0 ? 'All held.' : `${failures} did not hold.`);
  process.exitCode = failures === 0 ? 0 : 1;
}
