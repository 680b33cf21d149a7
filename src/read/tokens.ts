/** The XML parser: the one place that knows `saxes`. It parses what `plain.ts` leaves, mended by `repair.ts`. */
import { SaxesParser } from 'saxes';
import type { ReadErrorCode } from '../finding.js';
import type { Limits } from './limits.js';
import { createName, type Name } from './names.js';

/** A start tag and its attributes: the first `count` of two lists. The next tag uses all of it again. */
export interface Tag {
  name: Name;
  line: number;
  /** Line ends within it. */
  lines: number;
  readonly names: Name[];
  readonly values: string[];
  count: number;
}

export const createTag = (): Tag => ({ name: createName(''), line: 0, lines: 0, names: [], values: [], count: 0 });

export interface TokenHandler {
  /** A start tag, complete; the object is not to be kept. */
  startTag(tag: Tag): void;
  text(value: string): void;
  endTag(): void;
  /** True if white space between two tags may be passed over. */
  skipsBlank?(): boolean;
  /** A character or reference that XML forbids. */
  malformed(): void;
}

export interface Tokens {
  /** Takes text, comments, CDATA sections and start tags, cut anywhere; of a start tag all but its `>` or `/>`. */
  write(text: string): void;
  /** The start tag written is complete. */
  endAttributes(): void;
  /** Hands over the text written so far: it ends here. */
  settle(): void;
  /** Counts line ends of source text that is not written. */
  skip(lines: number): void;
  line(): number;
  /** Characters read of the text being written; 0 if none is. */
  written(): number;
}

/** Parses what is written; references are resolved, line ends are line feeds. End tags are the caller's. */
export function createTokens(handler: TokenHandler, limits: Limits, refuse: (code: ReadErrorCode) => never): Tokens {
  const parser = new SaxesParser({ position: false, forceXMLVersion: true, defaultXMLVersion: '1.0' });
  let owing = false;
  let begun = -1; // where the text being written begins
  let skipped = 0; // lines the parser has not seen
  const tag = createTag();
  const line = (): number => parser.line + skipped;
  // What follows is content; tags are written as empty ones, so nesting stays out of the parser.
  parser.write('<content>');
  // Not the error event: it would build an Error with a stack for every bad character.
  parser.fail = () => {
    handler.malformed();
    return parser;
  };
  parser.on('opentagstart', ({ name }) => {
    tag.name = createName(name);
    // Column 0: the character after the name was a line feed, already counted.
    tag.line = line() - (parser.column === 0 ? 1 : 0);
    tag.count = 0;
  });
  parser.on('attribute', ({ name, value }) => {
    if (tag.count === limits.attributes) refuse('limit-attributes');
    if (name.length > limits.name) refuse('limit-name');
    tag.names[tag.count] = createName(name);
    tag.values[tag.count++] = value;
  });
  parser.on('opentag', () => {
    tag.lines = line() - tag.line;
    handler.startTag(tag);
  });
  parser.on('text', (text) => handler.text(text));
  parser.on('cdata', (text) => handler.text(text));
  return {
    write(text) {
      owing = true;
      begun = parser.position;
      parser.write(text);
      begun = -1;
    },
    endAttributes() {
      owing = false;
      parser.write('/>');
    },
    settle() {
      // Only a `<` makes the parser hand text over.
      if (owing) parser.write('<!---->');
      owing = false;
    },
    skip(lines) {
      skipped += lines;
    },
    written: () => (begun < 0 ? 0 : parser.position - begun),
    line,
  };
}
