/** A FHIR server over HTTP: the few interactions that pushing needs (FHIR R4, RESTful API). */
import type { BundleEntry, FhirResource, Bundle as R4Bundle } from 'fhir/r4.js';
import { type JsonObject, stringify } from '../fhir/json.js';
import { type HttpRequest, type HttpResponse, type RequestOptions, request } from './request.js';

export type Bundle = R4Bundle<FhirResource>;
export type Entry = BundleEntry<FhirResource>;

/** What a server answers: a status, and a resource, which may be an OperationOutcome. */
export interface Answer {
  readonly status: number;
  readonly resource?: FhirResource | undefined;
  readonly version?: string | undefined;
}

export interface Server {
  /** The address a resource has on this server: what references inside a Bundle are relative to. */
  addressOf(key: string): string;
  /** Reads resources by key, `Type/id`, in one batch; answers in that order. */
  readAll(keys: readonly string[]): Promise<Answer[]>;
  /** Sends a Bundle of type transaction or batch: an answer for each entry in their order, or one for the refused whole. */
  send(bundle: Bundle): Promise<Answer[] | Answer>;
  /** Sends one entry as a request of its own. */
  sendOne(entry: Entry): Promise<Answer>;
  /** The resources of all pages of a search, such as `Patient?_tag=...`; a type the server does not know has none. */
  search(query: string): AsyncGenerator<FhirResource, void>;
}

const JSON_TYPE = 'application/fhir+json';

/**
 * @param url base URL of the server's FHIR API
 * @throws an Error named ServerError if the server refuses what pushing cannot do without, ConnectionError if it is gone
 */
export function connect(url: string, options: RequestOptions = {}): Server {
  const base = url.endsWith('/') ? url : `${url}/`;

  async function call(
    method: HttpRequest['method'],
    path: string,
    body?: FhirResource,
    ifMatch?: string,
  ): Promise<Answer> {
    const headers: Record<string, string> = { accept: JSON_TYPE };
    if (body) headers['content-type'] = JSON_TYPE;
    if (ifMatch !== undefined) headers['if-match'] = ifMatch;
    const text = body && stringify(body as unknown as JsonObject);
    const wanted = { method, url: path === '' ? base.slice(0, -1) : `${base}${path}`, headers };
    return toAnswer(await request(text === undefined ? wanted : { ...wanted, body: text }, options));
  }

  return {
    addressOf: (key) => `${base}${key}`,
    async readAll(keys) {
      const entry = keys.map((key) => ({ request: { method: 'GET' as const, url: key } }));
      const answer = await call('POST', '', { resourceType: 'Bundle', type: 'batch', entry });
      return readBundle(answer, 'a batch of reads');
    },
    async send(bundle) {
      const answer = await call('POST', '', bundle);
      return answer.status < 300 ? readBundle(answer, `a ${bundle.type}`) : answer;
    },
    sendOne: ({ request: wanted, resource }) =>
      call((wanted?.method ?? 'PUT') as HttpRequest['method'], wanted?.url ?? '', resource, wanted?.ifMatch),
    async *search(query) {
      for (let next: string | undefined = query; next !== undefined; ) {
        const answer: Answer = await call('GET', next);
        if (answer.status === 404 || answer.status === 400) return;
        if (answer.resource?.resourceType !== 'Bundle') throw serverError(answer, `the search ${query.split('?')[0]}`);
        const { entry = [], link = [] } = answer.resource as Bundle;
        for (const { resource, search } of entry) if (resource && search?.mode !== 'outcome') yield resource;
        next = relativeTo(base, link.find(({ relation }) => relation === 'next')?.url);
      }
    },
  };
}

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

function readBundle(answer: Answer, what: string): Answer[] {
  if (answer.status >= 300 || answer.resource?.resourceType !== 'Bundle') throw serverError(answer, what);
  return ((answer.resource as Bundle).entry ?? []).map(({ resource, response }) => ({
    status: Number.parseInt(response?.status ?? '500', 10),
    resource: resource ?? (response?.outcome as FhirResource | undefined),
    version: versionOf(response?.etag ?? ''),
  }));
}

function serverError({ status, resource }: Answer, what: string): Error {
  const codes = resource?.resourceType === 'OperationOutcome' ? resource.issue.map(({ code }) => code).join(', ') : '';
  const hint = status === 401 || status === 403 ? ' Check the credentials and what they allow.' : '';
  const message = `The server refused ${what} with HTTP ${status}${codes && ` (${codes})`}.${hint}`;
  return Object.assign(new Error(message), { name: 'ServerError' });
}
