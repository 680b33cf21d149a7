/** Limits that keep hostile archives from exhausting the machine; sizes in bytes. */

const MiB = 1024 * 1024;

export interface IntakeLimits {
  /** Archives in archives. */
  readonly nesting: number;
  /** Members of one input, those of archives inside included. */
  readonly members: number;
  /** Unpacked bytes for each packed one, once `ratioFrom` are unpacked: text rarely shrinks to a fiftieth. */
  readonly ratio: number;
  readonly ratioFrom: number;
  /** Unpacked size of one member. */
  readonly member: number;
  /** Bytes written to temporary files for one input: archives inside archives, and tar under gzip. */
  readonly spool: number;
  /** A document that is kept as it is, and so becomes base64 in JSON. */
  readonly kept: number;
  /** A mail message or a package's metadata, read as a whole. */
  readonly whole: number;
}

export const INTAKE_LIMITS: IntakeLimits = Object.freeze({
  nesting: 5,
  members: 1_000_000,
  ratio: 200,
  ratioFrom: 16 * MiB,
  member: 16 * 1024 * MiB,
  spool: 64 * 1024 * MiB,
  kept: 64 * MiB,
  whole: 128 * MiB,
});
