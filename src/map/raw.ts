/** What parsed mapping files hold, looked at as this or that. */
import type { Raw, RawMap } from './yaml.js';

export const entries = (raw: Raw | undefined): [string, Raw][] =>
  Object.entries(map(raw ?? {})).filter(([key]) => !key.startsWith('$'));
export const map = (raw: Raw): RawMap => (typeof raw === 'string' || Array.isArray(raw) ? {} : raw);
export const strings = (raw: Raw | undefined): string[] =>
  raw === undefined ? [] : Array.isArray(raw) ? raw.map(String) : [String(raw)];
export const text = (raw: Raw | undefined): string | undefined => (typeof raw === 'string' ? raw : undefined);
/** True if a word is in a name or text anywhere in it, but for the reasons of losses (`why`). */
export function mentions(raw: Raw | undefined, word: string): boolean {
  if (raw === undefined) return false;
  if (typeof raw === 'string') return raw.includes(word);
  if (Array.isArray(raw)) return raw.some((item) => mentions(item, word));
  for (const key in raw) if (key !== 'why' && (key.includes(word) || mentions(raw[key], word))) return true;
  return false;
}
export const isPlain = (raw: Raw): raw is RawMap => typeof raw === 'object' && !Array.isArray(raw);
