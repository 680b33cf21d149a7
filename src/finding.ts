/** Findings, the closed registry of their codes, and the only two errors the library throws. */

import type { RepairName } from './repairs.js';

export type Severity = 'information' | 'warning' | 'error';

/**
 * Every finding there is. Messages are whole sentences and never contain a value of the document: what differs from
 * case to case is the path, the line, the rule and the target.
 */
export const FINDINGS = Object.freeze({
  // reading
  'encoding-invalid': ['warning', 'Bytes that are not valid in the declared encoding were replaced.'],
  'encoding-differs': [
    'warning',
    'The bytes are not in the encoding the document declares; they were read as UTF-8, UTF-16 or windows-1252, which they are.',
  ],
  'xml-malformed': ['warning', 'The XML is not well formed here; reading went on after it.'],
  'xml-truncated': ['error', 'The document ends early: what stands before this line was read, the rest is missing.'],
  'xml-trailing': ['warning', 'Content after the end of the document was left out.'],
  'document-fragment': ['warning', 'This is a part of a document: there is no header, so the patient is unknown.'],
  'namespace-missing': ['information', 'The document does not declare the HL7 v3 namespace; it was read as if it did.'],
  'namespace-prefix': ['information', 'A namespace prefix is used without a declaration; its usual meaning was taken.'],
  'header-late': ['warning', 'A header element stands after the body; it was read late.'],
  // mapping
  'entry-unmapped': ['warning', 'No table maps this entry; its section text is kept.'],
  'statement-empty': [
    'warning',
    'No resource stands for this statement of a known kind: what it says is empty, denied or only wanted; its section text is kept.',
  ],
  'section-unknown': ['information', 'This section is of no known kind: title, code and text are kept.'],
  'template-unknown': ['information', 'No template of this statement is known; it was read by its structure.'],
  'modifier-unread': [
    'warning',
    'A statement that is negated, not done, not about the patient or void was withheld, as no rule gives it a safe meaning.',
  ],
  'status-conflict': [
    'information',
    'The status of a statement and its dates do not agree; both are as in the source.',
  ],
  'required-missing': ['warning', 'A resource lacks an element FHIR requires and was withheld.'],
  'rule-failed': ['error', 'A rule failed on this part; the part was left out.'],
  'value-superseded': ['information', 'Several values stand where FHIR has room for one; the first was used.'],
  'patient-differs': [
    'warning',
    'Of this patient a newer source says otherwise; the newer one counts. Check that both are one person.',
  ],
  'reference-dangling': ['warning', 'A reference points to something the document does not hold; it was left out.'],
  'patients-several': [
    'warning',
    'The document is about several patients; its entries were taken to be about the first, unless they say otherwise.',
  ],
  'identity-conflict': ['information', 'Two different statements share one identifier; both were kept.'],
  'statement-split': [
    'information',
    'A statement with very many members became several resources with one identifier; each names a part of the members.',
  ],
  // data types
  'narrative-repeated': [
    'warning',
    'Statements refer to long parts of this narrative so often that the resource has no copy; the words are in the section.',
  ],
  'narrative-unresolved': ['warning', 'A reference into the narrative finds no element with that ID.'],
  'code-unmapped': ['warning', 'The code has no counterpart in the code table.'],
  'code-without-system': ['information', 'A code has no code system; none was guessed.'],
  'code-system-unknown': ['information', 'The code system has no registered URI; its OID is used.'],
  'code-system-value-set': ['warning', 'A value set stands where a code system belongs; the system was left out.'],
  'unit-not-ucum': ['information', 'The unit is not UCUM: it is kept as text.'],
  'number-malformed': ['warning', 'A number could not be read and was left out.'],
  'date-sentinel': ['information', 'A date in the year 0001 or 0000 stands for none and was left out.'],
  'date-malformed': ['warning', 'A date could not be read and was left out.'],
  'time-without-offset': ['information', 'A time has no offset; the configured policy was applied.'],
  'type-inferred': ['information', 'A value has no xsi:type, or one that cannot be; it was inferred from its shape.'],
  'type-unsupported': ['warning', 'The data type of this value has no counterpart in this element.'],
  'url-refused': ['warning', 'A link uses a scheme that is not allowed and was left out.'],
  'attachment-refused': ['warning', 'An attachment could not be decoded and was left out.'],
  'attachment-type-differs': [
    'warning',
    'An attachment is of another type than its label says; what its bytes show was taken.',
  ],
  // older versions of FHIR
  'upgrade-lost': ['warning', 'R4 has no place for this element of an older FHIR version; it was left out.'],
  'upgrade-code': ['warning', 'A code or value of an older FHIR version has no counterpart in R4; it was left out.'],
  'upgrade-withheld': [
    'warning',
    'A resource of an older FHIR version was withheld, as R4 has no safe way to say what it says.',
  ],
  'upgrade-unsupported': ['warning', 'No table brings this resource of an older FHIR version to R4; it was left out.'],
  // packages: archives and exports
  'package-hash-differs': [
    'error',
    'The bytes are not those the package describes: hash or size differ. The document was damaged or changed.',
  ],
  'package-type-differs': [
    'warning',
    'The package calls the document another type than its content is; content counts.',
  ],
  'package-metadata-unread': [
    'information',
    'The package states something about the document that has no place in FHIR here; it was left out.',
  ],
  'package-document-replaced': [
    'warning',
    'The package says that this document was replaced or withdrawn; it was converted because that was asked for.',
  ],
  'package-patient-differs': [
    'warning',
    'The package names the patient by an identifier the document does not have: it may be filed with the wrong patient.',
  ],
  'package-name-duplicate': ['warning', 'Several members of the archive have this name; each was read.'],
  // SMART Health Cards
  'health-card-unverified': [
    'warning',
    'No trusted key confirms this health card: anybody may have written it. Its resources are marked so.',
  ],
  'health-card-expired': ['warning', 'The health card has expired.'],
  'health-card-early': ['warning', 'The health card is not valid yet.'],
  'health-card-refused': [
    'error',
    'A health card was left out: it is broken, its signature is wrong, or no trusted key confirms it.',
  ],
  'resource-unknown': ['error', 'A resource of a type FHIR R4 does not have was left out.'],
  'record-unreadable': ['warning', 'A file of the package could not be read as FHIR JSON; it was left out.'],
  // checking
  'check-failed': ['warning', 'A resource does not satisfy a rule of FHIR or its profile.'],
} as const satisfies Record<string, readonly [Severity, string]>);

