/** Splits a FHIRPath expression into tokens. */

export interface Token {
  readonly kind: 'name' | 'string' | 'number' | 'symbol' | 'end';
  readonly text: string;
}

const TOKEN = /\s*(?:('(?:[^'\\]|\\.)*')|(\d+(?:\.\d+)?)|([%$]?[A-Za-z_]\w*|`[^`]+`)|(<=|>=|!=|[.(),|=<>+&[\]]))/y;
const ESCAPES: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', f: '\f' };

const unquote = (text: string): string => text.replace(/\\(.)/g, (_, char: string) => ESCAPES[char] ?? char);

/** The tokens of `expression`, ended by one of kind `end`; undefined if a character is not understood. */
export function tokenize(expression: string): Token[] | undefined {
  const tokens: Token[] = [];
  const text = expression.trimEnd();
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < text.length) {
    const match = TOKEN.exec(text);
    if (!match) return undefined;
    const [, string, number, name, symbol] = match;
    if (string !== undefined) tokens.push({ kind: 'string', text: unquote(string.slice(1, -1)) });
    else if (number !== undefined) tokens.push({ kind: 'number', text: number });
    else if (name !== undefined) tokens.push({ kind: 'name', text: name.replaceAll('`', '') });
    else tokens.push({ kind: 'symbol', text: symbol ?? '' });
  }
  return [...tokens, { kind: 'end', text: '' }];
}
