/** The options every command that converts understands, and what they mean to the library. */
import { readFile } from 'node:fs/promises';
import type { Argv } from 'yargs';
import { FAIL_ON, type FailOn, type FailOnList, LOSS_REASONS } from '../batch/run.js';
import type { PlainOptions } from '../batch/worker.js';
import {
  type ConvertOptions,
  loadChecks,
  loadMappings,
  type OwnChecks,
  REPAIRS,
  type RepairName,
  US_CORE_VERSIONS,
  type UsCore,
} from '../index.js';
import { usageError } from '../intake/files.js';
import { createKeySet } from '../intake/health-card/keys.js';

/** Options as yargs hands them over. */
export interface ConversionArguments {
  readonly mappings: string[] | undefined;
  readonly check: 'off' | 'fast' | 'full';
  readonly checks: string[] | undefined;
  readonly repairs: string | undefined;
  readonly noRepair: string[] | undefined;
  readonly strict: boolean;
  readonly usCore: UsCore;
  readonly offset: string | undefined;
  readonly showValues: boolean;
  readonly keepSource: boolean;
  readonly jwks: string | undefined;
  readonly allowUnverified: boolean;
}

const FAIL_ON_NAMES: readonly string[] = [...FAIL_ON, ...LOSS_REASONS];

/** `--fail-on`: a gravity of findings, reasons of loss, or several with commas. */
export const failOnOption = (preset: FailOn) => ({
  type: 'string' as const,
  requiresArg: true,
  default: preset as unknown as FailOnList,
  describe: `Exit with 1 if there are findings this grave, or losses for this reason (${FAIL_ON_NAMES.join(', ')})`,
  coerce(list: string): FailOnList {
    const names = String(list).split(',');
    const unknown = names.find((name) => !FAIL_ON_NAMES.includes(name));
    if (unknown !== undefined) throw new Error(`--fail-on: ${unknown} is none of ${FAIL_ON_NAMES.join(', ')}.`);
    return new Set(names) as unknown as FailOnList;
  },
});

/** `--us-core`; `7` and `8` may stand for their releases. */
export const usCoreOption = {
  choices: US_CORE_VERSIONS,
  default: '6.1.0' as const,
  describe: 'US Core version resources are checked against',
  coerce: (version: string) => US_CORE_VERSIONS.find((known) => known.startsWith(`${version}.`)) ?? version,
};

/** `--checks`: files of rules of the user's own. */
export const checksOption = {
  type: 'array',
  string: true,
  requiresArg: true,
  describe: 'File with checks of your own (docs/checks.md); may be repeated',
} as const;

const OFFSET = /^(document|drop|Z|[+-]\d\d:\d\d)$/;

/** Declares the options shared by the commands. */
export function conversionOptions<T>(yargs: Argv<T>): Argv<T & ConversionArguments> {
  return yargs
    .option('mappings', {
      type: 'array',
      string: true,
      requiresArg: true,
      describe: 'Folder with mapping tables of your own, laid over the built-in ones; may be repeated',
    })
    .option('check', {
      choices: ['off', 'fast', 'full'] as const,
      default: 'fast' as const,
      describe: 'How thoroughly resources are checked before they are written',
    })
    .option('checks', checksOption)
    .option('repairs', {
      type: 'string',
      requiresArg: true,
      describe: 'Make only these repairs (docs/checks.md), separated by commas; none: refuse every broken document',
      coerce: (list: string | undefined) => (list === 'none' ? '' : checkRepairs('repairs', list)),
    })
    .option('no-repair', {
      type: 'array',
      string: true,
      requiresArg: true,
      describe: 'Do not make this repair; may be repeated',
      coerce: (list: string[] | undefined) => list?.map((names) => checkRepairs('no-repair', names) ?? ''),
    })
    .option('strict', { type: 'boolean', default: false, describe: 'Make unmapped codes and entries errors' })
    .option('us-core', usCoreOption)
    .option('offset', {
      type: 'string',
      requiresArg: true,
      describe: 'For times without offset: document, drop, Z, or one such as --offset=-05:00',
      coerce: checkOffset,
    })
    .option('keep-source', {
      type: 'boolean',
      default: false,
      describe: 'Put the document itself into a Binary its DocumentReference leads to',
    })
    .option('jwks', {
      type: 'string',
      requiresArg: true,
      describe: 'File with the keys (JWKS) whose SMART Health Cards are trusted (docs/inputs.md)',
    })
    .option('allow-unverified', {
      type: 'boolean',
      default: false,
      describe: 'Also convert SMART Health Cards no key confirms, marked so',
    })
    .option('show-values', {
      type: 'boolean',
      default: false,
      describe: 'Show values of the document in loss reports (they may identify the patient)',
    }) as unknown as Argv<T & ConversionArguments>;
}

