/** What stands in an input, and how its bytes are reached again: the contract between listing, batch and workers. */
import { createReadStream } from 'node:fs';
import type { DocumentReference } from 'fhir/r4.js';

/**
 * Where bytes are, as plain JSON: it may go to a worker thread, a queue or a journal. `file` is a path, or `-` for
 * stdin; `inside` leads through archives, outermost first. Steps are made and read by the archive's own code only.
 */
export interface Locator {
  readonly file: string;
  readonly inside?: readonly string[];
}

/** One file, or one member of an archive. */
export interface Entry {
  /** Below the input, with `/`. */
  readonly name: string;
  /** For messages, as the user can find it: a file, or `archive.zip!inner/b.xml`. */
  readonly path: string;
  /** Bytes, where they are known without reading. */
  readonly size: number | undefined;
  /** True if the user named this very file; false if it was found in a folder or an archive. */
  readonly named: boolean;
  readonly locator: Locator;
  /**
   * True if it can be read from the start of its stream only (stdin, members of tar): then read it through `open` when
   * it is listed, before asking for the next one, and give workers a copy.
   */
  readonly sequential: boolean;
  open(): AsyncIterable<Uint8Array>;
}

/** Metadata of a document as its package states them: those elements of a DocumentReference that are known. */
export type Metadata = Partial<DocumentReference>;

/** One document of a run: an entry, who reads it, and where its output goes. All but `open` is plain JSON. */
export interface Document extends Entry {
  /** Where its output goes below the output folder, without extension; unique within the run. */
  readonly output: string;
  /** What the content is: `cda`, `fhir`, `pdf` ... (see `docs/inputs.md`). */
  readonly kind: string;
  /** Name of the recogniser that reads it (`recognisers.ts`). */
  readonly reader: string;
  readonly metadata?: Metadata;
}

/** A document as it travels: to a worker, into a journal. */
export type DocumentJob = Omit<Document, 'open'>;

/** The document without its function. */
export function toJob({ open: _, ...job }: Document): DocumentJob {
  return job;
}

/** The document of a job; its bytes are opened by its locator. */
export const fromJob = (job: DocumentJob): Document => ({ ...job, open: () => openLocator(job.locator) });

/**
 * Opens the bytes of an entry.
 * @throws InputError while reading if an archive is damaged or exceeds a limit; errors of the file system as they are
 */
export function openLocator({ file }: Locator): AsyncIterable<Uint8Array> {
  return file === '-' ? process.stdin : createReadStream(file);
}
