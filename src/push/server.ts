/** A FHIR server over HTTP: the few interactions that pushing needs (FHIR R4, RESTful API). */
import type { BundleEntry, CapabilityStatement, FhirResource, Bundle as R4Bundle } from 'fhir/r4.js';
import { type JsonObject, stringify } from '../fhir/json.js';
import { keyOf } from './item.js';
import { type HttpRequest, type HttpResponse, type RequestOptions, request, tryOnce } from './request.js';

export type Bundle = R4Bundle<FhirResource>;
export type Entry = BundleEntry<FhirResource>;

/** What a server answers: a status, and a resource, which may be an OperationOutcome. */
export interface Answer {
  readonly status: number;
  readonly resource?: FhirResource | undefined;
  readonly version?: string | undefined;
}

/**
 * Reads are tried again until they are answered. Writes are not: without an answer, what became of them must be looked
 * up, and they return undefined after the wait that is due; `attempt` is how often that happened before.
 */
export interface Server {
  /** The address a resource has on this server: what references inside a Bundle are relative to. */
  addressOf(key: string): string;
  /** Reads resources by key, `Type/id`, in one batch; answers in that order. */
  readAll(keys: readonly string[]): Promise<Answer[]>;
  /** Sends a Bundle of type transaction or batch: an answer for each entry in their order, or one for the refused whole. */
  send(bundle: Bundle, attempt: number): Promise<Answer[] | Answer | undefined>;
  /** Sends one entry as a request of its own. */
  sendOne(entry: Entry, attempt: number): Promise<Answer | undefined>;
  /** The types the server says it has. */
  listTypes(): Promise<string[]>;
  /** The resources of all pages of a search, such as `Patient?_tag=...`. */
  search(query: string): AsyncGenerator<FhirResource, void>;
}

const JSON_TYPE = 'application/fhir+json';

/**
 * @param url base URL of the server's FHIR API
 * @throws (its functions) an Error named ServerError if the server refuses what pushing cannot do without, one named
 *   ConnectionError if it is gone
 */
export function connect(url: string, options: RequestOptions = {}): Server {
  const base = url.endsWith('/') ? url : `${url}/`;

  function toRequest(
    method: HttpRequest['method'],
    path: string,
    accepts: HttpRequest['accepts'],
    body?: FhirResource,
    ifMatch?: string,
  ): HttpRequest {
    const headers: Record<string, string> = { accept: JSON_TYPE };
    if (method === 'GET') headers['cache-control'] = 'no-cache'; // some servers answer a search as they did a minute ago
    if (body) headers['content-type'] = JSON_TYPE;
    if (ifMatch !== undefined) headers['if-match'] = ifMatch;
    const target = path === '' ? base.slice(0, -1) : `${base}${path}`;
    const wanted = { method, url: target, headers, ...(accepts && { accepts }) };
    return body ? { ...wanted, body: stringify(body as unknown as JsonObject) } : wanted;
  }

  const get = async (path: string, accepts: HttpRequest['accepts']): Promise<Answer> =>
    toAnswer(await request(toRequest('GET', path, accepts), options));

  return {
    addressOf: (key) => `${base}${key}`,
    async readAll(keys) {
      const entry = keys.map((key) => ({ request: { method: 'GET' as const, url: key } }));
      const bundle: Bundle = { resourceType: 'Bundle', type: 'batch', entry };
      const answer = toAnswer(await request(toRequest('POST', '', answersTo(bundle), bundle), options));
      return readBundle(answer, 'a batch of reads');
    },
    async send(bundle, attempt) {
      const response = await tryOnce(toRequest('POST', '', answersTo(bundle), bundle), options, attempt);
      if (!response) return undefined;
      const answer = toAnswer(response);
      if (answer.status === 401) throw serverError(answer, `a ${bundle.type}`);
      return answer.status < 300 ? readBundle(answer, `a ${bundle.type}`) : answer;
    },
    async sendOne({ request: wanted, resource }, attempt) {
      const { method = 'PUT', url: key = '', ifMatch } = wanted ?? {};
      const accepts = (text: string): boolean => text === '' || (isFhir(text) && isAbout(parse(text), key));
      const single = toRequest(method as HttpRequest['method'], key, accepts, resource, ifMatch);
      const response = await tryOnce(single, options, attempt);
      return response && toAnswer(response);
    },
    async listTypes() {
      const { resource } = await get('metadata', isFhir);
      const rest = (resource as CapabilityStatement | undefined)?.rest ?? [];
      return [...new Set(rest.flatMap(({ resource: known = [] }) => known.map(({ type }) => type)))];
    },
    async *search(query) {
      const type = query.split('?')[0] ?? '';
      for (let next: string | undefined = query; next !== undefined; ) {
        const answer: Answer = await get(next, (text) => isPage(parse(text), type));
        if (answer.resource?.resourceType !== 'Bundle') throw serverError(answer, `the search ${type}`);
        const { entry = [], link = [] } = answer.resource as Bundle;
        for (const { resource, search } of entry) if (resource && search?.mode !== 'outcome') yield resource;
        next = relativeTo(base, link.find(({ relation }) => relation === 'next')?.url);
      }
    },
  };
}

