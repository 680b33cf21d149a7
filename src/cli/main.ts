#!/usr/bin/env node
/** The command line. Each command's code is loaded only when it is asked for. */
import type { Argv } from 'yargs';
import yargs from 'yargs';
import { hideBin } from 'yargs/helpers';
import { optimizeLate } from '../batch/optimize.js';
import { STDIN } from '../intake/files.js';
import { VERSION } from '../version.js';

interface Command<A> {
  declare(yargs: Argv): Argv<A>;
  run(args: A): Promise<number>;
}

optimizeLate();

/** A reader such as `head` that has seen enough is no error. */
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0);
  throw error;
});

// yargs takes a lone `-` for an option without a name and drops it.
const words = hideBin(process.argv).map((word) => (word === '-' ? STDIN : word));

const COMMANDS: readonly [usage: string, describe: string, load: () => Promise<unknown>][] = [
  ['convert [input..]', 'Convert documents to FHIR R4', () => import('./convert.js')],
  ['stdio', 'Answer requests, one line of JSON each, until the input ends', () => import('./stdio.js')],
  ['loss <file>', 'Report what a conversion loses, and why', () => import('./loss.js')],
  ['inspect <input..>', 'Say what files and archives hold, without converting', () => import('./inspect.js')],
  ['check <input..>', 'Check FHIR JSON against R4 and US Core', () => import('./check.js')],
  ['push [input..]', 'Push converted records into a FHIR server', () => import('./push.js')],
  ['timeline <input..>', 'Merge records of one person into one history', () => import('./timeline.js')],
  ['enqueue [input..]', 'Put documents into a queue for workers', () => import('./enqueue.js')],
  ['worker', 'Convert documents of a queue', () => import('./worker.js')],
  ['queue <action>', 'Show a queue, or set it right', () => import('./queue.js')],
  ['explain <rule> [file]', 'Say what a rule does, or why a resource is as it is', () => import('./explain.js')],
  ['coverage', 'Show which rows of the mapping checklist are covered, and by what', () => import('./coverage.js')],
];

const index = words.findIndex((word) => !word.startsWith('-'));
const named = COMMANDS.find(([usage]) => usage.split(' ')[0] === words[index]);

/** What yargs says if a positional is missing, which no person understands. */
const TOO_FEW = 'Not enough non-option arguments: got %s, need at least %s';

/** A parser of one command's own words: told of all commands, yargs writes a page of help before it calls one. */
async function runCommand([usage, describe, load]: (typeof COMMANDS)[number]): Promise<number> {
  const [name = '', ...positionals] = usage.split(' ');
  const command = (await load()) as Command<unknown>;
  let run = async (): Promise<number> => 0;
  const parser = createParser(words.toSpliced(index, 1), `ccd2fhir ${name}`);
  const missing = `Something is missing (%s named, %s needed): ccd2fhir ${usage}`;
  parser.updateStrings({ [TOO_FEW]: { one: missing, other: missing } as unknown as string });
  await parser
    .command(['$0', ...positionals].join(' '), describe, command.declare, (args) => {
      run = () => command.run(args);
    })
    .parseAsync();
  return run();
}

/** Says what commands there are. */
async function listCommands(): Promise<number> {
  const parser = createParser(words, 'ccd2fhir').usage(
    '$0 <command>\n\nTurns CCD / C-CDA documents into FHIR R4 and accounts for every piece of the source.',
  );
  for (const [usage, describe] of COMMANDS) parser.command(usage, describe);
  if (words.length === 0) {
    parser.showHelp('error');
    return 2;
  }
  await parser.demandCommand(1, 'Name a command.').recommendCommands().parseAsync();
  return 0;
}

function createParser(list: readonly string[], name: string): Argv {
  return (
    yargs(list)
      .scriptName(name)
      // As the words of the commands themselves.
      .locale('en')
      .parserConfiguration({ 'greedy-arrays': false, 'boolean-negation': false })
      .strict()
      .check(refuseRepeats)
      .fail(false)
      .version(VERSION)
      .help()
      .alias('h', 'help')
      .epilogue(
        'Exit codes: 0 done; 1 done, with documents rejected or incomplete, or findings; 2 usage, or nothing converted; 3 mapping error.',
      )
  );
}

try {
  process.exitCode = await (named ? runCommand(named) : listCommands());
} catch (error) {
  process.exitCode = explain(error);
}

/** yargs turns an option given twice into a list; these and the inputs may be lists. */
function refuseRepeats(args: Record<string, unknown>): boolean {
  for (const [name, value] of Object.entries(args))
    if (Array.isArray(value) && !['_', 'input', 'mappings', 'checks', 'no-repair', 'noRepair'].includes(name))
      throw new Error(`Give --${name} only once.`);
  return true;
}

/** Says what went wrong and returns the exit code for it. */
function explain(error: unknown): number {
  const { name, message } = error instanceof Error ? error : new Error(String(error));
  const usage = name === 'UsageError' || name === 'YError' || name === 'Error';
  console.error(
    `ccd2fhir: ${message}${usage && name !== 'UsageError' ? `\nSee ccd2fhir ${named ? `${words[index]} ` : ''}--help.` : ''}`,
  );
  return name === 'MappingError' ? 3 : 2;
}
