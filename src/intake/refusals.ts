/** What is said of a file, or a member of an archive, that is not read. */
import { InputError, type IntakeErrorCode } from '../finding.js';

/** Why something is not read; plain JSON. */
export interface Refusal {
  readonly code: IntakeErrorCode;
  /** Whole sentences without a value of the document. */
  readonly message: string;
}

const MESSAGES: Readonly<Record<IntakeErrorCode, string>> = Object.freeze({
  unrecognised: 'Nothing here reads it; it was left out.',
  'package-part': 'It holds no record; it was left out.',
  'document-replaced':
    'Its package says that it was replaced or withdrawn; it was left out. --include-replaced converts it.',
  'document-missing': 'The package describes this document but does not hold it. Ask for the package again.',
  'health-card-malformed':
    'It is no SMART Health Card that can be read, or it is damaged. Ask its issuer for it again.',
  'health-card-incomplete':
    'Codes are missing. Name the pictures of all of them in one command, put them into one folder, or the texts of all (shc:/1/3/...) into one file.',
  'health-card-mixed':
    'It holds codes of two health cards that are as long as each other. Convert the codes of each card by themselves.',
  'health-card-signature':
    'The signature of the health card is wrong: it was changed after it was signed, or is a forgery. It was not read.',
  'health-card-unverified':
    'No trusted key confirms the health card. Name the keys of its issuer with --jwks, or convert it as it is with --allow-unverified.',
  'archive-damaged': 'The archive is damaged or ends early here. Ask for it again.',
  'archive-crc': 'The content is not what was packed: the check sum is wrong. Ask for the archive again.',
  'archive-encrypted': 'It is encrypted. Decrypt it with the tool and password it came with, then convert the result.',
  'archive-method': 'It is packed by a method that is not supported. Unpack it with another tool first.',
  'archive-path': 'Its name leads out of the archive; it was not read.',
  'archive-link': 'It is a link or a device, not a file; it was not followed.',
  'archive-overlap': 'Members of the archive share their bytes, as in a zip bomb; the archive was not read.',
  'limit-ratio':
    'It unpacks to far more than it is packed in, as a zip bomb does; reading stopped at the limit `ratio`.',
  'limit-size': 'It is larger than a limit of size allows; it was not read.',
  'limit-members': 'The archive has more members than the limit `members` allows; it was not read.',
  'limit-nesting': 'Archives are nested deeper than the limit `nesting` allows; it was not opened.',
});

/** What a folder or an archive may well hold beside records: no fault. */
export const NO_RECORD: ReadonlySet<string> = new Set([
  'not-a-clinical-document',
  'unrecognised',
  'package-part',
  'document-replaced',
]);

/** @param words what it is, for people: "a stylesheet" */
export const refuse = (code: IntakeErrorCode, words?: string): Refusal => ({
  code,
  message: words === undefined ? MESSAGES[code] : `This is ${words}. ${MESSAGES[code]}`,
});

export const toError = ({ code, message }: Refusal): InputError => new InputError(code, message);

/** The error for a refusal met while reading. */
export const refusalError = (code: IntakeErrorCode): InputError => toError(refuse(code));
