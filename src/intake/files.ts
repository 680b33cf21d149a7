/** Files, folders and stdin as a list of documents to convert, in an order that does not depend on the machine. */
import { createReadStream } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';

/** Another way to write `-`, for where a lone `-` has a meaning already. */
export const STDIN = 'stdin:';

/** One document to convert. */
export interface Document {
  /** Its name within the run: the path below the folder that was named, with `/`, or the file's own name. */
  readonly name: string;
  /** As the user can find it: for messages. */
  readonly path: string;
  /** Where its output goes below the output folder, without extension; unique within the run. */
  readonly output: string;
  /** True if the user named this very file; false if it was found in a folder. */
  readonly named: boolean;
  open(): AsyncIterable<Uint8Array>;
}

/**
 * The documents of the paths given: a file is taken whatever its name, a folder gives all its `.xml` files, sorted,
 * subfolders too, and `-` is stdin.
 * @throws an Error named UsageError if a path does not exist or a folder holds no XML file
 */
export async function listDocuments(inputs: readonly string[]): Promise<Document[]> {
  const taken = new Set(['run.json']);
  const documents: Document[] = [];
  for (const input of inputs) {
    if (input === '-' || input === STDIN) {
      documents.push({ ...describe('stdin', '-', true, taken), open: () => process.stdin });
    } else if ((await statInput(input)).isDirectory()) {
      const names = await listFolder(input, '');
      if (names.length === 0)
        throw usageError(`The folder ${input} holds no .xml file. Name the files, or another folder.`);
      for (const name of names) documents.push(describe(name, join(input, name), false, taken));
    } else {
      documents.push(describe(basename(input), input, true, taken));
    }
  }
  return documents;
}

/** An Error for what the user can put right in the command itself. */
export const usageError = (message: string): Error => Object.assign(new Error(message), { name: 'UsageError' });

async function statInput(path: string) {
  try {
    return await stat(path);
  } catch {
    throw usageError(`There is no readable file or folder ${path}. Check the path.`);
  }
}

/** Paths of the XML files below a folder, with `/`, in code unit order. Links to folders are not followed. */
async function listFolder(root: string, below: string): Promise<string[]> {
  const found: string[] = [];
  for (const item of await readdir(join(root, below), { withFileTypes: true })) {
    const name = below === '' ? item.name : `${below}/${item.name}`;
    if (item.isDirectory()) found.push(...(await listFolder(root, name)));
    else if (/\.xml$/i.test(item.name)) found.push(name);
  }
  return found.sort();
}

function describe(name: string, path: string, named: boolean, taken: Set<string>): Document {
  return { name, path, named, output: claimOutput(name, taken), open: () => createReadStream(path) };
}

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
