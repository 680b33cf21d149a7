/** Reads a user's mapping folders. */
import { loadShipped } from '../map/shipped.js';
import type { Mappings } from '../map/table.js';

/**
 * Loads the shipped mappings with the YAML files of the given folders on top (Node only).
 * @param dirs folders; files are taken in the order of their names
 * @throws MappingError with file and line if a table is wrong
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
    const names = (await readdir(dir, { recursive: true })).filter((name) => /\.ya?ml$/.test(name)).sort();
    for (const name of names) files.push({ file: join(dir, name), text: await readFile(join(dir, name), 'utf8') });
  }
  return overlayMappings(files);
}
