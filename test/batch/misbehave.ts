/** A worker that does what it is told, good or bad; each try leaves a line in a file. */
import { appendFileSync } from 'node:fs';
import { workerData } from 'node:worker_threads';

export async function run(task: string): Promise<string> {
  appendFileSync(workerData as string, `${task}\n`);
  if (task === 'loop') for (;;);
  if (task === 'wait') await new Promise((resolve) => setTimeout(resolve, 1e6));
  if (task === 'exit') process.exit(7);
  if (task === 'throw') throw new Error('of the worker');
  if (task === 'eat') for (const eaten: unknown[] = []; ; ) eaten.push(new Array(1_000_000).fill(0.5));
  if (task === 'slow') await new Promise((resolve) => setTimeout(resolve, 100));
  return `${task} done`;
}
