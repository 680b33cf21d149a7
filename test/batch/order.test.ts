import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { inOrder } from '../../src/batch/order.js';

async function* numbers(count: number): AsyncGenerator<number, void> {
  for (let n = 0; n < count; n++) yield n;
}

const collect = async <T>(items: AsyncIterable<T>): Promise<T[]> => {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
};

describe('inOrder', () => {
  it('keeps the order whatever takes long, and never works on more than the width', async () => {
    let working = 0;
    let most = 0;
    const work = async (n: number): Promise<number> => {
      most = Math.max(most, ++working);
      await sleep((n * 7) % 5);
      working--;
      return n;
    };
    expect(await collect(inOrder(numbers(50), work, { width: 4, window: 10 }))).toEqual([...Array(50).keys()]);
    expect(most).toBe(4);
  });

  it('lets no more than the window wait for a slow one', async () => {
    let begun = 0;
    let release = (): void => undefined;
    const slow = new Promise<void>((resolve) => {
      release = resolve;
    });
    const work = async (n: number): Promise<number> => {
      begun++;
      if (n === 0) await slow;
      return n;
    };
    const results = inOrder(numbers(100), work, { width: 2, window: 5 });
    const first = results.next();
    await sleep(20);
    expect(begun).toBe(5);
    release();
    expect((await first).value).toBe(0);
    expect((await collect(results)).length).toBe(99);
  });

  it('yields what is done while the next item is waited for', async () => {
    async function* one(): AsyncGenerator<number, void> {
      yield 1;
      await new Promise(() => undefined);
    }
    const results = inOrder(one(), async (n) => n, { width: 4, window: 8 });
    expect(await results.next()).toEqual({ done: false, value: 1 });
  });

  it('goes on with the work while a result is being used', async () => {
    let begun = 0;
    const work = async (n: number): Promise<number> => {
      begun++;
      return n;
    };
    for await (const _ of inOrder(numbers(20), work, { width: 1, window: 10 })) {
      await sleep(10);
      expect(begun).toBeGreaterThanOrEqual(10);
      break;
    }
  });

  it('tells an error of the items or of the work at once', async () => {
    async function* broken(): AsyncGenerator<number, void> {
      yield 1;
      throw new Error('list');
    }
    await expect(collect(inOrder(broken(), async (n) => n, { width: 1, window: 2 }))).rejects.toThrow('list');
    const work = async (n: number): Promise<number> => {
      if (n === 1) throw new Error('work');
      return new Promise(() => undefined);
    };
    await expect(collect(inOrder(numbers(3), work, { width: 2, window: 3 }))).rejects.toThrow('work');
  });
});
