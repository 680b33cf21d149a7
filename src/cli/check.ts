/**
 * `ccd2fhir check`: FHIR JSON against FHIR R4 (4.0.1) and US Core (6.1.0, 7.0.0 or 8.0.0): structure, closed codes, the
 * constraints FHIR states, the profiles' mandatory elements. The rules are those of mappings/checks.yaml and
 * mappings/us-core.yaml, each with the page it is from; `--check full` adds those that need the FHIRPath engine.
 */
import type { FhirResource } from 'fhir/r4.js';
import type { Argv } from 'yargs';
import { FAIL_ON, type FailOn } from '../batch/run.js';
import { type CheckIssue, type CheckOptions, check, type UsCore } from '../index.js';
import type { Entry } from '../intake/entry.js';
import { listFhirFiles } from '../intake/fhir-files.js';
import { readResources } from '../intake/resources.js';
import { type CheckRun, formatCheck, noteIssue, outcomeOf, startCheck } from '../report/checks.js';
import { checksOption, readOwnChecks, usCoreOption } from './options.js';
import { layoutOf, say, write } from './streams.js';

interface CheckArguments {
  readonly input: string[];
  readonly check: 'fast' | 'full';
  readonly usCore: UsCore;
  readonly checks: string[] | undefined;
  readonly json: boolean;
  readonly failOn: FailOn;
}

/** Declares the command's arguments. */
export function declare<T>(yargs: Argv<T>): Argv<T & CheckArguments> {
  return yargs
    .positional('input', {
      type: 'string',
      demandOption: true,
      describe: 'Bundles, resources or NDJSON: files, folders (all .json and .ndjson below them), or - for stdin',
    })
    .option('check', {
      choices: ['fast', 'full'] as const,
      default: 'full' as const,
      describe: 'full: also the rules that need the FHIRPath engine',
    })
    .option('us-core', usCoreOption)
    .option('checks', checksOption)
    .option('json', { type: 'boolean', default: false, describe: 'The result as a FHIR OperationOutcome' })
    .option('fail-on', {
      choices: FAIL_ON,
      default: 'error' as const,
      describe: 'Exit with 1 if there are issues this grave',
    }) as unknown as Argv<T & CheckArguments>;
}

/**
 * Runs the command.
 * @returns the exit code: 0; 1 if an input could not be read to its end or issues reach `--fail-on`; 2 if there was
 *   nothing to check
 * @throws an Error named UsageError if there is no such file
 */
export async function run(args: CheckArguments): Promise<number> {
  const options: Partial<CheckOptions> = {
    level: args.check,
    usCore: args.usCore,
    checks: args.checks && (await readOwnChecks(args.checks)),
  };
  const sum = startCheck();
  let rejected = 0;
  for (const { path, open } of await listInputs(args.input)) {
    const name = path === '-' ? 'stdin' : path;
    try {
      await checkInput(name, open(), options, sum);
    } catch (error) {
      if (!(error instanceof Error) || (error.name !== 'JsonError' && !('syscall' in error))) throw error;
      rejected++;
      say(`${name}: ${error.name === 'JsonError' ? error.message : 'The file cannot be read.'}`);
    }
  }
  const setting = { level: args.check, usCore: args.usCore };
  if (args.json) await write(`${JSON.stringify(outcomeOf(sum, setting), null, 2)}\n`);
  else await write(formatCheck(sum, setting, layoutOf(process.stdout)));
  return exitCode(sum, rejected, args.failOn);
}

async function checkInput(
  name: string,
  source: AsyncIterable<Uint8Array>,
  options: Partial<CheckOptions>,
  sum: CheckRun,
): Promise<void> {
  let number = 0;
  for await (const resource of readResources(source)) {
    number++;
    const { issues } = await check(resource, options);
    const type = issues[0]?.target === 'Resource' ? 'unknown' : resource.resourceType; // what is no name of FHIR's may be anything
    sum.resources.set(type, (sum.resources.get(type) ?? 0) + 1);
    const where = `${name}, resource ${number}`;
    if (isUnchecked(resource, issues)) sum.unchecked.add(type);
    else for (const issue of issues) noteIssue(sum, issue, where);
  }
}

/** Only the types a conversion can make have definitions here: others of FHIR's are named, not condemned. */
function isUnchecked(resource: FhirResource, [issue]: readonly CheckIssue[]): boolean {
  return issue?.id === 'structure-type' && issue.target === resource.resourceType;
}

function exitCode(sum: CheckRun, rejected: number, failOn: FailOn): number {
  if (sum.resources.size === 0) return 2;
  const grave = FAIL_ON.slice(FAIL_ON.indexOf(failOn)) as readonly string[];
  const failed = failOn !== 'never' && [...sum.issues.values()].some(({ severity }) => grave.includes(severity));
  return rejected > 0 || failed ? 1 : 0;
}

/** All of them, before the first is read: a misspelled one is found at once. */
async function listInputs(inputs: readonly string[]): Promise<Entry[]> {
  const entries: Entry[] = [];
  for (const input of inputs) for await (const entry of listFhirFiles(input)) entries.push(entry);
  return entries;
}
