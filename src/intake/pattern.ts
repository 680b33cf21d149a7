/** Patterns on the command line, for shells that leave them to the command. */
import { glob, isDynamicPattern } from 'tinyglobby';
import { usageError } from './usage.js';

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
  const paths = await glob(pattern, { expandDirectories: false, followSymbolicLinks: false });
  if (paths.length === 0) throw usageError(`No file matches ${pattern}. Check the pattern; ** stands for any folders.`);
  const base = baseOf(pattern);
  return paths.sort().map((path) => {
    const name = base !== '' && path.startsWith(`${base}/`) ? path.slice(base.length + 1) : path;
    return { path, name: name.replace(/^(\.{0,2}\/)+/, '') };
  });
}

/** The part of a pattern before its first wildcard. */
function baseOf(pattern: string): string {
  const parts = pattern.split('/');
  const at = parts.findIndex((part) => isDynamicPattern(part));
  return parts.slice(0, at).join('/');
}
