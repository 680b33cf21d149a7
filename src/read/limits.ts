/** Limits that keep hostile input from exhausting the machine. */

export interface Limits {
  /** Nested elements. */
  readonly depth: number;
  /** Attributes of one element. */
  readonly attributes: number;
  /** Characters of one text, attribute value or tag, as written in the source. */
  readonly text: number;
  /** Characters of an element or attribute name. */
  readonly name: number;
  /** Different names; CDA has some hundreds. */
  readonly names: number;
  /** Sections of a document. */
  readonly sections: number;
  /** Elements, attributes and texts in memory at once: of the header, or of a section's own fields and one entry. */
  readonly held: number;
}

export const LIMITS: Limits = Object.freeze({
  depth: 200,
  attributes: 256,
  text: 64 * 1024 * 1024,
  name: 1000,
  names: 10_000,
  sections: 10_000,
  held: 4_000_000,
});

/** Components of one organizer that are handed over together (one organizer can hold millions). */
export const MAX_COMPONENTS = 500;
