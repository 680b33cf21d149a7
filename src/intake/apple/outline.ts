/** The outline of an export: its records by type, counted without being read. */
import { type Document, openLocator } from '../entry.js';
import type { Outline } from '../outline.js';
import { pathOf } from './kind.js';

/** A record of export.xml, or the type a sample of export_cda.xml names. */
const RECORD =
  /<(?:Record\s[^>]*?\btype="(HK\w{1,100})"|(Workout|Correlation|ClinicalRecord|ActivitySummary)\s|type>(HK\w{1,100}))/g;
const END = /<\/(?:HealthData|ClinicalDocument)>/;

/** Kinds told apart, and characters kept for the end of a tag. */
const MOST_KINDS = 1000;
const MOST_KEPT = 1_000_000;

/** Reads the first file to its end; the others are named. */
export async function outlineExport(document: Document): Promise<Outline> {
  const counts = new Map<string, number>();
  let [rest, bytes, complete] = ['', 0, false];

  function count(text: string): void {
    for (const [, type, element, sample] of text.matchAll(RECORD)) {
      const name = element ?? pathOf(type ?? sample ?? '');
      const known = counts.has(name) || counts.size < MOST_KINDS ? name : 'other';
      counts.set(known, (counts.get(known) ?? 0) + 1);
    }
    complete ||= END.test(text);
  }

  for await (const piece of openLocator(document.locator)) {
    bytes += piece.length;
    const text = rest + Buffer.from(piece).toString('latin1');
    // A tag may go on in the next piece.
    const end = Math.max(text.lastIndexOf('<'), 0);
    count(text.slice(0, end));
    rest = text.length - end > MOST_KEPT ? '' : text.slice(end);
  }
  count(rest);
  return {
    era: 'HealthKit',
    type: 'Apple Health export',
    unstructured: false,
    sections: [...[...counts].map(([name, entries]) => ({ name, entries })), ...partsOf(document)],
    complete,
    bytes,
  };
}

function partsOf({ parts = [] }: Document): { name: string; entries: number }[] {
  const documents = parts.filter(({ kind }) => kind !== 'apple-record');
  const records = parts.length - documents.length;
  return [
    ...documents.map(() => ({ name: 'export in CDA', entries: 0 })),
    ...(records > 0 ? [{ name: 'clinical-records', entries: records }] : []),
  ];
}
