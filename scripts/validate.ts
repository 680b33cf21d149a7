/**
 * Validates Bundles (JSON) and NDJSON files, or folders of them, with an engine that is not ours: every resource against
 * R4 and each profile it claims, as far as its definition is at hand; references resolve; ids are unique. Prints counts
 * by message and path, never a value of a document. Exits 1 if there is an error, 2 on wrong usage.
 *
 *   tsx scripts/validate.ts <file|folder>... [--quiet]
 */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Bundle, FhirResource } from 'fhir/r4.js';
import { complain } from './oracle.js';

interface Entry {
  readonly resource: FhirResource;
  readonly fullUrl: string | undefined;
}

/** Counts by `severity message path`. */
type Counts = Map<string, number>;

const count = (counts: Counts, key: string): void => {
  counts.set(key, (counts.get(key) ?? 0) + 1);
};

function listFiles(path: string): string[] {
  if (!statSync(path).isDirectory()) return [path];
  const paths = readdirSync(path)
    .sort()
    .map((name) => join(path, name));
  const isOutput = (file: string) => /\.(json|ndjson)$/.test(file) && !/(\.loss|\/run)\.json$/.test(file);
  return paths.filter((each) => statSync(each).isDirectory() || isOutput(each)).flatMap(listFiles);
}

function readEntries(file: string): Entry[] {
  const text = readFileSync(file, 'utf8');
  if (file.endsWith('.ndjson'))
    return text
      .split('\n')
      .filter((line) => line.trim())
      .map((line) => ({ resource: JSON.parse(line) as FhirResource, fullUrl: undefined }));
  const resource = JSON.parse(text) as FhirResource;
  if (resource.resourceType !== 'Bundle') return [{ resource, fullUrl: undefined }];
  const entries = (resource.entry ?? []).flatMap((entry) =>
    entry.resource ? [{ resource: entry.resource as FhirResource, fullUrl: entry.fullUrl }] : [],
  );
  return [{ resource: frameOf(resource), fullUrl: undefined }, ...entries];
}

/** The Bundle without the resources of its entries, which are validated one by one. */
function frameOf({ entry, ...bundle }: Bundle): Bundle {
  const frames = (entry ?? []).flatMap(({ resource: _, ...frame }) => (frame.request ? [frame] : []));
  return frames.length > 0 ? { ...bundle, entry: frames } : bundle;
}

function* references(value: unknown): Generator<string> {
  if (typeof value !== 'object' || value === null) return;
  if ('reference' in value && typeof value.reference === 'string') yield value.reference;
  for (const item of Object.values(value)) yield* references(item);
}

/** References that point nowhere, and ids used twice. */
function checkLinks(entries: readonly Entry[], counts: Counts): void {
  const known = new Set<string>();
  for (const { resource, fullUrl } of entries) {
    if (resource.resourceType === 'Bundle') continue;
    const name = `${resource.resourceType}/${resource.id ?? ''}`;
    if (resource.id && known.has(name)) count(counts, `error Id used twice ${resource.resourceType}`);
    if (fullUrl && known.has(fullUrl)) count(counts, `error fullUrl used twice ${resource.resourceType}`);
    known.add(name);
    if (fullUrl) known.add(fullUrl);
  }
  for (const { resource } of entries) {
    const contained = 'contained' in resource ? (resource.contained ?? []).map((each) => `#${each.id}`) : [];
    for (const reference of references(resource))
      if (!known.has(reference) && !contained.includes(reference) && reference !== '#')
        count(counts, `error Reference resolves to nothing ${resource.resourceType}`);
  }
}

function validateResources(entries: readonly Entry[], counts: Counts): void {
  for (const { resource } of entries) {
    for (const canonical of [undefined, ...(resource.meta?.profile ?? [])]) {
      const complaints = complain(resource, canonical);
      if (!complaints) count(counts, `information Profile not at hand ${canonical?.split('/').pop()}`);
      for (const { severity, message, path } of complaints ?? []) {
        const profile = canonical === undefined ? '' : ` [${canonical.split('/').pop()}]`;
        count(counts, `${severity} ${message} ${path}${profile}`);
      }
    }
  }
}

function main(): void {
  const paths = process.argv.slice(2).filter((argument) => !argument.startsWith('--'));
  if (paths.length === 0) {
    console.error('Usage: tsx scripts/validate.ts <file|folder>... [--quiet]');
    process.exitCode = 2;
    return;
  }
  const counts: Counts = new Map();
  const files = paths.flatMap(listFiles);
  let resources = 0;
  // The parts of a bulk export refer to each other; a Bundle stands alone.
  const bulk = files.filter((file) => file.endsWith('.ndjson')).flatMap(readEntries);
  for (const entries of [bulk, ...files.filter((file) => !file.endsWith('.ndjson')).map(readEntries)]) {
    resources += entries.length;
    validateResources(entries, counts);
    checkLinks(entries, counts);
  }
  const shown = [...counts].filter(([key]) => !process.argv.includes('--quiet') || key.startsWith('error'));
  for (const [key, times] of shown.sort((a, b) => b[1] - a[1])) console.log(`${String(times).padStart(6)}  ${key}`);
  const errors = [...counts].reduce((sum, [key, times]) => sum + (key.startsWith('error') ? times : 0), 0);
  console.log(`${files.length} files, ${resources} resources, ${errors} errors`);
  if (errors > 0) process.exitCode = 1;
}

main();
