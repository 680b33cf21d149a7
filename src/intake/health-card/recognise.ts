/** A card too long for one QR code comes in chunks: the pictures or texts of them are read as one document. */
import type { Entry } from '../entry.js';
import type { Recognised, Recogniser } from '../recognisers.js';
import { sniff } from '../sniff.js';

/** Pictures of codes and texts with codes, by name; what is named is looked at whatever its name. */
const LIKELY = /\.(png|jpe?g|txt|shc)$/i;
/** An album is not looked through: finding codes takes a while. */
const MOST_FILES = 24;

const KINDS: ReadonlySet<string> = new Set(['png', 'jpeg', 'health-card']);

/** True if the file may hold one of several codes. */
export const mayHoldCode = async (entry: Entry): Promise<boolean> =>
  !entry.sequential && (entry.named || LIKELY.test(entry.name)) && KINDS.has(await sniff(entry).catch(() => 'unknown'));

export const healthCard: Recogniser = {
  name: 'health-card',
  async recognise(entries) {
    const likely = entries.filter(({ named, name }) => named || LIKELY.test(name));
    if (likely.length < 2 || likely.length > MOST_FILES) return [];
    const sets = new Map<number, Entry[]>();
    for (const entry of likely) {
      if (!(await mayHoldCode(entry))) continue;
      const { countChunks } = await import('./document.js');
      const total = await countChunks(entry);
      if (total !== undefined) sets.set(total, [...(sets.get(total) ?? []), entry]);
    }
    return [...sets.values()].filter(({ length }) => length > 1).map(toDocument);
  },
  async *read(document, options) {
    yield* (await import('./document.js')).readCards(document, options);
  },
};

function toDocument([first, ...rest]: readonly Entry[]): Recognised {
  if (first === undefined) throw new Error('A set of chunks has at least one.');
  return { entry: first, kind: 'health-card', parts: rest.map((entry) => ({ entry, kind: 'health-card' })) };
}
