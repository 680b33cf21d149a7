/**
 * The timeline of one patient, as plain JSON: what `timeline --json` prints and the page shows. There is no clock in
 * it: the same inputs give the same bytes.
 */
import type { LeafCounts } from '../event.js';

export const LINE_KINDS = [
  'allergy',
  'condition',
  'immunization',
  'result',
  'medication',
  'procedure',
  'vital',
  'encounter',
  'note',
  'document',
  'social',
  'other',
] as const;

/** The seven kinds of Health Records first, then the rest. */
export type LineKind = (typeof LINE_KINDS)[number];

/** How much of a date is known; `none`: the line belongs in the undated lane. */
export type Precision = 'year' | 'month' | 'day' | 'time' | 'none';

/**
 * How much of a fact a line is. Only `fact` is something that is or was so; everything else must never be shown or
 * counted as a present fact: `negated` (said not to be so: ruled out, no known, not done, refused), `planned` (ordered
 * or intended, not done), `uncertain` (suspected, not confirmed), `family` (about a relative or somebody else), `void` (entered
 * in error or withdrawn).
 */
export type Assertion = 'fact' | 'negated' | 'planned' | 'uncertain' | 'family' | 'void';

export interface Timeline {
  readonly patient: TimelinePatient;
  readonly sources: readonly TimelineSource[];
  /** Newest first; undated lines last. */
  readonly lines: readonly TimelineLine[];
  readonly conflicts: readonly Conflict[];
  readonly reconcile: ReconcileReport;
  /** FHIR date from which lines count as new (`--since`), as given. */
  readonly since?: string;
}

export interface TimelinePatient {
  /** `Patient/id` of the merged resource; empty for records that name no patient. */
  readonly reference: string;
  readonly name?: string;
  /** FHIR date with the precision known. */
  readonly birthDate?: string;
  readonly gender?: string;
  readonly identifiers: readonly { readonly system?: string; readonly value: string; readonly type?: string }[];
}

export type SourceKind = 'ccd' | 'bundle' | 'ndjson' | 'resource';

export interface TimelineSource {
  /** Stable: from the content, not from the place in the command. */
  readonly id: string;
  /** Title of the document, or the file's name. */
  readonly title: string;
  readonly kind: SourceKind;
  /** FHIR version the source was written in, where it is not R4: it was upgraded. */
  readonly upgradedFrom?: 'DSTU2' | 'STU3';
  /** Institution or person that wrote it. */
  readonly author?: string;
  readonly date?: string;
  /** What the conversion lost; only for documents that were converted. */
  readonly loss?: SourceLoss;
  /** Resources read from this source, by type. */
  readonly resources: Readonly<Record<string, number>>;
  /** What could not be carried (upgrade of older FHIR, records of unknown type). No values of the record. */
  readonly findings: readonly SourceFinding[];
}

export interface SourceLoss {
  readonly leaves: LeafCounts;
  /** Clinical statements of the document, and those that became a resource. */
  readonly statements: number;
  readonly converted: number;
  /** False if the document ended early. */
  readonly complete: boolean;
  readonly sections: readonly { readonly title: string; readonly statements: number; readonly converted: number }[];
  readonly lost: readonly { readonly reason: string; readonly path: string; readonly count: number }[];
}

export interface SourceFinding {
  readonly code: string;
  readonly severity: 'information' | 'warning' | 'error';
  readonly message: string;
  readonly path?: string;
  readonly count?: number;
}

