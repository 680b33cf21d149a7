/** Words in texts, however many texts there were before. */
import { describe, expect, it } from 'vitest';
import { compileMention } from '../../src/map/mention.js';
import type { Scope } from '../../src/map/select.js';
import type { Leaf, Node } from '../../src/read/node.js';

const scope = { test: () => undefined, narrative: () => undefined } as unknown as Scope;
const anywhere = {} as Node;

/** Asks for each text in turn, all by the same condition. */
function ask(phrases: readonly string[], texts: readonly string[]): boolean[] {
  let text = '';
  const leaf = (): Leaf => ({ name: '#text', value: text, owner: anywhere }) as unknown as Leaf;
  const test = compileMention(() => [leaf()], phrases);
  return texts.map((next) => {
    text = next;
    return test(anywhere, scope, false);
  });
}

const CASES: readonly [phrase: string, text: string, holds: boolean][] = [
  ['ruled out', 'Asthma RULED-OUT today', true],
  ['ruled out', 'Asthma is ruled\n out', true],
  ['ruled out', 'overruled outcome', false],
  ['r/o', 'R/O sepsis', true],
  ['r/o', 'for others', false],
  ['^no known', ' - No known allergies', true],
  ['^no known', 'there are no known allergies', false],
  ['^none$', '(None.)', true],
  ['^none$', 'none today', false],
];

describe('a mention', () => {
  it.each(CASES)('"%s" in "%s": %s, in the first text as in the last of many', (phrase, text, holds) => {
    const answers = ask(['not this', phrase], Array<string>(250).fill(text));
    expect(new Set(answers)).toEqual(new Set([holds]));
  });
});
