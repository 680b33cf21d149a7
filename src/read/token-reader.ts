/** Bytes or text in, tokens out: decoding, mending and parsing put together. */
import type { FindingCode, ReadErrorCode } from '../finding.js';
import type { RepairName } from '../repairs.js';
import { createDecoder, type EncodingFault } from './decode.js';
import { lineEndsOf, type RepairOutput } from './hand.js';
import type { Limits } from './limits.js';
import { createPlain } from './plain.js';
import { createRepair } from './repair.js';
import { createTokens, type TokenHandler } from './tokens.js';

export interface TokenReader {
  /** Takes the next piece, cut anywhere. Text is taken as it is; bytes are decoded. */
  write(chunk: string | Uint8Array): void;
  /** Ends the input; false if it ended early. */
  close(): boolean;
  /** Line of the source that is being read, and where in it, counted from 1. */
  line(): number;
  column(): number;
  /** True if it is inside an element and all that was written has become tokens: whole elements may be left out here. */
  isIdle(): boolean;
}

const ENCODING: Readonly<Record<EncodingFault, RepairName>> = {
  'encoding-invalid': 'invalid-encoding',
  'encoding-differs': 'wrong-encoding',
};

/** Where it is, as far as is known. */
export interface Place {
  readonly column?: number;
  /** Lines after the one the reader is at. */
  readonly lines?: number;
}

export interface TokenReaderSetup {
  report(code: FindingCode, repair: RepairName, place?: Place): void;
  /** Throws. */
  refuse(code: ReadErrorCode, place?: Place): never;
  readonly limits: Limits;
  /** `many`: elements after the root element are read as well. Default: `one`. */
  readonly roots?: 'one' | 'many';
}

/** Creates the reader of one input. Broken XML is mended and reported; see `InputError` for what is refused. */
export function createTokenReader(handler: TokenHandler, setup: TokenReaderSetup): TokenReader {
  const { report, refuse, limits } = setup;
  const tokens = createTokens(handler, limits, refuse);
  const open: string[] = [];
  const endTag = (): void => {
    tokens.settle();
    handler.endTag();
  };
  const plain = createPlain(handler, tokens, open, limits);
  const output: RepairOutput = {
    ...tokens,
    endTag,
    report: (code, name) => report(code, name, { column: repair.column() }),
    refuse: (code) => refuse(code, { column: repair.column(), lines: repair.linesUnsent() }),
  };
  const repair = createRepair(output, plain, open, limits, setup.roots);
  const decoder = createDecoder((code, before) =>
    report(code, ENCODING[code], { lines: repair.linesInHand() + lineEndsOf(before) }),
  );
  return {
    write(chunk) {
      repair.write(typeof chunk === 'string' ? chunk : decoder.decode(chunk));
    },
    close() {
      repair.write(decoder.end());
      return repair.close();
    },
    line: tokens.line,
    column: () => repair.columnAtWork(tokens.written()),
    isIdle: repair.isIdle,
  };
}