export interface TimelineLine {
  /** Stable over runs with the same records. */
  readonly id: string;
  readonly kind: LineKind;
  readonly title: string;
  readonly assertion: Assertion;
  readonly codes?: readonly LineCode[];
  /** FHIR date or dateTime, as precise as known. */
  readonly date?: string;
  readonly end?: string;
  /** Precision of `date`. */
  readonly precision: Precision;
  readonly value?: LineValue;
  /** The status in plain words: `active`, `resolved`, `final`, `not done`, `refused`. */
  readonly status?: string;
  /** True if the fact goes on now, as last told: an active problem, a drug being taken, an allergy in force. */
  readonly active?: true;
  /** True if the line says that something is not so, or was not done. Same as `assertion === 'negated'`. */
  readonly negated?: true;
  /** Line of the encounter it belongs to. */
  readonly encounter?: string;
  /** Line of its panel or report. */
  readonly group?: string;
  /** Ids of `sources`, in their order. */
  readonly sources: readonly string[];
  /** Over the documents that state it; present where there are two or more, and for problems, allergies and drugs. */
  readonly seen?: Seen;
  readonly conflict?: { readonly with: readonly string[]; readonly why: ConflictReason };
  /** Original narrative: XHTML `div`, already sanitised. */
  readonly narrative?: string;
  /** `Type/id` of the merged resource first, then what the details are from. */
  readonly resources: readonly string[];
  readonly details: readonly LineDetail[];
  /** Parts of one measurement that has several numbers: systolic and diastolic pressure. */
  readonly components?: readonly LineComponent[];
  /** With `since`: the line's date, or the first document that states it, is on or after it. */
  readonly isNew?: true;
}

export interface LineCode {
  readonly system?: string;
  readonly code?: string;
  readonly display?: string;
}

/** A result in words, and in numbers where it is one: charts use `number`, `unit`, `low` and `high`. */
export interface LineValue {
  readonly text: string;
  readonly number?: number;
  readonly unit?: string;
  /** Reference range, in the unit of the value. */
  readonly low?: number;
  readonly high?: number;
  /** Interpretation code of HL7 (`H`, `L`, `HH`, `A`, `N`) or its words. */
  readonly interpretation?: string;
  /** True if the interpretation says so, or the number is outside the range. */
  readonly outOfRange?: true;
}

export interface LineComponent {
  readonly title: string;
  readonly codes?: readonly LineCode[];
  readonly value: LineValue;
}

export interface LineDetail {
  readonly label: string;
  readonly value: string;
}

/** FHIR dates as precise as known. */
export interface Seen {
  /** In how many sources. */
  readonly documents: number;
  /** Dates of the first and last source that state it. */
  readonly first?: string;
  readonly last?: string;
  /** Date of the last source that calls it active. */
  readonly lastActive?: string;
}

/** Why two records of one thing were not merged, though their codes and dates agree. */
export type ConflictReason = 'negation' | 'status' | 'subject' | 'value';

export interface Conflict {
  readonly id: string;
  readonly why: ConflictReason;
  /** Lines that contradict each other. */
  readonly lines: readonly string[];
  readonly resources: readonly string[];
}

/** What was merged, what was kept apart, and why; with the sources it can be undone. */
export interface ReconcileReport {
  readonly counts: {
    /** Records read, records left. */
    readonly read: number;
    readonly kept: number;
    readonly merged: number;
    readonly conflicts: number;
    readonly suggestions: number;
  };
  readonly merged: readonly MergedRecord[];
  readonly apart: readonly KeptApart[];
  /** Patients that might be one (name, birth date and sex agree, no identifier does): never merged by themselves. */
  readonly suggestions: readonly PatientSuggestion[];
}

/** One record of the output and those it was made of. */
export interface MergedRecord {
  readonly resource: string;
  /** `Type/id` in the sources. */
  readonly from: readonly { readonly source: string; readonly resource: string }[];
  /** Names of the rules of `mappings/reconcile.yaml` that held. */
  readonly rules: readonly string[];
}

export interface KeptApart {
  readonly resources: readonly [string, string];
  /** The rule under which they would have been one. */
  readonly rule: string;
  /** `ambiguous`: without date or code it fits to several. */
  readonly why: ConflictReason | 'ambiguous';
}

export interface PatientSuggestion {
  readonly patients: readonly string[];
  readonly why: string;
}
