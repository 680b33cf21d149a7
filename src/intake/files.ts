/** Files, folders, globs and stdin as entries, in an order that does not depend on the machine. */
import { statSync } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { basename, join, normalize, resolve } from 'node:path';
import { type Entry, type Locator, openLocator } from './entry.js';

export { usageError } from './usage.js';

/** Another way to write `-`, for where a lone `-` has a meaning already. */
export const STDIN = 'stdin:';

/**
 * The files of one input: a file itself, all files below a folder, those a pattern matches, stdin for `-`. They are
 * listed folder by folder as they are asked for, in code unit order of their names. Links to folders are not followed.
 * @param exclude absolute paths that are passed over, such as the output folder
 * @throws an Error named UsageError if there is no such file, or nothing matches
 */
export async function* listFiles(input: string, exclude: ReadonlySet<string>): AsyncGenerator<Entry, void> {
  if (input === '-' || input === STDIN) {
    yield describe('stdin', { file: '-' }, { named: true, size: undefined });
    return;
  }
  const found = await stat(input).catch(() => undefined);
  if (found?.isDirectory()) yield* listFolder(input, '', exclude);
  else if (found) yield describe(basename(input), { file: input }, { named: true, size: sizeOf(found) });
  else yield* listPattern(input, exclude);
}

/**
 * A file of a list, or the files of a folder in it. A file is named by its whole path, as lists name many of one name;
 * one that is not there is an entry all the same, which cannot be opened: it must not end a run of thousands.
 */
export async function* listNamed(path: string, exclude: ReadonlySet<string>): AsyncGenerator<Entry, void> {
  const found = await stat(path).catch(() => undefined);
  // Whatever stands in the list, what is written stays below the output folder.
  const name = normalize(path)
    .replaceAll('\\', '/')
    .replace(/^([A-Za-z]:)?(\.{0,2}\/)+/, '');
  if (found?.isDirectory()) yield* listFolder(path, '', exclude);
  else yield describe(name, { file: path }, { named: true, size: found && sizeOf(found) });
}

async function* listPattern(input: string, exclude: ReadonlySet<string>): AsyncGenerator<Entry, void> {
  const { findPaths } = await import('./list/pattern.js');
  for (const { path, name } of await findPaths(input)) {
    if (exclude.has(resolve(path))) continue;
    yield describe(name, { file: path }, { named: false, size: sizeAt(path) });
  }
}

async function* listFolder(root: string, below: string, exclude: ReadonlySet<string>): AsyncGenerator<Entry, void> {
  const items = await readdir(join(root, below), { withFileTypes: true });
  // As if all paths below the root were sorted: a folder counts with the slash after its name.
  const keyed = items.map((item) => ({ item, key: item.isDirectory() ? `${item.name}/` : item.name }));
  for (const { item } of keyed.sort((a, b) => (a.key < b.key ? -1 : 1))) {
    const name = below === '' ? item.name : `${below}/${item.name}`;
    const path = join(root, name);
    if (exclude.has(resolve(path))) continue;
    if (item.isDirectory()) yield* listFolder(root, name, exclude);
    else if (item.isFile() || (item.isSymbolicLink() && sizeAt(path) !== undefined))
      yield describe(name, { file: path }, { named: false, size: sizeAt(path) });
  }
}

/** Asked synchronously, as 80,000 questions to the thread pool take ten times as long. */
function sizeAt(path: string): number | undefined {
  try {
    return sizeOf(statSync(path));
  } catch {
    return undefined;
  }
}

const sizeOf = (found: { isFile(): boolean; size: number } | undefined): number | undefined =>
  found?.isFile() ? found.size : undefined;

function describe(name: string, locator: Locator, told: Pick<Entry, 'named' | 'size'>): Entry {
  const path = locator.file;
  return { name, path, ...told, locator, sequential: path === '-', open: () => openLocator(locator) };
}
