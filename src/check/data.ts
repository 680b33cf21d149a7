/** What mappings/checks.yaml and mappings/us-core.yaml hold, as plain data; every scalar is a string. */

/** US Core versions a resource can be checked against. */
export const US_CORE_VERSIONS = ['6.1.0', '7.0.0', '8.0.0', 'none'] as const;
export type UsCore = (typeof US_CORE_VERSIONS)[number];

/** A constraint of FHIR R4. */
export interface InvariantData {
  readonly id: string;
  /** The type or element it is evaluated on: `Quantity`, `Observation.component`. */
  readonly on: string;
  readonly expression: string;
  readonly severity: string;
  readonly source: string;
  /** Child elements of which one must be present for the rule to matter; empty: always. */
  readonly trigger: readonly string[];
  /** `full`: left out of fast checking. */
  readonly speed: string;
}

/** Rules of the user's own, beside those of the package. */
export interface OwnChecks {
  readonly invariants: readonly InvariantData[];
}

/** A US Core profile: whom it is for, and what it asks beyond FHIR itself. */
export interface ProfileData {
  /** Last part of the canonical URL. */
  readonly profile: string;
  readonly on: string;
  /** First (absent: before 5) and last US Core version that has it. */
  readonly since?: string;
  readonly until?: string;
  /** Another profile whose requirements hold as well. */
  readonly base?: string;
  /** FHIRPath: the profile is meant for this resource; absent: for all of the type. */
  readonly when?: string;
  /** Elements that must be present, `a.b`: wherever there is an `a`. */
  readonly require?: readonly string[];
  /** Further rules by id, FHIRPath. */
  readonly rules?: Readonly<Record<string, string>>;
  /** Rules that hold from a version on, in place of those of the same id: version -> rules. */
  readonly rulesSince?: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

export interface CheckData {
  readonly invariants: readonly InvariantData[];
  readonly profiles: readonly ProfileData[];
  /** Folder of its pages by US Core version: `7.0.0` -> `STU7`. */
  readonly releases: Readonly<Record<string, string>>;
}
