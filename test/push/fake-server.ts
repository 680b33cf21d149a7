/** A FHIR server in memory, as strict as real ones where it matters to pushing: references, versions, all or nothing. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

interface Json {
  [name: string]: unknown;
}

/**
 * What servers, and proxies before them, do to a request. Not carried out: `busy`, `drop-before`. Carried out, but the
 * answer is lost (`drop-after`, `gateway-after`), cut off (`truncated`: seemingly whole; `half-closed`), late
 * (`late`: beyond any patience) or that of an earlier request (`other-answer`). `twice`: carried out twice.
 */
export const FAULTS = [
  'busy',
  'drop-before',
  'drop-after',
  'gateway-after',
  'truncated',
  'half-closed',
  'late',
  'other-answer',
  'twice',
] as const;
export type Fault = (typeof FAULTS)[number] | 'none';

export interface FakeServer {
  readonly url: string;
  readonly resources: Map<string, Json>;
  /** Requests met so far, as `METHOD path`. */
  readonly requests: string[];
  /** Decides what happens to the next request. */
  fault: (number: number) => Fault;
  /** Refuses resources for which this gives words. */
  refuse: (resource: Json) => string | undefined;
  /** The status of a request that is answered without being handled; undefined handles it. */
  deny: (method: string, path: string, text: string) => number | undefined;
  /** Makes a version of each write, as servers may that do not compare. */
  everyWriteIsAVersion: boolean;
  /** Knows the search parameter `_tag`; a server that does not leaves it out of account. */
  searchesTags: boolean;
  /** What `busy` asks for. */
  retryAfter: string;
  /** The Authorization header that is asked for. */
  authorization: string | undefined;
  close(): Promise<void>;
}

const REFERENCE = /"reference":"([A-Z]\w+\/[\w.-]+)"/g;

