/** Reads a user's mapping folders. */
import { loadShipped, SHIPPED_SHA256 } from '../map/shipped.js';
import type { Mappings } from '../map/table.js';
import { usageError } from './usage.js';

/**
 * Loads the shipped mappings with the YAML files of the given folders on top (Node only).
 * @param dirs folders; files are taken in the order of their names
 * @throws MappingError with file and line if a table is wrong, an Error named UsageError if a folder cannot be read or
 *   holds no table
 */
export async function loadMappings(...dirs: string[]): Promise<Mappings> {
  if (dirs.length === 0) return loadShipped();
  const [{ readdir, readFile }, { join }, { overlayMappings }] = await Promise.all([
    import('node:fs/promises'),
    import('node:path'),
    import('../map/overlay.js'),
  ]);
  const files: { file: string; text: string }[] = [];
  for (const dir of dirs) {
    const all = await readdir(dir, { recursive: true }).catch((error: NodeJS.ErrnoException) => {
      throw usageError(`The folder of mappings ${dir} cannot be read (${error.code}). Check the path.`);
    });
    const names = all.filter((name) => /\.ya?ml$/.test(name)).sort();
    if (names.length === 0) throw usageError(`The folder of mappings ${dir} holds no .yaml file.`);
    for (const name of names) files.push({ file: join(dir, name), text: await readFile(join(dir, name), 'utf8') });
  }
  return overlayMappings(files);
}

/** The digest of what `loadMappings` would load, by which runs and reports name their mappings; throws as it does. */
export const digestMappings = async (...dirs: string[]): Promise<string> =>
  dirs.length === 0 ? SHIPPED_SHA256 : (await loadMappings(...dirs)).sha256;
