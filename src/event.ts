/** What a conversion yields, and the loss report it ends with (design contract: field names are the public JSON). */
import type { FhirResource } from 'fhir/r4.js';
import type { Finding } from './finding.js';
import type { LossReason } from './ledger.js';

export type Event =
  | { readonly kind: 'resource'; readonly resource: FhirResource }
  | { readonly kind: 'finding'; readonly finding: Finding }
  | { readonly kind: 'section'; readonly section: SectionSummary }
  | { readonly kind: 'end'; readonly loss: LossReport };

/** One section of the body, sent when it closes. */
export interface SectionSummary {
  /** Readable location, e.g. `section[Allergies]`. */
  readonly path: string;
  /** LOINC code of the section, if it has one. */
  readonly code?: string;
  readonly line: number;
  /** Clinical statements read, and those that became at least one resource. */
  readonly statements: number;
  readonly converted: number;
}

export interface LeafCounts {
  readonly total: number;
  readonly copied: number;
  readonly implied: number;
  readonly tested: number;
  readonly frame: number;
  readonly narrative: number;
  readonly lost: number;
}

/** Leaves lost for one reason at one readable path; `line` is the first one's. */
export interface LossRow {
  readonly reason: LossReason;
  readonly path: string;
  readonly count: number;
  readonly line: number;
  readonly rule?: string;
  readonly row?: string;
  /** First value lost here; only with `showValues`. */
  readonly value?: string;
}

export interface LossReport {
  readonly source: {
    readonly name: string;
    readonly sha256: string;
    readonly bytes: number;
    /** With `keepSource`, the resource that holds the document: `line` of every row and finding is one of it. */
    readonly kept?: string;
  };
  readonly leaves: LeafCounts;
  /**
   * Of all elements and leaves, their names and values, in document order, without white space between elements, quotes and
   * prefixes: two documents that say the same have the same; an edit that only counts would hide changes it.
   */
  readonly fingerprint?: string;
  readonly lost: readonly LossRow[];
  readonly findings: readonly Finding[];
  /** Resources by type. */
  readonly resources: Readonly<Record<string, number>>;
  /** False if the document ended early. */
  readonly complete: boolean;
  readonly sections: readonly SectionSummary[];
  readonly engine: { readonly version: string; readonly mappings: string };
}
