/** Reads what is to be merged: documents are converted, FHIR is taken as it is, earlier merges are taken apart. */
import { readFile } from 'node:fs/promises';
import {
  type ConvertOptions,
  InputError,
  type LossReport,
  MappingError,
  type MergeInput,
  readMerged,
  readSource,
} from '../index.js';
import { listDocuments } from '../intake/documents.js';
import type { Document } from '../intake/entry.js';
import { readDocument } from '../intake/read.js';
import { parseJson, readEntries } from '../intake/resources.js';
import { roleOf } from '../intake/sniff.js';
import { say } from './streams.js';
import { RECONCILE, SUMMARY } from './timeline-output.js';

/** Files this program writes beside its results. */
const BESIDE = [RECONCILE, SUMMARY, '.loss.json', '/run.json'];

/**
 * Reads all inputs; one that cannot be read is told and left out.
 * @throws MappingError, or an Error named UsageError
 */
export async function readInputs(
  paths: readonly string[],
  options: ConvertOptions,
): Promise<{ inputs: MergeInput[]; rejected: number }> {
  const inputs: MergeInput[] = [];
  let rejected = 0;
  for await (const document of listDocuments(paths)) {
    if (!document.named && BESIDE.some((end) => `/${document.name}`.endsWith(end))) continue;
    try {
      inputs.push(...(await readOne(document, options)));
    } catch (error) {
      const message = explain(error);
      if (message === undefined) throw error;
      if (!document.named && error instanceof InputError && isOther(error)) continue;
      rejected++;
      say(`${document.path}: ${message}`);
    }
  }
  return { inputs, rejected };
}

/** A folder may well hold other files; only what the user named must be a record. */
const isOther = ({ code }: InputError): boolean => code === 'not-a-clinical-document' || code === 'not-xml';

async function readOne(document: Document, options: ConvertOptions): Promise<readonly MergeInput[]> {
  if (document.refusal !== undefined || roleOf(document.kind) !== 'resources') {
    const events = readDocument(document, { ...options, name: document.name });
    return [await readSource({ title: document.name, kind: 'ccd', resources: events })];
  }
  const report = await readBeside(document, RECONCILE);
  if (report !== undefined) {
    const kept = [];
    for await (const entry of readEntries(document.open())) kept.push(entry);
    const sources = await readMerged(kept, report);
    if (sources) return sources;
    say(`${document.path}: It is not as the merge beside it left it; it is read as a source of its own.`);
  }
  const loss = (await readBeside(document, '.loss.json')) as LossReport | undefined;
  const kind = /ndjson/.test(document.kind) || /\.ndjson$/i.test(document.name) ? 'ndjson' : 'bundle';
  return [
    await readSource({ title: document.name, kind, resources: readEntries(document.open()), ...(loss && { loss }) }),
  ];
}

/** The JSON that stands beside a file of its own; undefined if there is none. */
async function readBeside({ locator }: Document, end: string): Promise<unknown> {
  if (locator.inside !== undefined && locator.inside.length > 0) return undefined;
  try {
    return parseJson(await readFile(locator.file.replace(/\.[^./]+$/, end), 'utf8'));
  } catch {
    return undefined;
  }
}

/** What to tell the user; undefined for what is no fault of an input. */
function explain(error: unknown): string | undefined {
  if (error instanceof MappingError || !(error instanceof Error)) return undefined;
  if (error instanceof InputError || error.name === 'JsonError') return error.message;
  return 'syscall' in error ? 'The file cannot be read. Check that it is a file you may read.' : undefined;
}
