/** What stands in an input, and how its bytes are reached again: the contract between listing, batch and workers. */
import type { DocumentReference } from 'fhir/r4.js';
import type { Finding } from '../finding.js';
import { openLocator } from './locate.js';
import type { Refusal } from './refusals.js';

export { openLocator } from './locate.js';

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
   * True for stdin: it can be read once only, through `open`, before the next one is asked for; workers need a copy.
   */
  readonly sequential: boolean;
  /** What an archive says about it. */
  readonly metadata?: Metadata;
  /** Why it is not read: then `open` is of no use. */
  readonly refusal?: Refusal;
  /** What its package makes worth knowing about it; goes into its loss report. */
  readonly findings?: readonly Finding[];
  open(): AsyncIterable<Uint8Array>;
}

/** Metadata of a document as its package states them: those elements of a DocumentReference that are known. */
export type Metadata = Partial<DocumentReference>;

/** A file that is read together with the document it is part of; plain JSON. */
export interface Part {
  readonly name: string;
  readonly kind: string;
  readonly locator: Locator;
}

/** One document of a run: an entry, who reads it, and where its output goes. All but `open` is plain JSON. */
export interface Document extends Entry {
  /** Where its output goes below the output folder, without extension; unique within the run. */
  readonly output: string;
  /** What the content is: `cda`, `fhir`, `pdf` ... (see `docs/inputs.md`). */
  readonly kind: string;
  /** Name of the recogniser that reads it (`recognisers.ts`). */
  readonly reader: string;
  /** Further files that are read with it, in the order they were listed. */
  readonly parts?: readonly Part[];
}

/** A document as it travels: to a worker, into a journal. */
export type DocumentJob = Omit<Document, 'open'>;

/** The document without its function. */
export function toJob({ open: _, ...job }: Document): DocumentJob {
  return job;
}

/** The document of a job; its bytes are opened by its locator. */
export const fromJob = (job: DocumentJob): Document => ({ ...job, open: () => openLocator(job.locator) });
