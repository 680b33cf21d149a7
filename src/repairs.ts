/** What is wrong with many real documents and can be put right: each repair by name, each logged where it is made. */

/**
 * Every repair there is, and what it does. One that is switched off is not made: a broken document is refused at that
 * place (`InputError` `repair-refused`), a broken value is left out or taken as it stands (docs/checks.md).
 */
export const REPAIRS = Object.freeze({
  // of the XML: off, the document is refused
  'bare-ampersand': 'An `&` that begins no reference is read as `&amp;`.',
  'unknown-entity': 'An HTML entity that XML does not define (`&nbsp;`) is read as its character.',
  'raw-less-than': 'A `<` that begins no tag is read as text.',
  'broken-tag': 'A start tag with missing quotes or spaces, a raw `<`, or an attribute without value is mended.',
  'end-tag': 'End tags that are missing, unfinished or of another element are set right.',
  'forbidden-character': 'A character, reference or repeated attribute that XML forbids is passed over.',
  'stray-content': 'What stands before or after the document element is left out.',
  'truncated-document': 'A document that ends early is read as far as it goes.',
  'invalid-encoding': 'Bytes that are not valid in the declared encoding become replacement characters.',
  'wrong-encoding':
    'Bytes that are not in the declared encoding are read as UTF-8, UTF-16 or windows-1252, which they are.',
  'missing-namespace': 'A document without the HL7 v3 namespace is read as if it declared it.',
  'undeclared-prefix': 'A prefix without declaration has its usual meaning (`sdtc:`, `xsi:`).',
  'document-fragment': 'A section or entry on its own is read as a document without header.',
  'late-header': 'A header element after the body is read all the same.',
  // of values: off, see each
  'missing-xsi-type': 'A value without `xsi:type` has its type inferred from its shape. Off: it is lost.',
  'wrong-xsi-type':
    'A value whose `xsi:type` contradicts its shape has the type of its shape. Off: it is read as declared.',
  'sentinel-date':
    'A date in the year 0001 or 0000 stands for none and is left out. Off: year 0001 is taken for a date.',
} as const);

export type RepairName = keyof typeof REPAIRS;

/** The repairs that are made. */
export type Repairs = ReadonlySet<RepairName>;

export const ALL_REPAIRS: Repairs = new Set(Object.keys(REPAIRS) as RepairName[]);
