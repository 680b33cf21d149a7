/** Some may work side by side, or one alone. */

export interface Gate {
  /** Works beside others, no more than the width of the gate; after whoever is, or waits to be, alone. */
  together<T>(work: () => Promise<T>): Promise<T>;
  /** Works when nobody else does. */
  alone<T>(work: () => Promise<T>): Promise<T>;
}

export function createGate(width: number): Gate {
  let inside = 0;
  let loners = 0;
  let waiting: (() => void)[] = [];

  /** Waits until `free`; whoever leaves wakes all who wait, in their order. */
  async function enter(free: () => boolean): Promise<void> {
    while (!free()) await new Promise<void>((resolve) => waiting.push(resolve));
    inside++;
  }

  function leave(): void {
    inside--;
    const woken = waiting;
    waiting = [];
    for (const wake of woken) wake();
  }

  return {
    async together(work) {
      await enter(() => loners === 0 && inside < width);
      try {
        return await work();
      } finally {
        leave();
      }
    },
    async alone(work) {
      loners++;
      await enter(() => inside === 0);
      try {
        return await work();
      } finally {
        loners--;
        leave();
      }
    },
  };
}
