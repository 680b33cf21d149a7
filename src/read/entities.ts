/** HTML entities that stand in CDA narrative although XML does not define them. */
const HTML: ReadonlyMap<string, string> = new Map([
  ['nbsp', '\u00a0'],
  ['iexcl', '¡'],
  ['cent', '¢'],
  ['pound', '£'],
  ['sect', '§'],
  ['copy', '©'],
  ['laquo', '«'],
  ['reg', '®'],
  ['deg', '°'],
  ['plusmn', '±'],
  ['sup2', '²'],
  ['sup3', '³'],
  ['acute', '´'],
  ['micro', 'µ'],
  ['para', '¶'],
  ['middot', '·'],
  ['raquo', '»'],
  ['frac14', '¼'],
  ['frac12', '½'],
  ['frac34', '¾'],
  ['iquest', '¿'],
  ['times', '×'],
  ['divide', '÷'],
  ['szlig', 'ß'],
  ['agrave', 'à'],
  ['aacute', 'á'],
  ['auml', 'ä'],
  ['ccedil', 'ç'],
  ['egrave', 'è'],
  ['eacute', 'é'],
  ['iacute', 'í'],
  ['ntilde', 'ñ'],
  ['oacute', 'ó'],
  ['ouml', 'ö'],
  ['uacute', 'ú'],
  ['uuml', 'ü'],
  ['alpha', 'α'],
  ['beta', 'β'],
  ['gamma', 'γ'],
  ['mu', 'μ'],
  ['ndash', '–'],
  ['mdash', '—'],
  ['lsquo', '‘'],
  ['rsquo', '’'],
  ['ldquo', '“'],
  ['rdquo', '”'],
  ['bull', '•'],
  ['hellip', '…'],
  ['euro', '€'],
  ['trade', '™'],
  ['larr', '←'],
  ['uarr', '↑'],
  ['rarr', '→'],
  ['darr', '↓'],
  ['ne', '≠'],
  ['le', '≤'],
  ['ge', '≥'],
]);

const REFERENCE = /&(#x[0-9a-fA-F]{1,8}|#[0-9]{1,8}|[A-Za-z][A-Za-z0-9]{0,31});/y;
const PARTIAL = /&#?[A-Za-z0-9]{0,32}$/y;
const DEFINED = /^(?:#.*|amp|lt|gt|quot|apos)$/;

/** True if the text ends, from the `&` at `at` on, in what may still become a reference. */
export function isPartialReference(text: string, at: number): boolean {
  PARTIAL.lastIndex = at;
  return PARTIAL.test(text);
}

/**
 * Reads the `&` at `at`. `length` is how much of the source it takes; `mended` is what XML should have there instead,
 * absent if the reference is a good one. A bare `&` becomes `&amp;`.
 */
export function readReference(text: string, at: number): { length: number; mended?: string } {
  REFERENCE.lastIndex = at;
  const [whole, name] = REFERENCE.exec(text) ?? [];
  if (whole === undefined || name === undefined) return { length: 1, mended: '&amp;' };
  if (DEFINED.test(name)) return { length: whole.length };
  const character = HTML.get(name);
  return character === undefined ? { length: 1, mended: '&amp;' } : { length: whole.length, mended: character };
}

/** Mends every bare `&` and undefined entity of a complete text. */
export function mendReferences(text: string): string {
  let result = '';
  let done = 0;
  for (let at = text.indexOf('&'); at >= 0; at = text.indexOf('&', done)) {
    const { length, mended } = readReference(text, at);
    result += text.slice(done, at) + (mended ?? text.slice(at, at + length));
    done = at + length;
  }
  return result + text.slice(done);
}
