/** Work done side by side, its results told in the order of the items. */

interface Slot<Out> {
  result?: { readonly value: Out };
}

/**
 * Runs `work` over the items, at most `width` at once, and yields the results in the order of the items. A slow item
 * holds its successors' results back, at most `window` of them. The next item is asked for only when there is room,
 * and results are yielded while an item is waited for.
 * @throws what the items or `work` throw, at once
 */
export async function* inOrder<In, Out>(
  items: AsyncIterable<In>,
  work: (item: In) => Promise<Out>,
  { width, window }: { readonly width: number; readonly window: number },
): AsyncGenerator<Out, void> {
  const source = items[Symbol.asyncIterator]();
  const slots: Slot<Out>[] = [];
  let working = 0;
  let asking = false;
  let ended = false;
  let failure: { readonly error: unknown } | undefined;
  let wake = (): void => undefined;

  function fail(error: unknown): void {
    failure ??= { error };
    wake();
  }

  function goOn(): void {
    ask();
    wake();
  }

  function ask(): void {
    if (asking || ended || failure || working >= width || slots.length >= window) return;
    asking = true;
    source.next().then((next) => {
      asking = false;
      if (next.done) ended = true;
      else begin(next.value);
      goOn();
    }, fail);
  }

  function begin(item: In): void {
    const slot: Slot<Out> = {};
    slots.push(slot);
    working++;
    work(item).then((value) => {
      working--;
      slot.result = { value };
      goOn();
    }, fail);
  }

  for (;;) {
    if (failure) throw failure.error;
    ask();
    const first = slots[0]?.result;
    if (first) {
      slots.shift();
      yield first.value;
    } else if (ended && slots.length === 0) return;
    else
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
  }
}
