/** Opens a card: signature, compression, claims. */
import { inflateRawSync } from 'node:zlib';
import type { IntakeErrorCode } from '../../finding.js';
import { compactVerify, decodeProtectedHeader, importJWK } from '../../jose.js';
import { refusalError } from '../refusals.js';
import type { KeySet } from './keys.js';

/** What a card says, opened. */
export interface Card {
  readonly issuer: string;
  /** Seconds since 1970; not before, and expiry. */
  readonly from: number | undefined;
  readonly until: number | undefined;
  readonly bundle: Record<string, unknown>;
  /** True if a trusted key signed it. */
  readonly verified: boolean;
}

/** Bytes a card may inflate to. */
const MOST_BYTES = 5_000_000;

/**
 * Opens one card. With a key for its issuer the signature is checked, and one that is wrong is never passed over;
 * without one the card is opened only if `allowUnverified`.
 * @throws InputError `health-card-malformed`, `health-card-signature`, `health-card-unverified` or `limit-size`
 */
export async function openCard(jws: string, keys: KeySet, allowUnverified: boolean): Promise<Card> {
  const parts = jws.split('.');
  if (parts.length !== 3) throw refusalError('health-card-malformed');
  const header = readHeader(jws);
  if (header.alg !== 'ES256' || (header.zip !== undefined && header.zip !== 'DEF'))
    throw refusalError('health-card-malformed');
  const claims = readClaims(Buffer.from(parts[1] ?? '', 'base64url'), header.zip === 'DEF');
  const issuer = typeof claims.iss === 'string' ? claims.iss : '';
  const candidates = keys.find(issuer, typeof header.kid === 'string' ? header.kid : '');
  let verified = false;
  for (const key of candidates) verified ||= await isSignedBy(jws, key);
  if (!verified && candidates.length > 0) throw refusalError('health-card-signature');
  if (!verified && !allowUnverified) throw refusalError('health-card-unverified');
  return {
    issuer,
    from: numberOf(claims.nbf),
    until: numberOf(claims.exp),
    bundle: bundleOf(claims),
    verified,
  };
}

function readHeader(jws: string): Record<string, unknown> {
  return attempt('health-card-malformed', () => decodeProtectedHeader(jws) as Record<string, unknown>);
}

async function isSignedBy(jws: string, key: Parameters<typeof importJWK>[0]): Promise<boolean> {
  try {
    await compactVerify(jws, await importJWK(key, 'ES256'), { algorithms: ['ES256'] });
    return true;
  } catch {
    return false;
  }
}

function readClaims(payload: Buffer, packed: boolean): Record<string, unknown> {
  const text = packed ? inflate(payload) : payload;
  const claims = attempt('health-card-malformed', () => JSON.parse(text.toString('utf8')) as unknown);
  if (typeof claims !== 'object' || claims === null) throw refusalError('health-card-malformed');
  return claims as Record<string, unknown>;
}

function inflate(payload: Buffer): Buffer {
  try {
    return inflateRawSync(payload, { maxOutputLength: MOST_BYTES });
  } catch (error) {
    const tooLarge = error instanceof Error && 'code' in error && error.code === 'ERR_BUFFER_TOO_LARGE';
    throw refusalError(tooLarge ? 'limit-size' : 'health-card-malformed');
  }
}

function bundleOf(claims: Record<string, unknown>): Record<string, unknown> {
  const { vc } = claims as { vc?: { credentialSubject?: { fhirBundle?: unknown } } };
  const bundle = vc?.credentialSubject?.fhirBundle;
  if (typeof bundle !== 'object' || bundle === null || Array.isArray(bundle))
    throw refusalError('health-card-malformed');
  return bundle as Record<string, unknown>;
}

const numberOf = (value: unknown): number | undefined =>
  typeof value === 'number' && Number.isFinite(value) && value > 0 && value < 1e11 ? value : undefined;

function attempt<T>(code: IntakeErrorCode, act: () => T): T {
  try {
    return act();
  } catch {
    throw refusalError(code);
  }
}
