/** What the page of one document holds, as plain data: made here, read by the script in the page. */

/** One attribute or text: name, value, index of its state, of its rule, of the resource it went into (-1: none). */
export type LeafData = readonly [name: string, value: string, state: number, rule: number, resource: number];

/** One line of the source: an element with its attributes and first text, or a later text (label `''`). */
export type SourceLine = readonly [depth: number, label: string, line: number, leaves: readonly LeafData[]];

/** One line of a resource: key and value (or `''`), index of the resource, its top element (`''` for the first line). */
export type TargetLine = readonly [depth: number, key: string, value: string, resource: number, element: string];

/** One section as its reader saw it: its line in the source, title, and text as XHTML (`''` for none). */
export type SectionText = readonly [line: number, title: string, xhtml: string];

export interface StateData {
  readonly id: string;
  readonly words: string;
  readonly hint: string;
  readonly lost: boolean;
}

export interface PageData {
  /** Names of states, what they mean in a sentence, and whether they are losses. */
  readonly states: readonly StateData[];
  /** Rules: id, top element written to, rows of the checklist, why if it is a deliberate loss. The first: no rule. */
  readonly rules: readonly (readonly [id: string, element: string, rows: string, why: string])[];
  readonly source: readonly SourceLine[];
  readonly target: readonly TargetLine[];
  /** In document order. */
  readonly sections: readonly SectionText[];
}
