/** Worker threads with limits: a task that crashes, loops or eats memory is stopped, tried once more alone, given up. */
import { Piscina } from 'piscina';
import { createGate } from './gate.js';
import { collectAlone } from './heap.js';

export interface Limits {
  /** Seconds for a task of up to `SIZE_OF_TIME_LIMIT` bytes; larger ones get in proportion. */
  readonly seconds: number;
  /** Megabytes of JavaScript objects of one thread. */
  readonly megabytes: number;
}

export interface PoolSetup {
  /** Module whose function `run` takes a task and gives a result, both plain JSON. */
  readonly worker: URL;
  /** What every thread is told when it starts. */
  readonly data: unknown;
  readonly jobs: number;
  readonly limits: Limits;
}

/** Why a task was given up, after two tries. */
export interface Failure {
  readonly reason: 'time-limit' | 'memory-limit' | 'crashed';
  readonly message: string;
}

export type Tried<Result> = { readonly result: Result } | { readonly failure: Failure };

export interface Pool<Task, Result> {
  /** @param bytes size of what the task is about, if known: the time limit follows it */
  run(task: Task, bytes?: number): Promise<Tried<Result>>;
  /** Stops the threads at once, whatever they do. */
  destroy(): Promise<void>;
}

export const SIZE_OF_TIME_LIMIT = 10_000_000;

/**
 * A pool of up to `jobs` threads; each starts when it is needed. An error a task throws is a crash of it.
 * @param tell called with what threads post beside their results
 */
export function createPool<Task, Result>(
  { worker, data, jobs, limits }: PoolSetup,
  tell: (message: unknown) => void = () => undefined,
): Pool<Task, Result> {
  collectAlone();
  const gate = createGate(jobs);
  const many = start(jobs, limits.megabytes);

  function start(threads: number, megabytes: number): Piscina<Task, Result> {
    const pool = new Piscina<Task, Result>({
      ...threadOf(worker),
      name: 'run',
      workerData: data,
      minThreads: 1,
      maxThreads: threads,
      idleTimeout: Number.POSITIVE_INFINITY,
      // Half of what the engine takes for new objects by default, at no cost in time.
      resourceLimits: { maxOldGenerationSizeMb: megabytes, maxYoungGenerationSizeMb: 24 },
      recordTiming: false,
    });
    pool.on('message', tell);
    // A thread that dies between two tasks is replaced; there is nobody to tell.
    pool.on('error', () => undefined);
    return pool;
  }

  async function attempt(pool: Piscina<Task, Result>, task: Task, seconds: number): Promise<Tried<Result>> {
    const stop = new AbortController();
    const timer = setTimeout(() => stop.abort(), seconds * 1000);
    try {
      return { result: await pool.run(task, { signal: stop.signal }) };
    } catch (error) {
      return { failure: stop.signal.aborted ? outOfTime(seconds) : explain(error) };
    } finally {
      clearTimeout(timer);
    }
  }

  /** Alone, a task may have the memory of all threads. */
  async function attemptAlone(task: Task, seconds: number): Promise<Tried<Result>> {
    const one = start(1, limits.megabytes * jobs);
    try {
      return await attempt(one, task, seconds);
    } finally {
      await one.destroy();
    }
  }

  return {
    async run(task, bytes = 0) {
      const seconds = limits.seconds * Math.max(1, bytes / SIZE_OF_TIME_LIMIT);
      const first = await gate.together(() => attempt(many, task, seconds));
      return 'result' in first ? first : gate.alone(() => attemptAlone(task, seconds));
    },
    destroy: () => many.destroy(),
  };
}

/** In sources run as they are, a thread needs help to read TypeScript. */
function threadOf(worker: URL): { filename: string; argv?: string[]; execArgv?: string[] } {
  if (!worker.href.endsWith('.ts')) return { filename: worker.href };
  const filename = new URL('./worker-source.mjs', import.meta.url).href;
  return { filename, argv: [worker.href], execArgv: [] };
}

const outOfTime = (seconds: number): Failure => ({
  reason: 'time-limit',
  message: `It was not done after ${Math.round(seconds)} s, twice. If it is sound, raise --time-limit.`,
});

function explain(error: unknown): Failure {
  const { name, code } = error instanceof Error ? (error as NodeJS.ErrnoException) : { name: 'unknown', code: '' };
  if (code === 'ERR_WORKER_OUT_OF_MEMORY')
    return {
      reason: 'memory-limit',
      message: 'It needs more memory than --memory-limit allows, alone too. Raise it, or use --format ndjson.',
    };
  return {
    reason: 'crashed',
    message: `The thread converting it crashed twice (${code ?? name}). Please report this.`,
  };
}
