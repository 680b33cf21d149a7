import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair, type JWK, jwtVerify } from 'jose';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { authorizeWith, findTokenUrl } from '../../src/push/auth.js';

interface Asked {
  readonly form: URLSearchParams;
  readonly authorization: string | undefined;
}

let server: Server;
let url: string;
let asked: Asked[];
let answer: { status: number; body: unknown };

beforeEach(async () => {
  asked = [];
  answer = { status: 200, body: { access_token: 'T', expires_in: 300 } };
  server = createServer(async (request, response) => {
    let text = '';
    for await (const chunk of request) text += chunk;
    const isDiscovery = request.url?.endsWith('/.well-known/smart-configuration');
    if (!isDiscovery) asked.push({ form: new URLSearchParams(text), authorization: request.headers.authorization });
    const { status, body } = isDiscovery ? { status: 200, body: { token_endpoint: `${url}/token` } } : answer;
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterEach(() => new Promise((done) => server.close(done).closeAllConnections()));

const SCOPE = 'system/*.cruds';

describe('authorization', () => {
  it('by token is that token', async () => {
    expect(await authorizeWith({ kind: 'bearer', token: 'abc' })(false)).toBe('Bearer abc');
  });

  it('by client and secret asks once, and again when it was refused', async () => {
    const authorize = authorizeWith({
      kind: 'client',
      tokenUrl: `${url}/token`,
      clientId: 'me',
      secret: 's:1',
      scope: SCOPE,
    });
    expect(await Promise.all([authorize(false), authorize(false)])).toEqual(['Bearer T', 'Bearer T']);
    expect(asked.length).toBe(1);
    expect(asked[0]?.form.get('grant_type')).toBe('client_credentials');
    expect(Buffer.from(asked[0]?.authorization?.slice(6) ?? '', 'base64').toString()).toBe('me:s%3A1');
    await authorize(true);
    expect(asked.length).toBe(2);
  });

  it('asks for another token before one ends', async () => {
    answer = { status: 200, body: { access_token: 'T', expires_in: 20 } };
    const authorize = authorizeWith({
      kind: 'client',
      tokenUrl: `${url}/token`,
      clientId: 'me',
      secret: 's',
      scope: SCOPE,
    });
    await authorize(false);
    await authorize(false);
    expect(asked.length).toBe(2);
  });

  it.each(['RS384', 'ES384'])('by private key signs an assertion as SMART has it, %s', async (alg) => {
    const { privateKey, publicKey } = await generateKeyPair(alg, { extractable: true });
    const key: JWK = { ...(await exportJWK(privateKey)), kid: 'k1' };
    const authorize = authorizeWith({ kind: 'key', tokenUrl: `${url}/token`, clientId: 'me', key, scope: SCOPE });
    expect(await authorize(false)).toBe('Bearer T');
    const { payload, protectedHeader } = await jwtVerify(asked[0]?.form.get('client_assertion') ?? '', publicKey);
    expect(protectedHeader).toMatchObject({ alg, kid: 'k1', typ: 'JWT' });
    expect(payload).toMatchObject({ iss: 'me', sub: 'me', aud: `${url}/token` });
    expect(payload.jti).toBeTruthy();
    expect((payload.exp ?? 0) - Date.now() / 1000).toBeLessThanOrEqual(300);
  });

  it('that is refused names host and status, and no secret', async () => {
    answer = { status: 400, body: { error: 'invalid_client' } };
    const lost = authorizeWith({
      kind: 'client',
      tokenUrl: `${url}/token`,
      clientId: 'me',
      secret: 'hidden',
      scope: SCOPE,
    });
    const message = await lost(false).catch((error: Error) => error.message);
    expect(message).toMatch(/gave no token \(HTTP 400\)/);
    expect(message).not.toContain('hidden');
  });

  it('finds where tokens are given', async () => {
    expect(await findTokenUrl(`${url}/fhir`)).toBe(`${url}/token`);
  });
});
