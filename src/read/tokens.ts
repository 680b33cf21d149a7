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
  readonly skipsBlank?: boolean;
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
  readonly line: number;
}

/** Characters the parser may hold before they are taken away, and is given at once. */
const PIECE = 1 << 16;

/** The same text in one run of memory: searching makes it so. */
const flatten = (text: string): string => (/$^/.test(text) ? '' : text);

/** Parses what is written; references are resolved, line ends are line feeds. End tags are the caller's. */
export function createTokens(handler: TokenHandler): Tokens {
  const parser = new SaxesParser({ position: false, forceXMLVersion: true, defaultXMLVersion: '1.0' });
  let owing = false;
  // The start of a long text, in pieces: the parser adds to it bit by bit, and each bit takes memory until it is one.
  const pieces: string[] = [];
  // What follows is content; tags are written as empty ones, so nesting stays out of the parser.
  parser.write('<content>');
  // Not the error event: it would build an Error with a stack for every bad character.
  parser.fail = () => {
    handler.malformed();
    return parser;
  };
  // Column 0: the character after the name was a line feed, already counted.
  parser.on('opentagstart', (tag) => handler.startTag(tag.name, parser.column === 0 ? parser.line - 1 : parser.line));
  parser.on('attribute', (attribute) => handler.attribute(attribute.name, whole(attribute.value)));
  parser.on('opentag', () => handler.endAttributes());
  parser.on('text', (text) => handler.text(whole(text)));
  parser.on('cdata', (text) => handler.text(whole(text)));
  function writePiece(text: string): void {
    parser.write(text);
    const held = parser as unknown as { text: string };
    if (held.text.length < PIECE) return;
    pieces.push(flatten(held.text));
    held.text = '';
  }

  /** With what was taken away before. */
  function whole(text: string): string {
    return pieces.length === 0 ? text : [...pieces.splice(0), text].join('');
  }

  return {
    write(text) {
      owing = true;
      if (text.length <= PIECE) writePiece(text);
      else for (let at = 0; at < text.length; at += PIECE) writePiece(text.slice(at, at + PIECE));
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
    get line() {
      return parser.line;
    },
  };
}
