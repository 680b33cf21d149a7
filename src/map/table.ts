/** Mapping tables as the loader leaves them: checked, frozen, resolved; what `compile` turns into closures. */
import type { Json } from '../fhir/json.js';
import type { Condition, Path } from './path.js';

/** Where a rule or table was written. */
export interface Place {
  readonly file: string;
  readonly line: number;
}

/** One rule: which source becomes which element. The words are explained in docs/mapping-format.md. */
export interface Rule extends Place {
  /** `allergy.reaction.severity`: unique, the unit of override. */
  readonly id: string;
  readonly row: readonly string[];
  /** Alternatives: the first that yields anything is used. */
  readonly from: readonly Path[];
  readonly to: string | undefined;
  readonly as: string | undefined;
  readonly map: string | undefined;
  readonly when: readonly Condition[];
  readonly unless: readonly Condition[];
  /** Key of the sibling rule that goes before this one. */
  readonly fallback: string | undefined;
  readonly value: Json | undefined;
  /** Puts all texts into one, with this between them. */
  readonly join: string | undefined;
  /** Words with `{}` where the source's own words go. */
  readonly say: string | undefined;
  /** Which one of several sources is meant, where FHIR has room for one. */
  readonly pick: Pick | undefined;
  /** Table whose resource this rule refers to. */
  readonly build: string | undefined;
  /** Resource types to look for among what the document's other entries become, by identifier. */
  readonly link: readonly string[];
  readonly each: readonly Path[];
  readonly rules: readonly Rule[];
  /** Elements the nested rules must have written, beside those FHIR requires; `a|b`: one of them. */
  readonly needs: readonly string[];
}

/** `earliest` compares `@value`, as of `time` elements. */
export const PICKS = ['last', 'earliest'] as const;
export type Pick = (typeof PICKS)[number];

/** A deliberate loss. */
export interface Loss extends Place {
  readonly id: string;
  readonly row: readonly string[];
  readonly from: Path;
  readonly why: string;
}

export interface Table extends Place {
  readonly name: string;
  readonly ig: string | undefined;
  /** Patterns, in order of trust: all tables' first patterns are tried before any table's second one. */
  readonly in: readonly Path[];
  readonly each: readonly Path[];
  /** Tables to try in order, instead of making a resource. */
  readonly choose: readonly string[];
  /** Table whose resource takes up what this one makes; `at`: the node that resource is made of. */
  readonly into: string | undefined;
  readonly at: Path | undefined;
  /** Further `id`s the statement goes by in other entries: those of the act it is the subject of. */
  readonly knownBy: Path | undefined;
  readonly make: string;
  /** Elements without which there is nothing to say: the resource is not made. `a|b`: one of them. */
  readonly needs: readonly string[];
  readonly modifiers: readonly Path[];
  readonly when: readonly Condition[];
  readonly unless: readonly Condition[];
  /** Any of them holds: the statement says that there is nothing, or speaks of somebody else; it is withheld and reported. */
  readonly withhold: readonly Condition[];
  /** Any of them holds: parts of the statement contradict each other; that is reported, and all are kept. */
  readonly conflict: readonly Condition[];
  /** True if the table is also for statements inside those another table maps. */
  readonly anywhere: boolean;
  /** False for resources that are not statements about the patient (agents, places): no Provenance points to them. */
  readonly provenance: boolean;
  readonly rules: readonly Rule[];
  /** True if conditions or rules have the word `nullified`: they know what a void statement is. */
  readonly speaksOfVoid: boolean;
  readonly lost: readonly Loss[];
  readonly frame: readonly Path[];
}

/** One concept map. A target without code is deliberately none. */
export interface CodeTable extends Place {
  readonly name: string;
  readonly row: readonly string[];
  /** OIDs the keys are from; empty for structural codes. */
  readonly systems: readonly string[];
  /** System of the target codings. */
  readonly system: string | undefined;
  readonly codes: ReadonlyMap<string, CodeTarget>;
  readonly default: string | undefined;
}

export interface CodeTarget {
  readonly code: string | undefined;
  readonly display: string | undefined;
  readonly system: string | undefined;
  readonly why: string | undefined;
}

export interface ExtensionShape {
  readonly url: string;
  readonly type: string | undefined;
  readonly parts: Readonly<Record<string, string>>;
}

/** Everything under `mappings/`, loaded. */
export interface Mappings {
  readonly tables: ReadonlyMap<string, Table>;
  readonly codes: ReadonlyMap<string, CodeTable>;
  readonly templates: ReadonlyMap<string, ReadonlySet<string>>;
  readonly extensions: ReadonlyMap<string, ExtensionShape>;
  readonly systems: Systems;
  readonly sections: ReadonlyMap<string, { readonly name: string; readonly kind: string }>;
  readonly units: unknown;
  /** Leaves that are structure everywhere: attribute names, and elements whose attributes are. */
  readonly frame: Frame;
  /** SHA-256 of the sources, for the report. */
  readonly sha256: string;
}

export interface Frame {
  readonly attributes: ReadonlySet<string>;
  readonly elements: ReadonlySet<string>;
}

export interface Systems {
  readonly codeSystems: ReadonlyMap<string, string>;
  readonly identifierSystems: ReadonlyMap<string, string>;
  readonly names: ReadonlyMap<string, string>;
  readonly valueSets: readonly string[];
  readonly valueSetSystems: ReadonlyMap<string, string>;
}
