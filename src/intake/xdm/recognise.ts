/** IHE XDM packages (ITI TF-1, 16; TF-2, 3.32): METADATA.XML says what the documents beside it are. */
import { InputError, type IntakeErrorCode } from '../../finding.js';
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

/** Metadata that cannot be read is named; the documents beside it are read by their content. */
async function readPackage(metadata: Entry, entries: readonly Entry[]): Promise<readonly Recognised[]> {
  try {
    return await (await import('./package.js')).readPackage(metadata, entries);
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    return [
      { entry: metadata, kind: 'ebxml', refusal: { code: error.code as IntakeErrorCode, message: error.message } },
    ];
  }
}
