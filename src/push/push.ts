/** Pushes converted records into a FHIR server: in order of dependency, and so that doing it twice changes nothing. */
import { type ChunkLimits, cutChunks } from './chunk.js';
import type { Item, Unit } from './item.js';
import { type Outcome, type SendOptions, sendChunk } from './send.js';
import type { Server } from './server.js';

export interface PushOptions extends SendOptions, ChunkLimits {
  /** Units that are sent at the same time. */
  readonly concurrency: number;
}

/**
 * Sends the units' resources.
 * @param tell is told what became of each resource, as soon as it is known
 * @throws an Error named ServerError or ConnectionError if the server cannot be worked with; what was sent until then
 *   stays, and is found unchanged when the same is pushed again
 */
export async function push(
  server: Server,
  units: AsyncIterable<Unit>,
  options: PushOptions,
  tell: (outcome: Outcome) => void,
): Promise<void> {
  /** Which unit sends a resource, by its key: the first that has it, whatever comes first in time. */
  const owners = new Map<string, Promise<void>>();
  const running = new Set<Promise<void>>();
  let failure: { readonly error: unknown } | undefined;

  for await (const unit of units) {
    if (failure) break;
    const before = new Set<Promise<void>>();
    const own = claim(unit, owners, before, tell);
    const task = Promise.all(before)
      .then(() => (failure ? undefined : sendUnit(server, own, options, tell)))
      .catch((error: unknown) => {
        failure ??= { error };
      });
    for (const { key } of own) owners.set(key, task);
    running.add(task);
    void task.then(() => running.delete(task));
    while (running.size >= options.concurrency) await Promise.race(running);
  }
  await Promise.all(running);
  if (failure) throw failure.error;
}

/** The unit's resources, each once, that no other one sends already; who sends the others must be done before. */
function claim(
  { items }: Unit,
  owners: ReadonlyMap<string, Promise<void>>,
  before: Set<Promise<void>>,
  tell: (outcome: Outcome) => void,
): Item[] {
  const own = new Map<string, Item>();
  for (const item of items) {
    const owner = owners.get(item.key);
    if (owner) before.add(owner);
    if (owner || own.has(item.key)) tell({ key: item.key, fate: 'repeated' });
    else own.set(item.key, item);
  }
  return [...own.values()];
}

async function sendUnit(
  server: Server,
  items: readonly Item[],
  options: PushOptions,
  tell: (outcome: Outcome) => void,
): Promise<void> {
  for (const chunk of cutChunks(items, options))
    for (const outcome of await sendChunk(server, chunk, options)) tell(outcome);
}