export async function startFakeServer(): Promise<FakeServer> {
  const resources = new Map<string, Json>();
  const requests: string[] = [];
  const server = createServer((request, response) => void handle(request, response));
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/fhir`;
  const fake: FakeServer = {
    url,
    resources,
    requests,
    fault: () => 'none',
    refuse: () => undefined,
    deny: () => undefined,
    everyWriteIsAVersion: false,
    searchesTags: true,
    retryAfter: '0',
    authorization: undefined,
    close: () => new Promise((done) => server.close(() => done()).closeAllConnections()),
  };

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    let text = '';
    for await (const chunk of request) text += chunk;
    requests.push(`${request.method} ${request.url}`);
    const fault = fake.fault(requests.length);
    if (fault === 'drop-before') return void request.socket.destroy();
    if (fault === 'busy') return void response.writeHead(503, { 'retry-after': fake.retryAfter }).end();
    if (fake.authorization !== undefined && request.headers.authorization !== fake.authorization)
      return void response.writeHead(401).end();
    const path = (request.url ?? '').replace(/^\/fhir\/?/, '');
    const denied = fake.deny(request.method ?? '', path, text);
    const answer =
      denied === undefined
        ? act(request.method ?? '', path, text, request.headers['if-match'])
        : outcome(denied, 'exception');
    if (fault === 'twice') act(request.method ?? '', path, text, request.headers['if-match']);
    respond(fault, request, response, answer);
  }

  /** The body of the answer before this one. */
  let earlier = '{"resourceType":"Bundle","type":"batch-response","entry":[]}';

  function respond(
    fault: Fault,
    request: IncomingMessage,
    response: ServerResponse,
    { status, body }: { status: number; body: unknown },
  ): void {
    const text = JSON.stringify(body);
    const type = { 'content-type': 'application/fhir+json' };
    const before = earlier;
    if (fault === 'none') earlier = text;
    if (fault === 'drop-after') request.socket.destroy();
    else if (fault === 'gateway-after') response.writeHead(502, { 'content-type': 'text/html' }).end('<h1>Bad</h1>');
    else if (fault === 'truncated') response.writeHead(status, type).end(text.slice(0, text.length >> 1));
    else if (fault === 'half-closed')
      response
        .writeHead(status, { ...type, 'content-length': text.length + 1 })
        .write(text, () => request.socket.end());
    else if (fault === 'late') setTimeout(() => response.writeHead(status, type).end(text), 1500).unref();
    else response.writeHead(status, type).end(fault === 'other-answer' ? before : text);
  }

  function act(method: string, path: string, text: string, ifMatch?: string): { status: number; body: unknown } {
    if (path === 'metadata') return { status: 200, body: capability() };
    if (method === 'POST' && path === '') return bundle(JSON.parse(text));
    if (method === 'GET' && path.includes('?')) return search(path);
    return one(method, path, text === '' ? undefined : JSON.parse(text), ifMatch);
  }

  function capability(): Json {
    const types = [...new Set([...resources.keys()].map((key) => key.split('/')[0])), 'Patient'];
    return {
      resourceType: 'CapabilityStatement',
      rest: [{ mode: 'server', resource: types.map((type) => ({ type })) }],
    };
  }

  function bundle(wanted: Json): { status: number; body: unknown } {
    const entries = wanted.entry as { request: Json; resource?: Json }[];
    const before = new Map(resources);
    const answers = entries.map(({ request, resource }) =>
      one(String(request.method), String(request.url), resource, request.ifMatch as string | undefined, true),
    );
    const bad = answers.find(({ status }) => status >= 300) ?? (wanted.type === 'transaction' ? dangling() : undefined);
    if (wanted.type === 'transaction' && bad) {
      resources.clear();
      for (const [key, value] of before) resources.set(key, value);
      return bad;
    }
    const entry = answers.map(({ status, body }) => ({
      ...(status < 300 && { resource: body }),
      response: { status: String(status), ...(status >= 300 && { outcome: body }) },
    }));
    return { status: 200, body: { resourceType: 'Bundle', type: `${wanted.type}-response`, entry } };
  }

  function one(method: string, key: string, resource?: Json, ifMatch?: string, later = false) {
    const there = resources.get(key);
    const version = Number((there?.meta as Json | undefined)?.versionId ?? 0);
    if (method === 'GET') return there ? { status: 200, body: there } : outcome(404, 'not-found');
    if (ifMatch !== undefined && ifMatch !== `W/"${version}"`) return outcome(412, 'conflict');
    if (method === 'DELETE') resources.delete(key);
    else {
      const why = resource && fake.refuse(resource);
      if (why !== undefined) return outcome(422, 'invariant', why);
      const tags = [...((there?.meta as { tag?: Json[] } | undefined)?.tag ?? [])];
      for (const tag of (resource?.meta as { tag?: Json[] } | undefined)?.tag ?? [])
        if (!tags.some((other) => JSON.stringify(other) === JSON.stringify(tag))) tags.push(tag);
      const made = { ...resource, meta: { ...(resource?.meta as Json), tag: tags } };
      const same =
        !fake.everyWriteIsAVersion &&
        there &&
        JSON.stringify({ ...there, meta: 0 }) === JSON.stringify({ ...made, meta: 0 });
      resources.set(key, { ...made, meta: { ...made.meta, versionId: String(same ? version : version + 1) } });
    }
    const bad = later ? undefined : dangling();
    if (bad) {
      if (there) resources.set(key, there);
      else resources.delete(key);
      return bad;
    }
    return { status: there ? 200 : 201, body: resources.get(key) };
  }

  function dangling() {
    for (const resource of resources.values())
      for (const [, target = ''] of JSON.stringify(resource).matchAll(REFERENCE))
        if (!resources.has(target)) return outcome(409, 'processing', `There is no ${target}`);
    return undefined;
  }

  function search(path: string) {
    const [type, query] = path.split('?');
    const wanted = new URLSearchParams(query);
    const [system, code] = (wanted.get('_tag') ?? '|').split('|');
    const found = [...resources].filter(
      ([key, { meta }]) =>
        key.startsWith(`${type}/`) &&
        (!fake.searchesTags || (meta as { tag: Json[] }).tag.some((tag) => tag.system === system && tag.code === code)),
    );
    const from = Number(wanted.get('from') ?? 0);
    const next = { relation: 'next', url: `${url}/${type}?_tag=${system}|${code}&from=${from + 2}` };
    return {
      status: 200,
      body: {
        resourceType: 'Bundle',
        type: 'searchset',
        link: found.length > from + 2 ? [next] : [],
        entry: found.slice(from, from + 2).map(([, resource]) => ({ resource, search: { mode: 'match' } })),
      },
    };
  }

  return fake;
}

const outcome = (status: number, code: string, diagnostics = code) => ({
  status,
  body: {
    resourceType: 'OperationOutcome',
    issue: [
      {
        severity: 'error',
        code,
        diagnostics,
        expression: [diagnostics === 'profile' ? 'Patient.meta.profile[0]' : 'Observation.status'],
      },
    ],
  },
});
