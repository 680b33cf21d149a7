/** Files of a package that hold no record, by the rules of `mappings/recognition.yaml`. */
import { INTAKE } from '../intake.gen.js';
import { kindData, roleOf } from './sniff.js';

const PARTS = INTAKE.parts.map(({ name, words }) => ({ name: new RegExp(name, 'i'), words }));

/** What a file is if it holds no record, in words; else undefined. */
export const partWords = (name: string, kind: string): string | undefined =>
  PARTS.find((part) => part.name.test(name))?.words ??
  (roleOf(kind) === 'part' ? `a ${kindData(kind).words}` : undefined);
