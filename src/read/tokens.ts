/** The XML parser: the one place that knows `saxes`. It gets well-formed text (see repair.ts), without a DOCTYPE. */
import { SaxesParser } from 'saxes';

export interface TokenHandler {
  /** A start tag begins; its attributes follow. */
  startTag(name: string, line: number): void;
  attribute(name: string, value: string): void;
  /** The start tag is complete. */
  endAttributes(): void;
  text(value: string): void;
  endTag(): void;
  /** A character or reference that XML forbids. */
  malformed(): void;
}

export interface Tokens {
  write(text: string): void;
  readonly line: number;
}

/** Parses what is written; references are resolved, line ends are line feeds. */
export function createTokens(handler: TokenHandler): Tokens {
  const parser = new SaxesParser({ position: false, forceXMLVersion: true, defaultXMLVersion: '1.0' });
  // Not the error event: it would build an Error with a stack for every bad character.
  parser.fail = () => {
    handler.malformed();
    return parser;
  };
  // Column 0: the character after the name was a line feed, already counted.
  parser.on('opentagstart', (tag) => handler.startTag(tag.name, parser.column === 0 ? parser.line - 1 : parser.line));
  parser.on('attribute', (attribute) => handler.attribute(attribute.name, attribute.value));
  parser.on('opentag', () => handler.endAttributes());
  parser.on('closetag', () => handler.endTag());
  parser.on('text', (text) => handler.text(text));
  parser.on('cdata', (text) => handler.text(text));
  return {
    write(text) {
      parser.write(text);
    },
    get line() {
      return parser.line;
    },
  };
}
