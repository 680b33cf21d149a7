/** A PostgreSQL of the tests' own: the one `CCD2FHIR_TEST_POSTGRES` names, or one started from the machine's package. */
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface Postgres {
  readonly url: string;
  /** Stops it at once and starts it again; nothing for a server that is not ours. */
  restart(): void;
  stop(): void;
}

/** Where Debian puts the programs of its packages. */
const folders = ['/usr/lib/postgresql'].flatMap((root) =>
  existsSync(root) ? readdirSync(root).map((version) => join(root, version, 'bin')) : [],
);

function findProgram(name: string): string | undefined {
  return [...folders, '/usr/local/bin', '/usr/bin']
    .map((folder) => join(folder, name))
    .find((path) => existsSync(path));
}

/** Undefined where there is neither: the tests then say that they were skipped. */
export async function startPostgres(): Promise<Postgres | undefined> {
  const given = process.env.CCD2FHIR_TEST_POSTGRES;
  if (given) return { url: given, restart: () => undefined, stop: () => undefined };
  const [initdb, control] = [findProgram('initdb'), findProgram('pg_ctl')];
  if (!initdb || !control) return undefined;
  const folder = mkdtempSync(join(tmpdir(), 'postgres-'));
  const data = join(folder, 'data');
  const port = await freePort();
  // The server refuses to run as root: then as the user its package made.
  const asUser = process.getuid?.() === 0 ? ['runuser', '-u', 'postgres', '--'] : [];
  if (asUser.length > 0) execFileSync('chown', ['postgres', folder]);
  const run = (...command: string[]): void => {
    const [program = '', ...args] = [...asUser, ...command];
    const { status, stderr } = spawnSync(program, args, {
      encoding: 'utf8',
      stdio: ['ignore', 'ignore', 'pipe'],
      cwd: folder,
    });
    if (status !== 0) throw new Error(`${command[0]} failed: ${stderr}`);
  };
  run(initdb, '-D', data, '-U', 'test', '-A', 'trust', '--no-sync');
  const options = `-p ${port} -c listen_addresses=127.0.0.1 -c unix_socket_directories=${folder} -c fsync=off`;
  const start = (): void => run(control, '-D', data, '-w', '-l', join(folder, 'log'), '-o', options, 'start');
  start();
  return {
    url: `postgres://test@127.0.0.1:${port}/postgres`,
    restart() {
      run(control, '-D', data, '-m', 'immediate', 'stop');
      start();
    },
    stop() {
      run(control, '-D', data, '-m', 'immediate', 'stop');
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

const freePort = (): Promise<number> =>
  new Promise((found) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => found(typeof address === 'object' && address ? address.port : 0));
    });
  });
