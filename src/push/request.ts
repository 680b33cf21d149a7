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
  /** Milliseconds until an attempt is given up; default 120,000, at most 300,000 (what `fetch` waits for headers). */
  readonly timeout?: number | undefined;
  /** Milliseconds of the first wait, doubled with each further one up to a minute; default 500. */
  readonly backoff?: number | undefined;
}

export interface HttpRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** False if the text of a success cannot be the answer to this request: cut off, or that of another request. */
  readonly accepts?: (text: string) => boolean;
}

export interface HttpResponse {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

/** Statuses after which the same request may succeed: time-outs, too many requests, overload. */
const PASSING = new Set([408, 425, 429, 502, 503, 504]);
const LONGEST_WAIT = 60_000;
/** A server that asks for more is not waited for. */
const LONGEST_ASKED = 600_000;

/**
 * Sends the request until it is answered. For requests that may be carried out more than once.
 * @throws what `tryOnce` throws
 */
export async function request(wanted: HttpRequest, options: RequestOptions = {}): Promise<HttpResponse> {
  for (let attempt = 0; ; attempt++) {
    const answer = await tryOnce(wanted, options, attempt);
    if (answer) return answer;
  }
}

/**
 * Sends the request once. Without an answer, or told to come later, it waits as long as the server asks, or as is usual
 * for the attempt, and returns undefined: whether the server has carried the request out is not known then.
 * @param attempt how often it was tried before
 * @throws an Error named ConnectionError if that was the last try, or another one cannot help; it names host and cause
 *   only; what `authorize` throws
 */
export async function tryOnce(
  wanted: HttpRequest,
  options: RequestOptions,
  attempt: number,
): Promise<HttpResponse | undefined> {
  const { retries = 5, backoff = 500 } = options;
  let answer = await send(wanted, options, false);
  if (!(answer instanceof Error) && answer.status === 401 && options.authorize)
    answer = await send(wanted, options, true);
  if (!(answer instanceof Error) && answer.status >= 300 && answer.status < 400) throw movedError(wanted.url, answer);
  const passes = answer instanceof Error || PASSING.has(answer.status) || isForeign(wanted, answer);
  if (!passes) return answer as HttpResponse;
  const pause = pauseAfter(answer, backoff * 2 ** attempt);
  if (attempt >= retries || pause === undefined || isHopeless(answer)) throw connectionError(wanted.url, answer);
  await wait(pause);
  return undefined;
}

async function send(
  { method, url, headers, body }: HttpRequest,
  { authorize, timeout = 120_000 }: RequestOptions,
  renew: boolean,
): Promise<HttpResponse | Error> {
  const authorization = await authorize?.(renew);
  try {
    const response = await fetch(url, {
      method,
      headers: { ...headers, ...(authorization !== undefined && { authorization }) },
      redirect: 'manual', // elsewhere may mean unencrypted; and a POST would come there as a GET
      signal: AbortSignal.timeout(timeout),
      ...(body !== undefined && { body }),
    });
    return { status: response.status, headers: response.headers, text: await response.text() };
  } catch (error) {
    return error instanceof Error ? error : new Error('unknown');
  }
}

const isForeign = ({ accepts }: HttpRequest, { status, text }: HttpResponse): boolean =>
  status < 300 && accepts?.(text) === false;

/** Milliseconds: what the server asks for, else those given, made uneven so that many do not come back at once. */
function pauseAfter(answer: HttpResponse | Error, milliseconds: number): number | undefined {
  const asked = answer instanceof Error ? undefined : secondsOf(answer.headers.get('retry-after'));
  if (asked === undefined) return Math.min(milliseconds, LONGEST_WAIT) * (0.75 + Math.random() / 2);
  return asked * 1000 <= LONGEST_ASKED ? asked * 1000 : undefined;
}

/** `Retry-After` is a number of seconds or a date (RFC 9110, 10.2.3). */
function secondsOf(value: string | null): number | undefined {
  if (value === null) return undefined;
  const seconds = /^\d+$/.test(value.trim()) ? Number(value) : (Date.parse(value) - Date.now()) / 1000;
  return Number.isFinite(seconds) ? Math.max(0, seconds) : undefined;
}

const codeOf = (error: Error): string | undefined => (error.cause as { code?: string } | undefined)?.code;

/** A certificate does not get better by asking again (codes of OpenSSL and Node.js). */
const isHopeless = (answer: HttpResponse | Error): boolean =>
  answer instanceof Error && /CERT|SIGNATURE|ISSUER|ERR_TLS/.test(codeOf(answer) ?? '');

function connectionError(url: string, answer: HttpResponse | Error): Error {
  const { host } = new URL(url);
  const message = isHopeless(answer)
    ? `The certificate of ${host} is not trusted (${codeOf(answer as Error)}). Further authorities are named by NODE_EXTRA_CA_CERTS.`
    : `${host} ${whatIsWrong(answer)}. Run the same command to go on.`;
  return Object.assign(new Error(message), { name: 'ConnectionError' });
}

function whatIsWrong(answer: HttpResponse | Error): string {
  if (!(answer instanceof Error))
    return answer.status < 300
      ? `answers with what is no FHIR, or not what was asked for (HTTP ${answer.status})`
      : `is busy (HTTP ${answer.status})`;
  return `cannot be reached (${codeOf(answer) ?? (answer.name === 'TimeoutError' ? 'no answer in time' : 'connection failed')})`;
}

function movedError(url: string, { status }: HttpResponse): Error {
  const message = `${new URL(url).host} sends to another address (HTTP ${status}). Give that one.`;
  return Object.assign(new Error(message), { name: 'ConnectionError' });
}
