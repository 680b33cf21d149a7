/** The XML parser: the one place that knows `saxes`. It parses what `plain.ts` leaves, mended by `repair.ts`. */
import { SaxesParser } from 'saxes';

export interface TokenHandler {
  /** A start tag begins; its attributes follow. */
  startTag(name: string, line: number): void;
  attribute(name: string, value: string): void;
  /** The start tag is complete. */
  endAttributes(): void;
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
export function createTokens(handler: TokenHandler): Tokens {
  const parser = new SaxesParser({ position: false, forceXMLVersion: true, defaultXMLVersion: '1.0' });
  let owing = false;
  let begun = -1; // where the text being written begins
  // What follows is content; tags are written as empty ones, so nesting stays out of the parser.
  parser.write('<content>');
  // Not the error event: it would build an Error with a stack for every bad character.
  parser.fail = () => {
    handler.malformed();
    return parser;
  };
  // Column 0: the character after the name was a line feed, already counted.
  parser.on('opentagstart', (tag) => handler.startTag(tag.name, parser.column === 0 ? parser.line - 1 : parser.line));
  parser.on('attribute', (attribute) => handler.attribute(attribute.name, attribute.value));
  parser.on('opentag', () => handler.endAttributes());
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
      parser.line += lines;
    },
    written: () => (begun < 0 ? 0 : parser.position - begun),
    line: () => parser.line,
  };
}
