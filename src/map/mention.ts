/** Words that turn a statement's meaning and that no code says: `value/originalText ~ 'ruled out'|'r/o'` (PR-18). */
import { child, isLeaf, type Leaf, type Node, peek } from '../read/node.js';
import { once } from './once.js';
import type { Item, Scope, Select, Test } from './select.js';

/**
 * True if a text holds one of the phrases, as whole words and whatever the case; `^` before a phrase says that the text
 * begins with it, `$` after it that the text ends with it. An element's text is what stands in it, else what its
 * `reference` points to in the narrative.
 */
export function compileMention(select: Select, phrases: readonly string[]): Test {
  const isHeldBy = compileSearch(phrases);
  return (node, scope) => {
    for (const item of select(node, scope)) {
      const leaves = isLeaf(item) ? [item] : textLeaves(item, scope);
      if (!isHeldBy(leaves.map(({ value }) => value).join(''))) continue;
      for (const leaf of leaves) scope.test(leaf);
      return true;
    }
    return false;
  };
}

/** Texts looked at before the pattern is made: making it takes as long as a thousand looks, and few texts hold a phrase. */
const LOOKS = 100;

/** True if one of the phrases is in a text. */
function compileSearch(phrases: readonly string[]): (text: string) => boolean {
  const pattern = once(() => new RegExp(`(?<![a-z0-9])(?:${phrases.map(toPattern).join('|')})(?![a-z0-9])`, 'i'));
  const words = once(() => phrases.map(longestWord));
  let looks = 0;
  return (text) => {
    if (looks < LOOKS) {
      looks++;
      const lower = text.toLowerCase();
      if (!words().some((word) => lower.includes(word))) return false;
    }
    return pattern().test(text);
  };
}

/** A text that does not hold this word does not hold the phrase. */
const longestWord = (phrase: string): string =>
  phrase
    .toLowerCase()
    .split(/\W+/)
    .reduce((longest, word) => (word.length > longest.length ? word : longest), '');

/** Between the words of a phrase there may be any white space, or a hyphen (`rule-out`); at the ends any punctuation. */
function toPattern(phrase: string): string {
  const [, begin, words = '', end] = /^(\^?)(.*?)(\$?)$/.exec(phrase.trim()) ?? [];
  const pattern = words
    .split(/\s+/)
    .map((word) => word.replace(/[^\w]/g, '\\$&'))
    .join('[\\s-]+');
  return `${begin && '^[^a-z0-9]*'}${pattern}${end && '[^a-z0-9]*$'}`;
}

function textLeaves(item: Item, scope: Scope): readonly Leaf[] {
  if (isLeaf(item)) return [item];
  const own = collect(item, []);
  if (own.some(({ value }) => value.trim() !== '')) return own;
  const reference = child(item, 'reference');
  const target = reference && scope.narrative(peek(reference, 'value')?.trim() ?? '');
  return target ? collect(target, []) : own;
}

function collect(node: Node, found: Leaf[]): Leaf[] {
  for (const item of node.content) {
    if (isLeaf(item)) found.push(item);
    else if (peek(item, 'revised') !== 'delete') collect(item, found);
  }
  return found;
}