/** Proxies cut answers off, repeat them, or give one to who asked for something else: what comes must fit what was sent. */
function answersTo({ type, entry: sent = [] }: Bundle): (text: string) => boolean {
  return (text) => {
    const answer = parse(text);
    if (answer?.resourceType !== 'Bundle' || answer.type !== `${type}-response`) return false;
    const { entry = [] } = answer as Bundle;
    return (
      entry.length === sent.length &&
      entry.every(({ resource, response }, place) => {
        const key = sent[place]?.request?.url ?? '';
        const { location } = response ?? {};
        return isAbout(resource, key) && (location === undefined || `/${location}/`.includes(`/${key}/`));
      })
    );
  };
}

const isPage = (answer: FhirResource | undefined, type: string): boolean =>
  answer?.resourceType === 'Bundle' &&
  answer.type === 'searchset' &&
  ((answer as Bundle).entry ?? []).every(
    ({ resource, search }) => search?.mode === 'outcome' || resource?.resourceType === type,
  );

/** What a server gives back of a request about a resource: the resource, an OperationOutcome, or nothing. */
const isAbout = (resource: FhirResource | undefined, key: string): boolean =>
  resource === undefined || resource.resourceType === 'OperationOutcome' || keyOf(resource) === key;

/** Links to further pages are absolute; a server behind a proxy may name itself otherwise: then its path counts. */
function relativeTo(base: string, link: string | undefined): string | undefined {
  if (link === undefined || !/^https?:/.test(link)) return link;
  if (link.startsWith(base)) return link.slice(base.length);
  const { pathname, search } = new URL(link);
  const own = new URL(base).pathname;
  return `${pathname.startsWith(own) ? pathname.slice(own.length) : ''}${search}`;
}

function toAnswer({ status, headers, text }: HttpResponse): Answer {
  return { status, resource: parse(text), version: versionOf(headers.get('etag') ?? '') };
}

const versionOf = (etag: string): string | undefined => /^(?:W\/)?"(.*)"$/.exec(etag)?.[1];

function parse(text: string): FhirResource | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && 'resourceType' in value ? (value as FhirResource) : undefined;
  } catch {
    return undefined;
  }
}

const isFhir = (text: string): boolean => parse(text) !== undefined;

function readBundle(answer: Answer, what: string): Answer[] {
  if (answer.status >= 300 || answer.resource?.resourceType !== 'Bundle') throw serverError(answer, what);
  return ((answer.resource as Bundle).entry ?? []).map(({ resource, response }) => ({
    status: Number.parseInt(response?.status ?? '500', 10),
    resource: resource ?? (response?.outcome as FhirResource | undefined),
    version: versionOf(response?.etag ?? ''),
  }));
}

/** Only what is said of `what`, and codes: a server's own words may repeat values of a resource. */
function serverError({ status, resource }: Answer, what: string): Error {
  const codes = resource?.resourceType === 'OperationOutcome' ? resource.issue.map(({ code }) => code).join(', ') : '';
  const hint = status === 401 || status === 403 ? ' Check the credentials and what they allow.' : '';
  const message = `The server refused ${what} with HTTP ${status}${codes && ` (${codes})`}.${hint}`;
  return Object.assign(new Error(message), { name: 'ServerError' });
}
