/**
 * Who knows which kind of package: the list is tried in order, each takes what it knows and leaves the rest to the
 * next. What nobody takes is read by its content alone. A recogniser's own modules are loaded when they are needed.
 */
import type { ConvertOptions } from '../convert.js';
import type { Event } from '../event.js';
import type { Finding } from '../finding.js';
import { apple } from './apple/recognise.js';
import type { Document, Entry, Metadata } from './entry.js';
import { healthCard } from './health-card/recognise.js';
import type { Outline } from './outline.js';
import type { Refusal } from './refusals.js';
import { xdm } from './xdm/recognise.js';

/** What a recogniser says about an entry. */
export interface Recognised {
  readonly entry: Entry;
  /** What its content is, if the recogniser knows better than `sniff`. */
  readonly kind?: string;
  readonly metadata?: Metadata;
  /** Why it is not read: `package-part` for what holds no record. */
  readonly refusal?: Refusal;
  readonly findings?: readonly Finding[];
  /** Entries that are read together with it and are no documents of their own. */
  readonly parts?: readonly { readonly entry: Entry; readonly kind: string }[];
}

export interface Recogniser {
  readonly name: string;
  /**
   * What it knows among the entries that belong together: the files of one folder tree, the members of one archive, or
   * one file alone. There can be 80,000: look at names first, and `sniff` few. Entries it does not name are left.
   */
  recognise(entries: readonly Entry[]): Promise<readonly Recognised[]>;
  /**
   * Reads a document it named, in whatever process: only the document's plain fields are there. Without it the document
   * is read by its kind.
   */
  readonly read?: (document: Document, options: ConvertOptions) => AsyncIterable<Event>;
  /** What is in a document it reads, without converting it. */
  readonly outline?: (document: Document) => Promise<Outline>;
}

export const RECOGNISERS: readonly Recogniser[] = [xdm, apple, healthCard];

/** Who reads a document. */
export const readerNamed = (name: string): Recogniser | undefined => RECOGNISERS.find((one) => one.name === name);