function checkOffset(offset: string | undefined): string | undefined {
  if (offset === undefined || OFFSET.test(offset)) return offset;
  throw new Error('--offset must be document, drop, Z, or an offset written like --offset=-05:00.');
}

const listNames = (list: string): string[] => list.split(',').filter((name) => name !== '');

function checkRepairs(option: string, list: string | undefined): string | undefined {
  const unknown = listNames(list ?? '').find((name) => !(name in REPAIRS));
  if (unknown !== undefined)
    throw new Error(`--${option}: there is no repair ${unknown}. There are: ${Object.keys(REPAIRS).join(', ')}.`);
  return list;
}

/** The repairs to make: those named, or all, without those that are switched off. */
function chooseRepairs({ repairs, noRepair = [] }: ConversionArguments): RepairName[] {
  const wanted = repairs === undefined ? Object.keys(REPAIRS) : listNames(repairs);
  const off = noRepair.flatMap(listNames);
  return (wanted as RepairName[]).filter((name) => !off.includes(name));
}

/**
 * The library options that belong to the arguments, but for the mappings: plain JSON, which may go to a worker thread.
 * @throws MappingError if a check is wrong
 */
export const toPlainOptions = async (args: ConversionArguments): Promise<PlainOptions> => ({
  check: args.check,
  strict: args.strict,
  showValues: args.showValues,
  usCore: args.usCore,
  keepSource: args.keepSource,
  healthCards: await readTrust(args),
  ...(args.repairs === undefined && args.noRepair === undefined ? {} : { repairs: chooseRepairs(args) }),
  ...(args.checks === undefined ? {} : { checks: await readOwnChecks(args.checks) }),
  ...(args.offset === undefined ? {} : { offset: args.offset }),
});

/**
 * The library options that belong to the arguments; reads the mapping folders.
 * @throws MappingError if a table is wrong
 */
export async function toConvertOptions(args: ConversionArguments): Promise<ConvertOptions> {
  return {
    ...(await toPlainOptions(args)),
    ...(args.mappings === undefined ? {} : { mappings: await loadMappings(...args.mappings) }),
  };
}

/** @throws an Error named UsageError if the keys cannot be read */
async function readTrust({
  jwks,
  allowUnverified,
}: ConversionArguments): Promise<NonNullable<ConvertOptions['healthCards']>> {
  const now = new Date().toISOString();
  if (jwks === undefined) return { allowUnverified, now };
  try {
    const keys: unknown = JSON.parse(await readFile(jwks, 'utf8'));
    if (createKeySet(keys).size > 0) return { keys, allowUnverified, now };
  } catch (error) {
    if (error instanceof Error && 'syscall' in error)
      throw usageError(`The file of --jwks cannot be read: ${jwks}. Check the path.`);
  }
  throw usageError(`The file of --jwks holds no public P-256 key: ${jwks}. It must be a JSON Web Key Set.`);
}

/**
 * The user's own checks.
 * @throws MappingError if a rule is wrong; an Error named UsageError if a file cannot be read
 */
export async function readOwnChecks(files: readonly string[]): Promise<OwnChecks> {
  try {
    return await loadChecks(...files);
  } catch (error) {
    if (error instanceof Error && 'syscall' in error)
      throw usageError(`A file of --checks cannot be read: ${files.join(', ')}. Check the path.`);
    throw error;
  }
}
