/** Patterns on the command line, for shells that leave them to the command. */
import { glob, isDynamicPattern } from 'tinyglobby';
import { usageError } from '../usage.js';

/** A file a pattern matches; it is named by its path below the part of the pattern before the first wildcard. */
export interface Match {
  readonly path: string;
  readonly name: string;
}

/**
 * The files a pattern matches, in code unit order of their paths. Links to folders are not followed.
 * @throws an Error named UsageError if it is no pattern, or nothing matches
 */
export async function findPaths(pattern: string): Promise<Match[]> {
  if (!isDynamicPattern(pattern)) throw usageError(`There is no readable file or folder ${pattern}. Check the path.`);
  const parts = pattern.split('/');
  const first = parts.findIndex((part) => isDynamicPattern(part));
  const base = parts.slice(0, first).join('/');
  const cwd = first === 0 ? '.' : base || '/';
  // Looked for below the base: from elsewhere names would lead out of the working folder, and into the output.
  const names = await glob(parts.slice(first).join('/'), { cwd, expandDirectories: false, followSymbolicLinks: false });
  if (names.length === 0) throw usageError(`No file matches ${pattern}. Check the pattern; ** stands for any folders.`);
  return names.sort().map((name) => ({
    path: first === 0 ? name : `${base}/${name}`,
    name: name.replace(/^(\.{0,2}\/)+/, ''),
  }));
}
