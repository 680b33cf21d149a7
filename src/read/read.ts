/** The streaming reader: bytes or text in, the document out unit by unit. */
import { type FindingCode, InputError, type ReadErrorCode } from '../finding.js';
import type { Ledger } from '../ledger.js';
import { ALL_REPAIRS, type RepairName, type Repairs } from '../repairs.js';
import { LIMITS, type Limits, MAX_COMPONENTS } from './limits.js';
import { createNamespaces } from './namespace.js';
import type { Node } from './node.js';
import { createTokenReader, type TokenReaderSetup } from './token-reader.js';
import { createTree, type Tree } from './tree.js';
import { createUnits } from './units.js';

export { LIMITS, type Limits, MAX_COMPONENTS } from './limits.js';

export interface DocumentHandler {
  /** The header is complete: ClinicalDocument with every child read before the body. Called exactly once, before any section (at the latest at the end). */
  header(document: Node): void;
  /** A section's own fields (templateId, id, code, title, text, author ...) read so far; its parent chain reaches document via section parents. Called when its first entry or nested section opens, or when it closes. */
  openSection(section: Node): void;
  /** One <entry> of the section, complete, or one part of it: an organizer with more components than `maxComponents` is handed over in parts. `entry.parent` is the section (the document for an entry that stands outside of any). */
  statement(entry: Node, part: { index: number; last: boolean }): void;
  /** The section closes; fields that came late are now in it. */
  closeSection(section: Node): void;
  /** This subtree will be dropped: the handler tallies its leaves now. After it returns the reader truncates the ledger. */
  release(nodes: readonly Node[]): void;
  /** After the root closed or the input ended. `complete` is false when the document ends early. */
  end(document: Node, complete: boolean): void;
  report(code: FindingCode, line: number, repair?: RepairName, column?: number): void;
}

export interface ReadOptions {
  readonly limits?: Partial<Limits>;
  /** Components of one organizer handed over together; twice as many if they share one time. Default 500. */
  readonly maxComponents?: number;
  /** The repairs that are made; default: all. A document that needs another one is refused. */
  readonly repairs?: Repairs;
}

export interface Reader {
  /** Takes the next piece, cut anywhere. Text is taken as it is; bytes are decoded. Throws InputError only. */
  write(chunk: string | Uint8Array): void;
  /** Ends the input and hands over the rest. */
  close(): void;
}

/** What each refusal says. */
export const REFUSALS: Readonly<Record<ReadErrorCode, string>> = Object.freeze({
  'not-xml': 'The input is not XML: it has no root element.',
  'not-a-clinical-document': 'The input is XML, but its root is not ClinicalDocument in the namespace urn:hl7-org:v3.',
  'doctype-refused': 'The input has a DOCTYPE, which clinical documents must not have; remove it.',
  'limit-depth': 'Elements are nested deeper than the limit `depth` allows.',
  'limit-attributes': 'An element has more attributes than the limit `attributes` allows.',
  'limit-text': 'A text, attribute or tag is longer than the limit `text` allows.',
  'limit-base64': 'An attachment as base64, or a text as it is written, is longer than the limit `base64` allows.',
  'limit-name': 'A name is longer than the limit `name` allows.',
  'limit-names': 'The document has more different names than the limit `names` allows.',
  'limit-sections': 'The document has more sections than the limit `sections` allows.',
  'limit-related': 'A statement has more statements, authors and participants in it than the limit `related` allows.',
  'limit-repairs': 'The XML has to be mended at more places than the limit `repairs` allows.',
  'limit-held':
    'The header, a section or an entry has more elements, attributes and texts than the limit `held` allows.',
});

function refuseRepair(repair: RepairName, line: number, column?: number): never {
  throw new InputError(
    'repair-refused',
    `The document needs the repair ${repair}, which is switched off`,
    line,
    column,
  );
}

/**
 * Creates a reader for one document. Every leaf gets its number from `ledger` and is passed to `handler.release`
 * exactly once. Broken XML is mended and reported; see `InputError` for what is refused.
 */
export function createReader(handler: DocumentHandler, ledger: Ledger, options: ReadOptions = {}): Reader {
  const limits: Limits = { ...LIMITS, ...options.limits };
  const repairs = options.repairs ?? ALL_REPAIRS;
  let mended = 0;
  const report: TokenReaderSetup['report'] = (code, repair, { column, lines = 0 } = {}) => {
    const line = tokens.line() + lines;
    if (!repairs.has(repair)) refuseRepair(repair, line, column);
    if (++mended > limits.repairs) refuse('limit-repairs', { lines, ...(column !== undefined && { column }) });
    handler.report(code, line, repair, column);
  };
  const refuse: TokenReaderSetup['refuse'] = (code, { column = tokens.column(), lines = 0 } = {}) => {
    throw new InputError(code, REFUSALS[code], tokens.line() + lines, column);
  };
  const tooManyNames = (): never => refuse('limit-names');
  const malformed = (): void => report('xml-malformed', 'forbidden-character', { column: tokens.column() });
  const headed: DocumentHandler = {
    ...handler,
    report(code, line) {
      if (!repairs.has('late-header')) refuseRepair('late-header', line);
      handler.report(code, line, 'late-header');
    },
  };
  const units = createUnits(headed, ledger, options.maxComponents ?? MAX_COMPONENTS);
  const tree: Tree = createTree(units, ledger, createNamespaces(report, tooManyNames, limits.names), limits, {
    refuse,
    malformed,
    fragment: () => report('document-fragment', 'document-fragment'),
  });
  const tokens = createTokenReader(tree, { report, refuse, limits });
  return {
    write: tokens.write,
    close() {
      const complete = tokens.close();
      const document = tree.document();
      if (document === undefined) return refuse('not-xml');
      units.end(document, complete);
    },
  };
}
