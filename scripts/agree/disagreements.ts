/** Where `check` and HL7's validator differ, and who is right by the specification. */
interface Disagreement {
  /** Of a line of `agree.ts`: who found fault, how it was broken, the ids of what was found. */
  readonly when: RegExp;
  readonly right: 'we' | 'they' | 'both';
  readonly why: string;
}

export const DISAGREEMENTS: readonly Disagreement[] = [
  {
    when: /^ours: .*: (structure-reference)$/,
    right: 'we',
    why: 'an element says which types its references point to; they look at the type only where the target is at hand',
  },
  {
    when: /^ours: .*\bcoding-system\b/,
    right: 'we',
    why: 'datatypes.html#Coding: system is an absolute URI; they say so of a Quantity and of a lone Coding only',
  },
  {
    when: /^ours: .*: structure-format$/,
    right: 'we',
    why: 'datatypes.html: white space around or instead of a code or URI; they warn, or trim it',
  },
  {
    when: /^ours: .*: structure-empty$/,
    right: 'we',
    why: 'json.html: an array is never empty; they take it for an absent element',
  },
  {
    when: /^theirs: .*Terminology_(PassThrough_TX_Message|TX_NoValid_16)/,
    right: 'they',
    why: 'a code its system does not have. We look up codes of required bindings only; of a coding without code, which FHIR allows, they say the same',
  },
  {
    when: /^theirs: a reason for a missing value: .*Terminology_TX_Code_ValueSet_MISSING/,
    right: 'both',
    why: 'extensibility.html#Special-Case: an extension may stand for any primitive; US Core wants a code where the binding is required',
  },
  {
    when: /^theirs: a reason for a missing value: Resource_RES_ID_Malformed_Chars$/,
    right: 'they',
    why: 'an id is never an extension alone; no conversion makes one',
  },
  {
    when: /^theirs: a choice of no type: .*Extension_EXT_Type/,
    right: 'they',
    why: 'extensions FHIR itself defines have a type each; we know that of data-absent-reason only',
  },
  {
    when: /^theirs: as it is: Extension_EXT_Version_Invalid$/,
    right: 'we',
    why: 'versions.html#extensions: elements of R5 as extensions; they have no definitions of R5 here',
  },
];
