/**
 * Apple Health exports, told by what the files are: names are those of the phone's language. All files of one export
 * are one document, as samples stand in several of them and only export.xml knows where a clinical record is from.
 */
import { APPLE } from '../../apple.gen.js';
import type { Entry, Part } from '../entry.js';
import type { Recognised, Recogniser } from '../recognisers.js';
import { readHead, sniff } from '../sniff.js';

/** Where the id of Apple's CDA is in sight. */
const HEAD = 4096;
/** An export has two XML files: folders with more are looked at only if their names say so. */
const MOST_XML = 12;
const LIKELY = /_cda\.xml$|(^|\/)(apple_health_export|clinical-records)\//i;

const folderOf = (name: string): string => name.slice(0, name.lastIndexOf('/') + 1);

export const apple: Recogniser = {
  name: 'apple',
  async recognise(entries) {
    const found: Recognised[] = [];
    for (const [folder, files] of groupXml(entries)) {
      const exports = await findParts(files);
      const [first] = exports;
      if (first === undefined) continue;
      // Two of one kind are exports of two people, or two times: who belongs to whom cannot be told.
      if (new Set(exports.map(({ kind }) => kind)).size < exports.length) {
        found.push(...exports);
        continue;
      }
      const records = entries.filter(
        ({ name }) => name.startsWith(`${folder}clinical-records/`) && /\.json$/i.test(name),
      );
      const parts = [...exports.slice(1), ...records.map((entry) => ({ entry, kind: 'apple-record' }))];
      found.push({ ...first, parts });
    }
    return found;
  },
  outline: async (document) => (await import('./outline.js')).outlineExport(document),
  async *read(document, options) {
    const { convertAppleHealth, toPart } = await import('./convert.js');
    const parts: readonly Part[] = [document, ...(document.parts ?? [])];
    yield* convertAppleHealth(parts.map(toPart), { ...options, name: document.name });
  },
};

/** XML files by folder, where the folder may be an export. */
function groupXml(entries: readonly Entry[]): Map<string, Entry[]> {
  const groups = new Map<string, Entry[]>();
  for (const entry of entries) {
    if (!/\.xml$/i.test(entry.name) && !entry.named) continue;
    const folder = folderOf(entry.name);
    const group = groups.get(folder) ?? [];
    group.push(entry);
    groups.set(folder, group);
  }
  const likely = new Set(entries.filter(({ name }) => LIKELY.test(name)).map(({ name }) => folderOf(name)));
  for (const [folder, files] of groups) {
    const isLikely = likely.has(folder) || likely.has(`${folder}clinical-records/`);
    if (!isLikely && (files.length > MOST_XML || entries.length > 1000)) groups.delete(folder);
  }
  return groups;
}

interface Found {
  readonly entry: Entry;
  readonly kind: string;
}

/** The XML files of an export, export.xml first. */
async function findParts(files: readonly Entry[]): Promise<Found[]> {
  const exports: Found[] = [];
  const documents: Found[] = [];
  for (const entry of files) {
    const kind = await sniff(entry).catch(() => 'unknown');
    if (kind === 'apple-export') exports.push({ entry, kind });
    else if (kind === 'cda' && (await isAppleCda(entry))) documents.push({ entry, kind: 'apple-cda' });
  }
  return [...exports, ...documents];
}

/** True if the document has the id every export_cda.xml has. */
export async function isAppleCda(entry: Pick<Entry, 'open'>): Promise<boolean> {
  const head = new TextDecoder().decode(await readHead(entry.open(), HEAD));
  const ids = head.match(/<(?:\w+:)?id\s[^<>]*>/g) ?? [];
  return ids.some((id) => new RegExp(`\\sroot\\s*=\\s*["']${APPLE.cda.id.replaceAll('.', '\\.')}["']`).test(id));
}
