/** Inputs as a list of documents to convert: one after another, as they are asked for. */
import { resolve } from 'node:path';
import type { Document, Entry } from './entry.js';
import { listFiles, usageError } from './files.js';

export interface ListOptions {
  /** Files and folders that are passed over, such as the folder written to. */
  readonly exclude?: readonly string[];
}

/**
 * The documents of the inputs: files, folders with all below them, patterns, archives in archives, `-` for stdin. Order
 * and names depend on the inputs only.
 * @throws an Error named UsageError if an input does not exist or holds no document at all
 */
export async function* listDocuments(
  inputs: readonly string[],
  options: ListOptions = {},
): AsyncGenerator<Document, void> {
  const exclude = new Set((options.exclude ?? []).map((path) => resolve(path)));
  const taken = new Set(['run.json']);
  for (const input of inputs) {
    let found = false;
    for await (const entry of listFiles(input, exclude)) {
      if (!entry.named && !/\.xml$/i.test(entry.name)) continue;
      found = true;
      yield toDocument(entry, taken);
    }
    if (!found) throw usageError(`The folder ${input} holds no .xml file. Name the files, or another folder.`);
  }
}

const toDocument = (entry: Entry, taken: Set<string>): Document => ({
  ...entry,
  output: claimOutput(entry.name, taken),
  kind: 'cda',
  reader: 'loose',
});

/** A free output name: `a.xml` gives `a`; where `a.json` or `a.loss.json` is taken already, `a-2` and so on. */
function claimOutput(name: string, taken: Set<string>): string {
  const stem = name.replace(/\.[^./]+$/, '') || name;
  for (let number = 1; ; number++) {
    const output = number === 1 ? stem : `${stem}-${number}`;
    // Lower case, as some file systems know no difference.
    const files = [`${output}.json`, `${output}.loss.json`].map((file) => file.toLowerCase());
    if (files.some((file) => taken.has(file))) continue;
    for (const file of files) taken.add(file);
    return output;
  }
}
