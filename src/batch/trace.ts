/** The trace of a conversion as a file: a line of JSON for each pointer. */
import type { TraceLine } from '../index.js';
import { writeWhole } from './files.js';

/**
 * Writes the file in one step.
 * @throws an Error named OutputError
 */
export const writeTrace = (path: string, lines: Iterable<TraceLine>, temporary?: string): void =>
  writeWhole(path, toText(lines), temporary);

function* toText(lines: Iterable<TraceLine>): Generator<string, void> {
  for (const line of lines) yield `${JSON.stringify(line)}\n`;
}
