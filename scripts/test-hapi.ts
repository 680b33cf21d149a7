/**
 * `npm run test:hapi [PATH...]`: what `push` promises, on a real server. Starts HAPI FHIR JPA with validation of every
 * write (Java 17 and Maven; skipped, saying so, where they are absent), pushes the samples and, where present, the corpus,
 * or what the paths name, and takes it out again. The first run downloads 300 MB.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { compareCounts, compareNothing, compareSearches, readBundles } from './hapi/compare.js';
import { startHapi, whatIsMissing } from './hapi/server.js';

const root = join(import.meta.dirname, '..');
const folder = mkdtempSync(join(tmpdir(), 'ccd2fhir-hapi-'));
/** Minutes after which a command is ended: nothing here waits for ever. */
const LONGEST = 60;
let failures = 0;

function expect(what: string, holds: boolean, detail = ''): void {
  if (!holds) failures++;
  console.log(`${holds ? 'ok  ' : 'FAIL'} ${what}${!holds && detail ? ` (${detail})` : ''}`);
}

function cli(...args: string[]): { status: number | null; text: string; seconds: string } {
  const start = performance.now();
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(root, 'dist/cli/main.js'), ...args], {
    encoding: 'utf8',
    maxBuffer: 1e9,
    timeout: LONGEST * 60_000,
  });
  return { status, text: `${stdout}${stderr}`.trim(), seconds: ((performance.now() - start) / 1000).toFixed(0) };
}

/** `--timeout`: on a busy machine a server that validates may need minutes for its first requests. */
const push = (url: string, out: string, run: string) =>
  cli('push', out, '--server', url, '--run', run, '--out', join(folder, run), '--timeout', '300');

async function test(url: string): Promise<void> {
  const corpus = ['vendors', 'hl7docs'].map((name) => join(root, '../shared/corpus', name)).filter(existsSync);
  const given = process.argv.slice(2);
  const inputs = given.length > 0 ? given : [join(root, 'samples'), ...corpus];
  const out = join(folder, 'out');
  cli('convert', ...inputs, '--out', out, '--fail-on', 'never', '--quiet');
  const pushed = readBundles(out);
  console.log(`${pushed.size} resources of ${inputs.length} inputs`);

  const first = push(url, out, 'first');
  console.log(first.text);
  expect(`every resource is accepted, in ${first.seconds} s`, first.status === 0 && pushed.size > 0);
  await compareCounts(url, pushed, expect);
  await compareSearches(url, pushed, expect);

  const second = push(url, out, 'second');
  const unchanged = /^ *(\d+) there already, unchanged$/m.exec(second.text)?.[1];
  expect(`a second push changes nothing, in ${second.seconds} s`, unchanged === String(pushed.size), second.text);
  await compareCounts(url, pushed, expect);

  const nothing = cli('push', '--undo', 'second', '--server', url);
  expect('undoing the second run takes nothing', nothing.text.startsWith('0 resources'), nothing.text);
  const undone = cli('push', '--undo', 'first', '--server', url, '--timeout', '300');
  expect(`undoing the first takes all, in ${undone.seconds} s`, undone.status === 0, undone.text);
  await compareNothing(url, expect);
}

async function testOnHapi(): Promise<void> {
  const start = performance.now();
  const server = await startHapi(folder);
  console.log(`HAPI FHIR is ready after ${((performance.now() - start) / 1000).toFixed(0)} s`);
  try {
    await test(server.url);
  } catch (error) {
    expect('the test comes to its end', false, String(error));
  }
  if (failures > 0) console.log(`What the server says:\n${server.tail()}`);
  server.stop();
}

const missing = whatIsMissing();
if (missing !== undefined) console.log(`Skipped: ${missing}.`);
else {
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  await testOnHapi();
  console.log(failures === 0 ? 'All held.' : `${failures} did not hold.`);
  process.exitCode = failures === 0 ? 0 : 1;
}
