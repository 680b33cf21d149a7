/** Inputs as a list of documents to convert: one after another, as they are asked for. */
import { resolve } from 'node:path';
import { resetSpool } from './archive/spool.js';
import type { Document, Entry } from './entry.js';
import { listFiles, listNamed } from './files.js';
import { mayHoldCode } from './health-card/recognise.js';
import { readPackage } from './list/package.js';
import { openStdin } from './list/stdin.js';
import { note } from './note.js';
import { usageError } from './usage.js';

export interface ListOptions {
  /** Files and folders that are passed over, such as the folder written to. */
  readonly exclude?: readonly string[];
  /** Files and folders from a list, after the inputs: one that is missing is refused, not an error. */
  readonly list?: readonly string[];
  /** Also documents that their package calls replaced or withdrawn. */
  readonly includeReplaced?: boolean;
}

/**
 * The documents of the inputs: files, folders with all below them, patterns, archives in archives, `-` for stdin. Order
 * and names depend on the inputs only. What will not be read is listed as well, with its refusal.
 * @throws an Error named UsageError if an input does not exist or holds no file at all
 */
export async function* listDocuments(
  inputs: readonly string[],
  options: ListOptions = {},
): AsyncGenerator<Document, void> {
  const exclude = new Set((options.exclude ?? []).map((path) => resolve(path)));
  const taken = new Set(['run.json']);
  const all = [
    ...inputs.map((input) => ({ input, list: listFiles })),
    ...(options.list ?? []).map((input) => ({ input, list: listNamed })),
  ];
  for await (const entries of groupEntries(all, exclude)) {
    resetSpool();
    for await (const found of readPackage(entries, { members: 0 })) {
      const { refusal, ...rest } = found;
      const asked = options.includeReplaced && refusal?.code === 'document-replaced';
      const findings = [...(found.findings ?? []), note('package-document-replaced')];
      if (refusal === undefined) yield { ...found, output: claimOutput(found.name, taken) };
      else if (asked) yield { ...rest, findings, output: claimOutput(found.name, taken) };
      // What is not read writes nothing, and takes no name from others.
      else yield { ...found, output: stemOf(found.name) };
    }
  }
}

interface Input {
  readonly input: string;
  list(input: string, exclude: ReadonlySet<string>): AsyncIterable<Entry>;
}

/** The entries of each input; pictures and texts of codes that are named one after another belong together. */
async function* groupEntries(inputs: readonly Input[], exclude: ReadonlySet<string>): AsyncGenerator<Entry[], void> {
  let codes: Entry[] = [];
  for (const { input, list } of inputs) {
    const entries: Entry[] = [];
    for await (const entry of list(input, exclude)) entries.push(entry.sequential ? await openStdin(entry) : entry);
    const [first] = entries;
    if (first === undefined) throw usageError(`The folder ${input} holds no file. Name files, or another folder.`);
    if (entries.length === 1 && first.named && (await mayHoldCode(first))) {
      codes.push(first);
      continue;
    }
    if (codes.length > 0) yield codes;
    codes = [];
    yield entries;
  }
  if (codes.length > 0) yield codes;
}

const stemOf = (name: string): string => name.replace(/\.[^./]+$/, '') || name;

/** A free output name: `a.xml` gives `a`; where `a.json` or `a.loss.json` is taken already, `a-2` and so on. */
function claimOutput(name: string, taken: Set<string>): string {
  const stem = stemOf(name);
  for (let number = 1; ; number++) {
    const output = number === 1 ? stem : `${stem}-${number}`;
    // Lower case, as some file systems know no difference.
    const files = [`${output}.json`, `${output}.loss.json`].map((file) => file.toLowerCase());
    if (files.some((file) => taken.has(file))) continue;
    for (const file of files) taken.add(file);
    return output;
  }
}
