/** The options of every command that converts in worker threads. */
import { availableParallelism, totalmem } from 'node:os';
import type { Argv } from 'yargs';
import type { Limits } from '../batch/pool.js';

export interface PoolArguments {
  readonly jobs: number | undefined;
  readonly timeLimit: number;
  readonly memoryLimit: number | undefined;
}

/** Declares them. */
export function poolOptions<T>(yargs: Argv<T>): Argv<T & PoolArguments> {
  return yargs
    .option('jobs', {
      type: 'number',
      requiresArg: true,
      coerce: checkJobs,
      describe: 'Documents converted at once (default: as many as there are processor cores)',
    })
    .option('time-limit', {
      type: 'number',
      requiresArg: true,
      default: 60,
      coerce: (seconds: number) => checkPositive('--time-limit', seconds),
      describe: 'Seconds after which a document is given up; above 10 MB in proportion',
    })
    .option('memory-limit', {
      type: 'string',
      requiresArg: true,
      coerce: (text?: string) => toBytes('--memory-limit', text),
      describe: 'Memory for the objects of one document, such as 2GB (default: three quarters of it all, shared)',
    }) as unknown as Argv<T & PoolArguments>;
}

/** What the arguments mean, with the machine's own measures where nothing was said. */
export function toPoolSetup({ jobs, timeLimit, memoryLimit }: PoolArguments): { jobs: number; limits: Limits } {
  const threads = jobs ?? availableParallelism();
  const available = Math.min(totalmem(), process.constrainedMemory() || Number.POSITIVE_INFINITY);
  const shared = Math.min(Math.max((available * 0.75) / threads, 256e6), 4e9);
  return { jobs: threads, limits: { seconds: timeLimit, megabytes: Math.round((memoryLimit ?? shared) / 1e6) } };
}

function checkJobs(jobs: number | undefined): number | undefined {
  if (jobs === undefined || (Number.isInteger(jobs) && jobs > 0 && jobs <= 256)) return jobs;
  throw new Error('--jobs must be a whole number from 1 to 256.');
}

function checkPositive(flag: string, number: number): number {
  if (number > 0) return number;
  throw new Error(`${flag} must be a number above 0.`);
}

const UNITS: Readonly<Record<string, number>> = { '': 1, k: 1e3, m: 1e6, g: 1e9 };

/** `500MB`, `1.5g` or a plain number as bytes. */
export function toBytes(flag: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const [, number, unit = ''] = /^(\d+(?:\.\d+)?)\s*([kmg]?)b?$/i.exec(text) ?? [];
  const bytes = Math.floor(Number(number) * (UNITS[unit.toLowerCase()] ?? Number.NaN));
  if (bytes > 0) return bytes;
  throw new Error(`${flag} must be a size such as 500MB, 2GB or 1000000.`);
}
