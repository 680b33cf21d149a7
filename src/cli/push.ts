/** `ccd2fhir push`: converted records into a FHIR server, and out of it again. */
import { createHash } from 'node:crypto';
import type { Argv } from 'yargs';
import { listFhirFiles } from '../intake/fhir-files.js';
import { usageError } from '../intake/usage.js';
import { push } from '../push/push.js';
import { FATES, MODES, type Mode, type Outcome, type ProfileClaims } from '../push/send.js';
import { connect, type Server } from '../push/server.js';
import { UNDO_FATES, undo } from '../push/undo.js';
import { listUnits } from '../push/units.js';
import { type AuthArguments, authOptions, chooseAuthorization, refuseAddress } from './push-auth.js';
import { openRecord } from './push-record.js';
import { formatRefusal, formatStay, formatTally } from './push-words.js';
import { say } from './streams.js';

interface PushArguments extends AuthArguments {
  readonly input: string[] | undefined;
  readonly server: string;
  readonly out: string | undefined;
  readonly mode: Mode;
  readonly maxEntries: number;
  readonly maxBytes: number;
  readonly concurrency: number;
  readonly retries: number;
  readonly timeout: number;
  readonly run: string | undefined;
  readonly undo: string | undefined;
  readonly overwrite: boolean;
  readonly profiles: 'auto' | 'keep' | 'drop';
  readonly showValues: boolean;
  readonly quiet: boolean;
}

/** Declares the command's arguments. */
export function declare<T>(yargs: Argv<T>): Argv<T & PushArguments> {
  return authOptions(yargs)
    .positional('input', {
      type: 'string',
      array: true,
      describe: 'Bundles, NDJSON files, or folders of them',
    })
    .options({
      server: { type: 'string', demandOption: true, requiresArg: true, describe: 'Base URL of the FHIR API' },
      mode: { choices: MODES, default: 'transaction' as const, describe: 'How resources are sent' },
      'max-entries': { type: 'number', default: 200, describe: 'Resources of one request' },
      'max-bytes': { type: 'number', default: 800_000, describe: 'Bytes of one request' },
      concurrency: { type: 'number', default: 4, describe: 'Requests at the same time' },
      retries: { type: 'number', default: 5, describe: 'Further attempts when the server is busy or gone' },
      timeout: { type: 'number', default: 120, describe: 'Seconds until an attempt is given up, 300 at most' },
      run: { type: 'string', requiresArg: true, describe: 'Name of the run; default: made of the inputs' },
      undo: { type: 'string', requiresArg: true, describe: 'Take this run out of the server again' },
      overwrite: { type: 'boolean', default: false, describe: 'Write over what others have written or changed' },
      profiles: {
        choices: ['auto', 'keep', 'drop'] as const,
        default: 'auto' as const,
        describe: 'meta.profile; auto: left out once the server refuses profiles it does not know',
      },
      out: {
        type: 'string',
        requiresArg: true,
        describe: 'Folder for the journal and what was refused; default: push-RUN',
      },
      'show-values': { type: 'boolean', default: false, describe: "Print the server's own words: may be patient data" },
      quiet: { type: 'boolean', default: false, describe: 'Say nothing but errors' },
    }) as unknown as Argv<T & PushArguments>;
}

/** Seconds; what Node.js waits for an answer to begin. */
const LONGEST_TIMEOUT = 300;

/**
 * Runs the command.
 * @returns the exit code: 0; 1 if resources were refused or another version of them was kept, or an undo left some
 * @throws an Error named UsageError, JsonError, ServerError, ConnectionError or AuthError
 */
export async function run(args: PushArguments): Promise<number> {
  refuseAddress('--server', args.server);
  if (args.timeout > LONGEST_TIMEOUT) throw usageError(`--timeout is ${LONGEST_TIMEOUT} seconds at most.`);
  const server = connect(args.server, {
    authorize: await chooseAuthorization(args, args.server),
    retries: args.retries,
    timeout: args.timeout * 1000,
  });
  if (args.undo !== undefined) return undoRun(server, args.undo, args);
  if (!args.input || args.input.length === 0) throw usageError('Name what to push: Bundles, NDJSON files or folders.');
  return pushInputs(server, args.input, args);
}

async function pushInputs(server: Server, inputs: readonly string[], args: PushArguments): Promise<number> {
  const name = args.run ?? (await nameRun(inputs));
  const folder = args.out ?? `push-${name}`;
  const counts = startCounts(FATES);
  const profiles: ProfileClaims = { keep: args.profiles !== 'drop', adapt: args.profiles === 'auto' };
  const record = openRecord(folder);
  const tell = (outcome: Outcome): void => {
    counts[outcome.fate]++;
    record.add(outcome);
    if (outcome.fate === 'refused') say(formatRefusal(outcome, args.showValues));
  };
  const units = listUnits(inputs, ({ resource, file, why }) =>
    tell({ key: `${resource.resourceType} in ${file}`, fate: 'refused', resource, why }),
  );
  try {
    await push(server, units, { ...args, run: name, profiles }, tell);
  } finally {
    record.close(name, profiles.keep, counts);
  }
  if (!profiles.keep && args.profiles === 'auto')
    say('The server does not know the profiles; meta.profile was left out.');
  if (!args.quiet) say(formatTally(counts, name, folder));
  return counts.refused + counts.kept > 0 ? 1 : 0;
}

async function undoRun(server: Server, name: string, args: PushArguments): Promise<number> {
  const counts = startCounts(UNDO_FATES);
  await undo(server, name, args.maxEntries, (outcome) => {
    counts[outcome.fate]++;
    if (outcome.fate !== 'deleted') say(formatStay(outcome));
  });
  const left = counts.changed + counts.needed + counts.failed;
  if (!args.quiet) say(`${counts.deleted} resources of run ${name} deleted, ${left} left.`);
  return left > 0 ? 1 : 0;
}

const startCounts = <Name extends string>(names: readonly Name[]): Record<Name, number> =>
  Object.fromEntries(names.map((name) => [name, 0])) as Record<Name, number>;

/** The same inputs have the same name, so that a run that was stopped goes on as the same one. */
async function nameRun(inputs: readonly string[]): Promise<string> {
  const hash = createHash('sha256');
  for (const input of inputs)
    for await (const { open } of listFhirFiles(input)) for await (const chunk of open()) hash.update(chunk);
  return hash.digest('hex').slice(0, 12);
}
