/** Limits that keep hostile input from exhausting the machine. */

export interface Limits {
  /** Nested elements. */
  readonly depth: number;
  /** Attributes of one element. */
  readonly attributes: number;
  /** Characters of one text, attribute value or tag, as written in the source. */
  readonly text: number;
  /** ... of one text that is an attachment as base64 (`representation="B64"`), or of any with its references. */
  readonly base64: number;
  /** Characters of an element or attribute name. */
  readonly name: number;
  /** Different names; CDA has some hundreds. */
  readonly names: number;
  /** Sections of a document. */
  readonly sections: number;
  /** Statements (`entryRelationship`), authors, informants, participants and performers of one statement, in all: each may be looked at for each of the others. */
  readonly related: number;
  /** Places of a document where its XML is mended. */
  readonly repairs: number;
  /** Elements, attributes and texts in memory at once: of the header, or of a section's own fields and one entry. */
  readonly held: number;
}

export const LIMITS: Limits = Object.freeze({
  depth: 200,
  attributes: 256,
  text: 16 * 1024 * 1024,
  base64: 64 * 1024 * 1024,
  name: 1000,
  names: 10_000,
  sections: 10_000,
  related: 1000,
  repairs: 1_000_000,
  held: 4_000_000,
});

/** Components of one organizer that are handed over together (one organizer can hold millions). */
export const MAX_COMPONENTS = 500;
