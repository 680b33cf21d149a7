/** Brings a chunk of resources to a server, and says what became of each. */
import type { FhirResource, OperationOutcome } from 'fhir/r4.js';
import type { Chunk } from './chunk.js';
import { digestOf, isForeign, TAGS, withoutProfiles, withTags } from './content.js';
import type { Answer, Entry, Server } from './server.js';

export const MODES = ['transaction', 'batch', 'single'] as const;

/** How resources are sent: all or none of a request, each on its own in one request, or one a request. */
export type Mode = (typeof MODES)[number];

/**
 * `kept`: the server has another version, which somebody else has written or changed; it stays. `repeated`: the same
 * resource was met before in this run; the first one counts.
 */
export const FATES = ['created', 'updated', 'unchanged', 'kept', 'repeated', 'refused'] as const;
export type Fate = (typeof FATES)[number];

export interface Outcome {
  /** `Type/id`. */
  readonly key: string;
  readonly fate: Fate;
  /** HTTP status of a refusal. */
  readonly status?: number;
  /** What the server says of a refusal; may hold values of the resource. */
  readonly outcome?: OperationOutcome | undefined;
  /** What was refused. */
  readonly resource?: FhirResource;
  /** Why it was not even sent. */
  readonly why?: string;
}

export interface SendOptions {
  readonly run: string;
  readonly mode: Mode;
  /** Write over what somebody else has written or changed. */
  readonly overwrite: boolean;
  readonly profiles: ProfileClaims;
}

/**
 * What happens to `meta.profile`. Servers that validate refuse profiles they do not know; `keep` turns to false at the
 * first such refusal if `adapt` is set, and claims are left out from then on.
 */
export interface ProfileClaims {
  keep: boolean;
  readonly adapt: boolean;
}

interface Planned {
  readonly key: string;
  readonly fate: Fate;
  /** Nothing is sent for what stays as it is. */
  readonly entry?: Entry;
}

/** How often a chunk is decided anew because the server's resources changed meanwhile. */
const MOST_CONFLICTS = 5;

/**
 * Sends what the server does not have yet, or has in an older version of our own. What was sent without an answer is
 * looked up before it is sent again: the server may have done it, and then it is no second version.
 * @param sent what became of resources that may have been written already, if they were, by key
 * @throws an Error named ServerError or ConnectionError if the server cannot be worked with
 */
export async function sendChunk(
  server: Server,
  chunk: Chunk,
  options: SendOptions,
  sent: Map<string, Fate> = new Map(),
): Promise<Outcome[]> {
  for (let [attempt, conflicts] = [0, 0]; ; ) {
    const planned = await plan(server, chunk, options, sent);
    const entries = planned.flatMap(({ entry }) => entry ?? []);
    if (entries.length === 0) return planned;
    const answers = await send(server, entries, options.mode, attempt);
    if (answers === undefined) {
      attempt++;
      remember(planned, sent);
    } else if (isConflict(answers) && conflicts < MOST_CONFLICTS) {
      conflicts++;
      if (Array.isArray(answers)) remember(planned, sent);
    } else if (Array.isArray(answers)) return account(planned, answers);
    else if (isAboutProfiles(answers) && leaveOutProfiles(options.profiles)) continue;
    else if (chunk.length > 1) return sendHalves(server, chunk, options, sent);
    else
      return account(
        planned,
        entries.map(() => answers),
      );
  }
}

function remember(planned: readonly Planned[], sent: Map<string, Fate>): void {
  for (const { key, fate, entry } of planned) if (entry) sent.set(key, fate);
}

/** The server's resources changed since they were read; or (404: nothing a write can be told) it was told of the reading. */
const isConflict = (answers: Answer[] | Answer): boolean =>
  [answers].flat().some(({ status }) => status === 404 || status === 409 || status === 412);

const isAboutProfiles = ({ resource }: Answer): boolean =>
  resource?.resourceType === 'OperationOutcome' &&
  resource.issue.some(({ expression = [], location = [] }) =>
    [...expression, ...location].some((path) => path.includes('.meta.profile')),
  );

/** @returns true if claims are left out from now on, and were not before */
function leaveOutProfiles(profiles: ProfileClaims): boolean {
  if (!profiles.adapt || !profiles.keep) return false;
  profiles.keep = false;
  return true;
}

/** A request was refused as a whole: what is wrong is found by halving it. */
async function sendHalves(
  server: Server,
  chunk: Chunk,
  options: SendOptions,
  sent: Map<string, Fate>,
): Promise<Outcome[]> {
  const middle = chunk.length >> 1;
  const first = await sendChunk(server, chunk.slice(0, middle), options, sent);
  return [...first, ...(await sendChunk(server, chunk.slice(middle), options, sent))];
}

async function plan(
  server: Server,
  chunk: Chunk,
  options: SendOptions,
  sent: ReadonlyMap<string, Fate>,
): Promise<Planned[]> {
  const items = chunk.flat();
  const there = await server.readAll(items.map(({ key }) => key));
  const decided = items.map(async ({ key, read }, place) => decide(server, key, await read(), there[place], options));
  return (await Promise.all(decided)).map((planned) =>
    planned.fate === 'unchanged' ? { ...planned, fate: sent.get(planned.key) ?? 'unchanged' } : planned,
  );
}

function decide(
  server: Server,
  key: string,
  resource: FhirResource,
  there: Answer | undefined,
  options: SendOptions,
): Planned {
  const known = there && there.status < 300 ? there.resource : undefined;
  const content: [string, string] = [TAGS.content, digestOf(resource)];
  const put = (fate: Fate, tag: string, ifMatch?: string): Planned => ({
    key,
    fate,
    entry: {
      fullUrl: server.addressOf(key),
      resource: withTags(options.profiles.keep ? resource : withoutProfiles(resource), [[tag, options.run], content]),
      request: { method: 'PUT', url: key, ...(ifMatch !== undefined && { ifMatch }) },
    },
  });
  if (!known) return put('created', TAGS.run);
  if (digestOf(known) === content[1]) return { key, fate: 'unchanged' };
  if (isForeign(known) && !options.overwrite) return { key, fate: 'kept' };
  const version = known.meta?.versionId ?? there?.version;
  return put('updated', TAGS.changed, version && `W/"${version}"`);
}

async function send(
  server: Server,
  entries: Entry[],
  mode: Mode,
  attempt: number,
): Promise<Answer[] | Answer | undefined> {
  if (mode !== 'single') return server.send({ resourceType: 'Bundle', type: mode, entry: entries }, attempt);
  const answers: Answer[] = [];
  for (const entry of entries) {
    const answer = await server.sendOne(entry, attempt);
    if (!answer) return undefined;
    answers.push(answer);
  }
  return answers;
}

function account(planned: readonly Planned[], answers: readonly Answer[]): Outcome[] {
  let place = 0;
  return planned.map(({ key, fate, entry }) => {
    if (!entry) return { key, fate };
    const { status, resource: outcome } = answers[place++] ?? { status: 500, resource: undefined };
    if (status < 300) return { key, fate };
    return {
      key,
      fate: 'refused',
      status,
      ...(outcome?.resourceType === 'OperationOutcome' && { outcome }),
      ...(entry.resource && { resource: entry.resource }),
    };
  });
}
