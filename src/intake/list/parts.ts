/** Files of a package that hold no record, by the rules of `mappings/recognition.yaml`. */
import { INTAKE } from '../../intake.gen.js';
import { kindData, roleOf } from '../sniff.js';

const PARTS = INTAKE.parts.map(({ name, words }) => ({ name: new RegExp(name, 'i'), words }));

/** What a file is if it holds no record, in words; else undefined. */
export const partWords = (name: string, kind: string): string | undefined =>
  PARTS.find((part) => part.name.test(name))?.words ?? (roleOf(kind) === 'part' ? wordsOf(kind) : undefined);

/** What a kind is, in words that may follow `This is`. */
export function wordsOf(kind: string): string {
  const { words } = kindData(kind);
  return /^(data|text|JSON|XML|package metadata|encrypted|signed)\b/.test(words)
    ? words
    : `${/^[aeiou]/i.test(words) ? 'an' : 'a'} ${words}`;
}
