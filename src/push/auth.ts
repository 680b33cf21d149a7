/** Authorization: a bearer token, OAuth client credentials, or SMART backend services (SMART App Launch 2, "Backend Services"). */
import { randomUUID } from 'node:crypto';
import { importJWK, type JWK, SignJWT } from '../jose.js';
import { type Authorize, request } from './request.js';

export type Credentials =
  | { readonly kind: 'bearer'; readonly token: string }
  | {
      readonly kind: 'client';
      readonly tokenUrl: string;
      readonly clientId: string;
      readonly secret: string;
      readonly scope: string;
    }
  | {
      readonly kind: 'key';
      readonly tokenUrl: string;
      readonly clientId: string;
      /** The private key the client signs with; `alg` RS384 or ES384 unless it says so itself. */
      readonly key: JWK;
      readonly scope: string;
    };

/** Seconds before its end at which a token is renewed. */
const MARGIN = 30;
/** Seconds a signed assertion is good for; SMART allows five minutes at most. */
const ASSERTION_LIFE = 240;

/**
 * Gives the Authorization header for each request; tokens are asked for once and renewed when they end.
 * @throws (the function returned) an Error named AuthError if no token is given; no message holds a token, key or secret
 */
export function authorizeWith(credentials: Credentials): Authorize {
  if (credentials.kind === 'bearer') return async () => `Bearer ${credentials.token}`;
  let known: { token: string; until: number } | undefined;
  let asking: Promise<string> | undefined;

  async function ask(): Promise<string> {
    const { token, life } = await askForToken(credentials);
    known = { token, until: Date.now() + (life - MARGIN) * 1000 };
    return token;
  }

  return async (renew) => {
    if (known && !renew && Date.now() < known.until) return `Bearer ${known.token}`;
    asking ??= ask().finally(() => {
      asking = undefined;
    });
    return `Bearer ${await asking}`;
  };
}

async function askForToken(credentials: Credentials): Promise<{ token: string; life: number }> {
  if (credentials.kind === 'bearer') return { token: credentials.token, life: Number.POSITIVE_INFINITY };
  const form = new URLSearchParams({ grant_type: 'client_credentials', scope: credentials.scope });
  const headers: Record<string, string> = { 'content-type': 'application/x-www-form-urlencoded' };
  if (credentials.kind === 'client') headers.authorization = basic(credentials.clientId, credentials.secret);
  else {
    form.set('client_assertion_type', 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer');
    form.set('client_assertion', await sign(credentials));
  }
  const answer = await request({ method: 'POST', url: credentials.tokenUrl, headers, body: form.toString() });
  const { access_token: token, expires_in: life } = parse(answer.text);
  if (answer.status >= 300 || typeof token !== 'string')
    throw authError(
      `${new URL(credentials.tokenUrl).host} gave no token (HTTP ${answer.status}). Check the client and its scopes.`,
    );
  return { token, life: typeof life === 'number' ? life : 300 };
}

/** RFC 6749, 2.3.1: both parts are form-encoded before they are joined. */
const basic = (id: string, secret: string): string =>
  `Basic ${Buffer.from(`${encodeURIComponent(id)}:${encodeURIComponent(secret)}`).toString('base64')}`;

async function sign({ key, clientId, tokenUrl }: Credentials & { kind: 'key' }): Promise<string> {
  const alg = key.alg ?? (key.kty === 'EC' ? 'ES384' : 'RS384');
  return new SignJWT()
    .setProtectedHeader({ alg, typ: 'JWT', ...(key.kid !== undefined && { kid: key.kid }) })
    .setIssuer(clientId)
    .setSubject(clientId)
    .setAudience(tokenUrl)
    .setJti(randomUUID())
    .setExpirationTime(`${ASSERTION_LIFE}s`)
    .sign(await importJWK(key, alg));
}

/** Where the server's tokens are given, as it says itself. */
export async function findTokenUrl(server: string): Promise<string> {
  const url = `${server.replace(/\/$/, '')}/.well-known/smart-configuration`;
  const { text } = await request({ method: 'GET', url, headers: { accept: 'application/json' } });
  const { token_endpoint: found } = parse(text);
  if (typeof found !== 'string')
    throw authError('The server does not say where it gives tokens. Name it with --token-url.');
  return found;
}

function parse(text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}

const authError = (message: string): Error => Object.assign(new Error(message), { name: 'AuthError' });