export type FindingCode = keyof typeof FINDINGS;

/** One thing worth knowing about a document. Repeated ones (same code, path, rule, target) are counted. */
export interface Finding {
  readonly code: FindingCode;
  readonly severity: Severity;
  readonly message: string;
  /** Readable location in the source: element, template and section names, never a value. */
  readonly path?: string;
  readonly line?: number;
  /** Character of the line, counted from 1; of broken XML only. */
  readonly column?: number;
  /** The rule concerned (`allergy.reaction.severity`), or the id of a failed check. */
  readonly rule?: string;
  /** The resource or element concerned (`AllergyIntolerance.code`). */
  readonly target?: string;
  /** The repair that was made. */
  readonly repair?: RepairName;
  readonly count?: number;
}

export type InputErrorCode = ReadErrorCode | PolicyErrorCode | IntakeErrorCode;

/** Why the reader refuses a text. */
export type ReadErrorCode =
  | 'not-xml'
  | 'not-a-clinical-document'
  | 'doctype-refused'
  | 'limit-depth'
  | 'limit-attributes'
  | 'limit-text'
  | 'limit-base64'
  | 'limit-name'
  | 'limit-names'
  | 'limit-sections'
  | 'limit-related'
  | 'limit-repairs'
  | 'limit-held';

/** Why a document is not taken that could be: a repair it needs is off, or `strict` finds it holds the unknown. */
export type PolicyErrorCode = 'repair-refused' | 'unknown-code' | 'unknown-template';

/** Why a file, or a member of an archive, is not read. */
export type IntakeErrorCode =
  | 'unrecognised'
  | 'package-part'
  | 'document-replaced'
  | 'document-missing'
  | 'health-card-malformed'
  | 'health-card-incomplete'
  | 'health-card-mixed'
  | 'health-card-signature'
  | 'health-card-unverified'
  | 'archive-damaged'
  | 'archive-crc'
  | 'archive-encrypted'
  | 'archive-method'
  | 'archive-path'
  | 'archive-link'
  | 'archive-overlap'
  | 'limit-ratio'
  | 'limit-size'
  | 'limit-members'
  | 'limit-nesting';

/** The input cannot be converted at all. The message says what to do; it holds no value of the document. */
export class InputError extends Error {
  override readonly name = 'InputError';
  constructor(
    readonly code: InputErrorCode,
    message: string,
    readonly line?: number,
    readonly column?: number,
  ) {
    super(
      line === undefined ? message : `${message} (line ${line}${column === undefined ? '' : `, column ${column}`})`,
    );
  }
}

/** A mapping table is wrong. The message starts with `file:line`. */
export class MappingError extends Error {
  override readonly name = 'MappingError';
  constructor(
    message: string,
    readonly file: string,
    readonly line: number,
  ) {
    super(`${file}:${line}: ${message}`);
  }
}
