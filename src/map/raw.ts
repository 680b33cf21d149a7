/** What parsed mapping files hold, looked at as this or that. */
import type { Raw, RawMap } from './yaml.js';

export const entries = (raw: Raw | undefined): [string, Raw][] =>
  Object.entries(map(raw ?? {})).filter(([key]) => !key.startsWith('$'));
export const map = (raw: Raw): RawMap => (typeof raw === 'string' || Array.isArray(raw) ? {} : raw);
export const strings = (raw: Raw | undefined): string[] =>
  raw === undefined ? [] : Array.isArray(raw) ? raw.map(String) : [String(raw)];
export const text = (raw: Raw | undefined): string | undefined => (typeof raw === 'string' ? raw : undefined);
export const isPlain = (raw: Raw): raw is RawMap => typeof raw === 'object' && !Array.isArray(raw);
