/**
 * One HTTP request, tried again while that may help. Written here because the libraries looked at give up at a time-out
 * or take no notice of `Retry-After`, and because a refused token has to be renewed on the way.
 */
import { setTimeout as wait } from 'node:timers/promises';

/** Gives the value of the Authorization header; `renew`: the last one was refused. */
export type Authorize = (renew: boolean) => Promise<string | undefined>;

export interface RequestOptions {
  readonly authorize?: Authorize | undefined;
  /** How often a request is tried again; default 5. */
  readonly retries?: number | undefined;
  /** Milliseconds until an attempt is given up; default 120,000. */
  readonly timeout?: number | undefined;
  /** Milliseconds of the first wait, doubled with each further one up to a minute; default 500. */
  readonly backoff?: number | undefined;
}

export interface HttpRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

export interface HttpResponse {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

/** Statuses after which the same request may succeed: time-outs, too many requests, overload. */
const PASSING = new Set([408, 425, 429, 502, 503, 504]);
const LONGEST_WAIT = 60_000;

/**
 * Sends the request until it is answered by something else than a passing refusal. All requests are such that sending
 * them twice does what sending them once does.
 * @throws an Error named ConnectionError if the server cannot be reached; it names host and cause only
 */
export async function request(wanted: HttpRequest, options: RequestOptions = {}): Promise<HttpResponse> {
  const { retries = 5, backoff = 500 } = options;
  let renewed = false;
  for (let attempt = 0; ; attempt++) {
    const answer = await tryOnce(wanted, options, renewed);
    if (!(answer instanceof Error) && answer.status === 401 && options.authorize && !renewed) {
      renewed = true;
      continue;
    }
    const passes = answer instanceof Error || PASSING.has(answer.status);
    if (passes && attempt < retries) {
      await wait(waitFor(answer, backoff * 2 ** attempt));
      continue;
    }
    if (answer instanceof Error) throw connectionError(wanted.url, answer);
    return answer;
  }
}

async function tryOnce(
  { method, url, headers, body }: HttpRequest,
  { authorize, timeout = 120_000 }: RequestOptions,
  renew: boolean,
): Promise<HttpResponse | Error> {
  const authorization = await authorize?.(renew);
  try {
    const response = await fetch(url, {
      method,
      headers: { ...headers, ...(authorization !== undefined && { authorization }) },
      signal: AbortSignal.timeout(timeout),
      ...(body !== undefined && { body }),
    });
    return { status: response.status, headers: response.headers, text: await response.text() };
  } catch (error) {
    return error instanceof Error ? error : new Error('unknown');
  }
}

/** What the server asks for, else the wait given, made uneven so that many do not come back at once. */
function waitFor(answer: HttpResponse | Error, milliseconds: number): number {
  const asked = answer instanceof Error ? undefined : secondsOf(answer.headers.get('retry-after'));
  return Math.min(asked === undefined ? milliseconds * (0.75 + Math.random() / 2) : asked * 1000, LONGEST_WAIT);
}

/** `Retry-After` is a number of seconds or a date (RFC 9110, 10.2.3). */
function secondsOf(value: string | null): number | undefined {
  if (value === null) return undefined;
  const seconds = /^\d+$/.test(value.trim()) ? Number(value) : (Date.parse(value) - Date.now()) / 1000;
  return Number.isFinite(seconds) ? Math.max(0, seconds) : undefined;
}

function connectionError(url: string, error: Error): Error {
  const { code } = (error.cause ?? {}) as { code?: string };
  const why = code ?? (error.name === 'TimeoutError' ? 'no answer in time' : 'connection failed');
  return Object.assign(new Error(`${new URL(url).host} cannot be reached (${why}). Run the same command to go on.`), {
    name: 'ConnectionError',
  });
}
