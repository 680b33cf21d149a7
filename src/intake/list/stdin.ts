/** Standard input: one document is read as it comes; an archive goes into a temporary file first. */
import { spool } from '../archive/spool.js';
import { type Entry, openLocator } from '../entry.js';
import { HEAD, kindOfBytes, roleOf, setKind } from '../sniff.js';

/** The entry of stdin, looked at without losing what was looked at. */
export async function openStdin(entry: Entry): Promise<Entry> {
  const source = entry.open()[Symbol.asyncIterator]();
  const head: Uint8Array[] = [];
  let size = 0;
  let done = false;
  while (size < HEAD && !done) {
    const next = await source.next();
    if (next.done) done = true;
    else {
      head.push(next.value);
      size += next.value.length;
    }
  }
  async function* all(): AsyncGenerator<Uint8Array, void> {
    yield* head;
    if (!done) yield* { [Symbol.asyncIterator]: () => source };
  }
  const kind = kindOfBytes(Buffer.concat(head).subarray(0, HEAD));
  if (roleOf(kind) !== 'convert' && roleOf(kind) !== 'none') {
    // What is opened is read more than once.
    const locator = { file: await spool(entry.locator, all()) };
    return { ...entry, locator, sequential: false, open: () => openLocator(locator) };
  }
  const looked = { ...entry, open: all };
  setKind(looked, kind);
  return looked;
}
