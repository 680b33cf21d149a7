/** The table of export_cda.xml's leaves (mappings/apple/cda.yaml), compiled to a tree that is walked tag by tag. */

/** A leaf of the table. */
export interface LeafRule {
  readonly word: string;
  readonly path: string;
  /** What `frame WORD` must say. */
  readonly expected: string | undefined;
  /** Place of the word's value among those of a sample; -1 if it has none. */
  readonly place: number;
}

/** Where the reader stands: elements and leaves that may follow, each known by name. */
export interface Spot {
  readonly path: string;
  readonly elements: Map<string, Spot>;
  readonly attributes: Map<string, LeafRule>;
  text: LeafRule | undefined;
}

export const createSpot = (path: string): Spot => ({
  path,
  elements: new Map(),
  attributes: new Map(),
  text: undefined,
});

/** Words whose leaves make up a sample. */
const WORDS = [
  'type',
  'value',
  'unit',
  'sourceName',
  'sourceVersion',
  'device',
  'start',
  'end',
  'time',
  'amount',
  'amountUnit',
  'code',
  'codeSystem',
  'display',
] as const;
export type Word = (typeof WORDS)[number];

/** Where each word's value stands among those of a sample. */
export const PLACES = Object.fromEntries(WORDS.map((word, place) => [word, place])) as Readonly<Record<Word, number>>;

/** Words that say again what another one says, if both are there; `same`: only if they say it alike. */
export const SAID_AGAIN: readonly { readonly again: number; readonly first: number; readonly same: boolean }[] = (
  [
    ['amount', 'value', true],
    ['amountUnit', 'unit', true],
    ['code', 'type', false],
    ['codeSystem', 'type', false],
    ['display', 'type', false],
  ] as const
).map(([again, first, same]) => ({ again: PLACES[again], first: PLACES[first], same }));

/** @param leaves path of a leaf below `root` -> what it is */
export function compileLeaves(leaves: Readonly<Record<string, string>>, root: string): Spot {
  const top = createSpot(root);
  for (const [path, word] of Object.entries(leaves)) {
    const steps = path.split('/');
    const leaf = steps.pop() ?? '';
    let spot = top;
    for (const step of steps) {
      const below = spot.elements.get(step) ?? createSpot(`${spot.path}/${step}`);
      spot.elements.set(step, below);
      spot = below;
    }
    const [first = '', expected] = word.split(' ');
    const name = leaf === '#' ? 'text()' : leaf;
    const place = (WORDS as readonly string[]).indexOf(first);
    const rule: LeafRule = { word: first, expected, path: `${spot.path}/${name}`, place };
    if (leaf === '#') spot.text = rule;
    else spot.attributes.set(leaf.slice(1), rule);
  }
  return top;
}
