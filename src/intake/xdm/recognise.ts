/** IHE XDM packages (ITI TF-1, 16; TF-2, 3.32): METADATA.XML says what the documents beside it are. */
import type { Entry } from '../entry.js';
import type { Recognised, Recogniser } from '../recognisers.js';
import { sniff } from '../sniff.js';

/** Any case, in any folder: senders leave out INDEX.HTM, IHE_XDM or the subset folder. */
const METADATA = /(^|\/)metadata\.xml$/i;

export const xdm: Recogniser = {
  name: 'xdm',
  async recognise(entries) {
    const found: Recognised[] = [];
    for (const entry of entries)
      if (METADATA.test(entry.name) && (await sniff(entry)) === 'ebxml')
        found.push(...(await readPackage(entry, entries)));
    return found;
  },
};

const readPackage = async (metadata: Entry, entries: readonly Entry[]): Promise<Recognised[]> =>
  (await import('./package.js')).readPackage(metadata, entries);
