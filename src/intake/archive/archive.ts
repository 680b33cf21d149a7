/** What every kind of archive offers. */
import type { Metadata } from '../entry.js';
import type { Refusal } from '../refusals.js';

/** The bytes of an archive: as a stream, or as a file where places in it must be reached. */
export interface Bytes {
  stream(): AsyncIterable<Uint8Array>;
  file(): Promise<string>;
}

export interface Member {
  /** With `/`, as the archive has it; empty for the one content of a wrapper such as gzip. */
  readonly name: string;
  /** Finds the member again: what `open` understands. */
  readonly step: string;
  readonly size?: number | undefined;
  readonly metadata?: Metadata;
  /** Why it may not be read. */
  readonly refusal?: Refusal;
}

export interface Archive {
  /** True if its members belong together, as files in a folder do; false for what only wraps its content. */
  readonly isPackage: boolean;
  /**
   * The members in the archive's own order, without reading them.
   * @throws InputError if the archive is damaged, after the members before that place
   */
  list(bytes: Bytes): AsyncIterable<Member>;
  /**
   * The content of one member.
   * @throws InputError while reading if it is damaged or exceeds a limit
   */
  open(bytes: Bytes, step: string): AsyncIterable<Uint8Array>;
}
