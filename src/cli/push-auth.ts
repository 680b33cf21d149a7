/** Credentials for a FHIR server, as the command line gives them. */
import { readFile } from 'node:fs/promises';
import type { Argv } from 'yargs';
import { usageError } from '../intake/usage.js';
import { authorizeWith, type Credentials, findTokenUrl } from '../push/auth.js';
import type { Authorize } from '../push/request.js';

type PrivateKey = Extract<Credentials, { kind: 'key' }>['key'];

export interface AuthArguments {
  readonly token: string | undefined;
  readonly clientId: string | undefined;
  readonly clientSecret: string | undefined;
  readonly key: string | undefined;
  readonly tokenUrl: string | undefined;
  readonly scope: string;
}

/** Declares the options. */
export const authOptions = <T>(yargs: Argv<T>): Argv<T & AuthArguments> =>
  yargs.options({
    token: { type: 'string', requiresArg: true, describe: 'File with a bearer token, or env:NAME' },
    'client-id': { type: 'string', requiresArg: true, describe: 'OAuth client' },
    'client-secret': { type: 'string', requiresArg: true, describe: 'File with its secret, or env:NAME' },
    key: { type: 'string', requiresArg: true, describe: 'File with its private key, a JWK (SMART backend services)' },
    'token-url': { type: 'string', requiresArg: true, describe: 'Where tokens are given; default: as the server says' },
    scope: { type: 'string', default: 'system/*.cruds', describe: 'Scopes to ask for' },
  }) as unknown as Argv<T & AuthArguments>;

/**
 * How requests to the server are authorized; undefined: not at all.
 * @throws an Error named UsageError if a secret cannot be read, or would travel unencrypted
 */
export async function chooseAuthorization(args: AuthArguments, server: string): Promise<Authorize | undefined> {
  const credentials = await readCredentials(args, server);
  return credentials && authorizeWith(credentials);
}

async function readCredentials(args: AuthArguments, server: string): Promise<Credentials | undefined> {
  const { clientId, scope } = args;
  if (args.token !== undefined || clientId !== undefined) refuseOpenWire('--server', server);
  if (args.token !== undefined) return { kind: 'bearer', token: await readSecret(args.token, '--token') };
  if (clientId === undefined) return undefined;
  const tokenUrl = args.tokenUrl ?? (await findTokenUrl(server));
  refuseAddress('--token-url', tokenUrl);
  refuseOpenWire('--token-url', tokenUrl);
  if (args.key !== undefined) return { kind: 'key', tokenUrl, clientId, key: await readKey(args.key), scope };
  if (args.clientSecret === undefined) throw usageError('A --client-id needs --client-secret or --key.');
  return { kind: 'client', tokenUrl, clientId, secret: await readSecret(args.clientSecret, '--client-secret'), scope };
}

/** What a message says of a key that cannot be read must not hold any of it, as the parser's own words would. */
async function readKey(where: string): Promise<PrivateKey> {
  const text = await readSecret(where, '--key');
  try {
    const key: unknown = JSON.parse(text);
    if (typeof key === 'object' && key !== null && 'kty' in key) return key as PrivateKey;
  } catch {}
  return fail(`--key: ${where} holds no JWK (a JSON object with a member "kty").`);
}

/**
 * The address of a FHIR API: http(s), without credentials in it.
 * @throws an Error named UsageError
 */
export function refuseAddress(option: string, address: string): void {
  const url = URL.canParse(address) ? new URL(address) : undefined;
  if (!url || !/^https?:$/.test(url.protocol)) fail(`${option} needs an address that begins with https://.`);
  if (url.username || url.password) fail(`${option} holds credentials; give them by --token or --client-id.`);
}

/** A token that travels unencrypted is anybody's; only this machine itself may be spoken to without TLS. */
function refuseOpenWire(option: string, address: string): void {
  const { protocol, hostname } = new URL(address);
  if (protocol !== 'https:' && !/^(localhost|127(\.\d+){3}|\[::1\])$/.test(hostname))
    fail(`Credentials are sent over https only. Give ${option} an https address.`);
}

/** Secrets never stand in the command itself: others on the machine can read it. */
async function readSecret(where: string, option: string): Promise<string> {
  const name = where.startsWith('env:') ? where.slice(4) : undefined;
  if (name !== undefined) return process.env[name] ?? fail(`${option}: there is no environment variable ${name}.`);
  const text = await readFile(where, 'utf8').catch(() => fail(`${option}: the file ${where} cannot be read.`));
  return text.trim();
}

function fail(message: string): never {
  throw usageError(message);
}
