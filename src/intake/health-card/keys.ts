/** The keys a user trusts: a JSON Web Key Set, one per issuer, or the directory of the VCI. */
import type { JWK } from '../../jose.js';

/** A trusted key; with `issuer` for that issuer's cards only. */
interface TrustedKey {
  readonly issuer: string | undefined;
  readonly key: JWK;
}

type Value = Readonly<Record<string, unknown>>;

const isValue = (value: unknown): value is Value =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const listOf = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);

/**
 * Reads the content of a `--jwks` file: `{ keys }` for any issuer (or for `issuer`, or each key's `iss`),
 * `{ "https://issuer": { keys } }`, or `{ issuerInfo: [{ issuer: { iss }, keys }] }`.
 * @returns the keys; empty if it holds none
 */
function readKeys(content: unknown): TrustedKey[] {
  if (!isValue(content)) return [];
  if (Array.isArray(content.issuerInfo))
    return content.issuerInfo
      .filter(isValue)
      .flatMap(({ issuer, keys }) => keysOf(keys, textOf(isValue(issuer) ? issuer.iss : undefined)));
  if (Array.isArray(content.keys)) return keysOf(content.keys, textOf(content.issuer ?? content.iss));
  return Object.entries(content).flatMap(([issuer, set]) => (isValue(set) ? keysOf(set.keys, issuer) : []));
}

const textOf = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);

const keysOf = (keys: unknown, issuer: string | undefined): TrustedKey[] =>
  listOf(keys)
    .filter(isValue)
    .map((key) => ({ issuer: issuer ?? textOf(key.iss), key: key as JWK }));

/** Issuers are compared without a slash at the end, which they must not have. */
const plain = (issuer: string): string => issuer.replace(/\/+$/, '');

export interface KeySet {
  /** Keys of that name for that issuer. */
  find(issuer: string, kid: string): readonly JWK[];
  readonly size: number;
}

/** @param content of a `--jwks` file, parsed */
export function createKeySet(content: unknown): KeySet {
  // The private part of a key has no business here, and only P-256 keys may sign cards.
  const keys = readKeys(content).filter(({ key }) => key.kty === 'EC' && key.crv === 'P-256' && key.d === undefined);
  return {
    size: keys.length,
    find: (issuer, kid) =>
      keys
        .filter((trusted) => trusted.issuer === undefined || plain(trusted.issuer) === plain(issuer))
        .map(({ key }) => key)
        .filter((key) => key.kid === kid),
  };
}
