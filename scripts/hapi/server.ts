/** Starts and ends the HAPI FHIR server of `FhirServer.java`; finds what it and `Validate.java` need. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';

const HERE = import.meta.dirname;
const START_MINUTES = 15;

export interface HapiServer {
  /** Base URL of its FHIR API. */
  readonly url: string;
  /** The last lines of what the server has written, for whoever looks for the cause of a failure. */
  tail(): string;
  stop(): void;
}

/** Words for why the server cannot be started here; undefined if it can. */
export function whatIsMissing(): string | undefined {
  const missing = ['java', 'mvn'].filter((command) => spawnSync(command, ['-version']).status !== 0);
  return missing.length === 0 ? undefined : `there is no ${missing.join(' and no ')} (Java 17 and Maven are needed)`;
}

/**
 * Starts the server and waits until it has validated its first resource: that loads all definitions.
 * @param folder where class path and log go
 * @throws an Error with the end of the log if it does not come up
 */
export async function startHapi(folder: string): Promise<HapiServer> {
  const log = join(folder, 'hapi.log');
  const out = openSync(log, 'w');
  const java = spawn(
    'java',
    [
      '-Xmx3g',
      '-Duser.timezone=UTC',
      `-Dlogback.configurationFile=${join(HERE, 'logback.xml')}`,
      '-cp',
      resolveClasspath(folder),
      join(HERE, 'FhirServer.java'),
    ],
    { stdio: ['ignore', out, out] },
  );
  closeSync(out);
  const stop = (): void => void java.kill('SIGKILL');
  process.once('exit', stop);
  const tail = (): string => readFileSync(log, 'utf8').split('\n').slice(-40).join('\n');
  try {
    const url = `http://127.0.0.1:${await findPort(java, log)}/fhir`;
    await warmUp(url);
    return { url, tail, stop };
  } catch (error) {
    stop();
    throw new Error(`${error instanceof Error ? error.message : error}\n${tail()}`);
  }
}

/** Downloads what is not there yet; 300 MB the first time. */
export function resolveClasspath(folder: string): string {
  const path = join(folder, 'classpath');
  const pom = join(HERE, 'pom.xml');
  const args = ['-q', '-B', '-f', pom, 'dependency:build-classpath', `-Dmdep.outputFile=${path}`];
  const { status, stdout } = spawnSync('mvn', args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`Maven cannot get HAPI FHIR:\n${stdout.slice(0, 2000)}`);
  return readFileSync(path, 'utf8').trim();
}

async function findPort(java: ChildProcess, log: string): Promise<string> {
  for (const end = Date.now() + START_MINUTES * 60_000; Date.now() < end; await wait(500)) {
    const port = /^READY (\d+)$/m.exec(readFileSync(log, 'utf8'))?.[1];
    if (port !== undefined) return port;
    if (java.exitCode !== null) throw new Error('HAPI FHIR ended before it was ready.');
  }
  throw new Error(`HAPI FHIR did not start in ${START_MINUTES} minutes.`);
}

async function warmUp(url: string): Promise<void> {
  const answer = await fetch(`${url}/Patient/$validate`, {
    method: 'POST',
    headers: { 'content-type': 'application/fhir+json' },
    body: JSON.stringify({ resourceType: 'Patient', active: true }),
  });
  if (!answer.ok) throw new Error(`HAPI FHIR does not validate (HTTP ${answer.status}).`);
}
