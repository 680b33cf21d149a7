import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { createGate } from '../../src/batch/gate.js';

it('lets in as many as it is wide, or one alone, also if their work fails', async () => {
  const gate = createGate(3);
  let inside = 0;
  let most = 0;
  const work = async (alone: boolean): Promise<void> => {
    inside++;
    most = Math.max(most, inside);
    if (alone) expect(inside).toBe(1);
    await sleep(2);
    if (alone) expect(inside).toBe(1);
    inside--;
    throw new Error('over');
  };
  const all = [...Array(30).keys()].map((n) =>
    n % 10 === 3 ? gate.alone(() => work(true)) : gate.together(() => work(false)),
  );
  const over = await Promise.allSettled(all);
  expect(over.every((one) => one.status === 'rejected' && (one.reason as Error).message === 'over')).toBe(true);
  expect(most).toBe(3);
});
