/** UCUM: is a unit an expression of the standard, and if not, what is the UCUM code for it (PQ-02, PQ-03, VS-08). */

/** The content of `mappings/units.yaml`. */
export interface Units {
  readonly prefixes: readonly string[];
  /** Atoms that take a prefix. */
  readonly metric: readonly string[];
  /** Atoms that do not. */
  readonly other: readonly string[];
  /** Atoms on a scale without ratio (Celsius, pH): they cannot be multiplied or divided. */
  readonly special: readonly string[];
  /** What senders write, and its UCUM code. */
  readonly synonyms: Readonly<Record<string, string>>;
}

interface Atoms {
  readonly ratio: ReadonlySet<string>;
  readonly special: ReadonlySet<string>;
}

interface Cursor {
  readonly text: string;
  at: number;
}

/**
 * Builds the lookup of units from the unit data.
 * Input of the result: a unit as the document writes it. Output: its UCUM code (`mm[Hg]` -> `mm[Hg]`, `lbs` ->
 * `[lb_av]`, `mcg/mL` -> `ug/mL`), undefined if it has none that is sure. Throws nothing.
 */
export function createUcum(units: Units): (unit: string) => string | undefined {
  const atoms: Atoms = {
    ratio: new Set([...units.other, ...prefixed(units.metric, units.prefixes)]),
    special: new Set(prefixed(units.special, units.prefixes)),
  };
  const synonyms = new Map(Object.entries(units.synonyms));
  const lookUp = (text: string): string | undefined => synonyms.get(text) ?? (isUcum(text, atoms) ? text : undefined);
  const lookUpParts = (text: string): string | undefined => {
    const parts = text.split('/').map((part) => (part === '' ? '' : (lookUp(part) ?? '/')));
    const joined = parts.join('/');
    return parts.every((part) => !part.includes('/')) && isUcum(joined, atoms) ? joined : undefined;
  };
  return (unit) => {
    const text = unit.trim().replace(/\s+/g, ' ');
    const found = lookUp(text);
    if (found !== undefined) return found;
    const plain = inAscii(text);
    return lookUp(plain) ?? lookUpParts(plain);
  };
}

/** Micro signs and superscripts in the letters UCUM has for them: `µg` is `ug`, `m²` is `m2`. */
const inAscii = (text: string): string =>
  text
    .replace(/[\u00b5\u03bc]/g, 'u')
    .replace(/\u00b2/g, '2')
    .replace(/\u00b3/g, '3');

function prefixed(atoms: readonly string[], prefixes: readonly string[]): string[] {
  return [...atoms, ...atoms.flatMap((atom) => prefixes.map((prefix) => prefix + atom))];
}

/** Annotations are ASCII without blanks and braces: `{beats}`. */
const ANNOTATION = /\{[!-z|~]*\}/y;
const INTEGER = /[0-9]+/y;
const EXPONENT = /[+-]?[0-9]+/y;
/** An atom without its exponent: letters, `%`, quotes, `_`, `*`, `^`, and anything within square brackets. */
const ATOM = /(?:10[*^]|(?:\[[^\s[\]{}]+\]|[A-Za-z%'_])+)/y;

/** `1.5` is no product of 1 and 5, but a number that stands where the unit should. */
const DECIMAL = /(?:^|[./(])[0-9]+\.[0-9]/;

function isUcum(text: string, atoms: Atoms): boolean {
  if (DECIMAL.test(text)) return false;
  if (isSpecial(text, atoms)) return true;
  const cursor = { text, at: 0 };
  if (text[0] === '/') cursor.at = 1;
  return readTerm(cursor, atoms) && cursor.at === text.length;
}

function isSpecial(text: string, atoms: Atoms): boolean {
  const brace = text.indexOf('{');
  if (brace < 0) return atoms.special.has(text);
  return atoms.special.has(text.slice(0, brace)) && match(ANNOTATION, { text, at: brace }) === text.slice(brace);
}

/** component { ('.' | '/') component } */
function readTerm(cursor: Cursor, atoms: Atoms): boolean {
  do {
    if (!readComponent(cursor, atoms)) return false;
  } while (accept(cursor, '.') || accept(cursor, '/'));
  return true;
}

/** '(' term ')' | annotation | integer [annotation] | atom [exponent] [annotation] */
function readComponent(cursor: Cursor, atoms: Atoms): boolean {
  if (accept(cursor, '(')) return readTerm(cursor, atoms) && accept(cursor, ')');
  if (match(ANNOTATION, cursor) !== undefined) return true;
  const atom = match(ATOM, cursor);
  if (atom !== undefined) {
    if (!atoms.ratio.has(atom)) return false;
    match(EXPONENT, cursor);
  } else if (match(INTEGER, cursor) === undefined) return false;
  match(ANNOTATION, cursor);
  return true;
}

function accept(cursor: Cursor, character: string): boolean {
  if (cursor.text[cursor.at] !== character) return false;
  cursor.at++;
  return true;
}

/** Takes what the sticky pattern matches at the cursor. */
function match(pattern: RegExp, cursor: Cursor): string | undefined {
  pattern.lastIndex = cursor.at;
  const found = pattern.exec(cursor.text)?.[0];
  if (found !== undefined) cursor.at += found.length;
  return found;
}
