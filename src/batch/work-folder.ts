/** The folder below the output in which a run keeps what is not finished, and its journal. */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { makeFolder } from './files.js';

/** Name of the folder; what lists files passes it over, as the dot says. */
export const WORK_FOLDER = '.ccd2fhir';

export interface WorkFolder {
  readonly journal: string;
  /** There while a run is at work. */
  readonly lock: string;
  /** Parts of lines not yet in their place. */
  readonly parts: string;
  /** Copies of input that can be read only once. */
  readonly input: string;
  /** Lines of documents whose turn has not come. */
  readonly spool: string;
  /** Files being written. */
  readonly temporary: string;
}

export function workFolderOf(folder: string): WorkFolder {
  const at = (name: string): string => join(folder, WORK_FOLDER, name);
  return {
    journal: at('journal.jsonl'),
    lock: at('lock'),
    parts: at('parts'),
    input: at('input'),
    spool: at('spool'),
    temporary: at('temporary'),
  };
}

/**
 * Makes the folders a session works in, empty.
 * @throws an Error named OutputError
 */
export function prepare(folder: string, work: WorkFolder): void {
  clear(work);
  for (const path of [work.input, work.spool, work.temporary]) makeFolder(path, folder);
}

/** Removes what a session leaves behind, even if it was killed; journal and parts stay. */
export function clear(work: WorkFolder): void {
  for (const path of [work.input, work.spool, work.temporary]) rmSync(path, { recursive: true, force: true });
}
