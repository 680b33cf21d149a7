/** Takes a run out of a server again: what it created and nobody has changed since. */
import type { FhirResource } from 'fhir/r4.js';
import { isForeign, TAGS, tagsOf } from './content.js';
import { keyOf, referencesOf } from './item.js';
import { groupByReference, type Node } from './order.js';
import type { Answer, Server } from './server.js';

/**
 * `changed`: somebody, or a later run, has changed it; `needed`: what is not of this run refers to it; `failed`: the server
 * does not delete it, for a reason of its own.
 */
export const UNDO_FATES = ['deleted', 'changed', 'needed', 'failed'] as const;
export type UndoFate = (typeof UNDO_FATES)[number];

export interface UndoOutcome {
  /** `Type/id`. */
  readonly key: string;
  readonly fate: UndoFate;
  /** HTTP status with which the server refused to delete it. */
  readonly status?: number;
}

type Tell = (outcome: UndoOutcome) => void;

interface Created extends Node {
  readonly version: string | undefined;
}

/**
 * Deletes what the run created, what refers to others first, until nothing more of it is found.
 * @param maxEntries resources of one request
 * @param tell is told what became of each resource, as soon as it is known
 * @throws an Error named ServerError or ConnectionError if the server cannot be worked with
 */
export async function undo(server: Server, run: string, maxEntries: number, tell: Tell): Promise<void> {
  const told = new Set<string>();
  const tellOnce: Tell = (outcome) => {
    if (!told.has(outcome.key)) tell(outcome);
    told.add(outcome.key);
  };
  for (let more = true; more; ) {
    const created = await findCreated(server, run, told, tellOnce);
    const groups = groupByReference(created).reverse();
    for (const chunk of cut(groups, maxEntries)) await remove(server, chunk, tellOnce);
    more = created.length > 0;
  }
}

/** What can be deleted, each once; what others have changed is told. */
async function findCreated(server: Server, run: string, told: ReadonlySet<string>, tell: Tell): Promise<Created[]> {
  const created = new Map<string, Created>();
  for await (const resource of findAll(server, run)) {
    const key = keyOf(resource);
    // A server that does not know `_tag` may have answered with everything it has.
    if (key === undefined || told.has(key) || !tagsOf(resource, TAGS.run).includes(run)) continue;
    if (isChanged(resource)) tell({ key, fate: 'changed' });
    else created.set(key, { key, references: referencesOf(resource), version: resource.meta?.versionId });
  }
  return [...created.values()];
}

const isChanged = (resource: FhirResource): boolean => isForeign(resource) || tagsOf(resource, TAGS.changed).length > 0;

/** What has the tag of the run, of all types. Types that cannot be searched are passed over unless that is all of them. */
async function* findAll(server: Server, run: string): AsyncGenerator<FhirResource, void> {
  const types = await server.listTypes();
  const tag = encodeURIComponent(`${TAGS.run}|${run}`);
  let searched = false;
  let refusal: unknown = serverError(
    'The server does not say which resources it has. Is the address that of a FHIR API?',
  );
  for (const type of types) {
    try {
      yield* server.search(`${type}?_tag=${tag}&_count=200`);
      searched = true;
    } catch (error) {
      if (!(error instanceof Error) || error.name !== 'ServerError') throw error;
      refusal = error;
    }
  }
  if (!searched) throw refusal;
}

const serverError = (message: string): Error => Object.assign(new Error(message), { name: 'ServerError' });

function cut(groups: readonly Created[][], maxEntries: number): Created[][][] {
  const chunks: Created[][][] = [];
  let room = 0;
  for (const group of groups) {
    if (room < group.length || chunks.length === 0) {
      chunks.push([]);
      room = maxEntries;
    }
    chunks.at(-1)?.push(group);
    room -= group.length;
  }
  return chunks;
}

/** Deletes as one; if the server refuses, in halves, until what it refuses stands alone. */
async function remove(server: Server, groups: readonly Created[][], tell: Tell, attempt = 0): Promise<void> {
  const members = groups.flat();
  const entry = members.map(({ key, version }) => ({
    request: { method: 'DELETE' as const, url: key, ...(version !== undefined && { ifMatch: `W/"${version}"` }) },
  }));
  const answer = await server.send({ resourceType: 'Bundle', type: 'transaction', entry }, attempt);
  if (Array.isArray(answer)) for (const { key } of members) tell({ key, fate: 'deleted' });
  else if (answer === undefined) {
    const left = await findLeft(server, groups, tell);
    if (left.length > 0) await remove(server, left, tell, attempt + 1);
  } else if (groups.length > 1) {
    const middle = groups.length >> 1;
    await remove(server, groups.slice(0, middle), tell);
    await remove(server, groups.slice(middle), tell);
  } else for (const { key } of members) tell({ key, fate: fateOf(answer), status: answer.status });
}

/** Nobody knows whether a request without an answer was carried out: the groups the server still has. */
async function findLeft(server: Server, groups: readonly Created[][], tell: Tell): Promise<Created[][]> {
  const answers = await server.readAll(groups.flatMap((group) => group.map(({ key }) => key)));
  const statuses = answers.map(({ status }) => status);
  return groups.filter((group) => {
    const isLeft = statuses.splice(0, group.length).some((status) => status < 300);
    if (!isLeft) for (const { key } of group) tell({ key, fate: 'deleted' });
    return isLeft;
  });
}

/** FHIR R4, RESTful API: 412 for another version, 409 where references would be left without their target; 410, 404: gone. */
function fateOf({ status }: Answer): UndoFate {
  if (status === 412) return 'changed';
  if (status === 409) return 'needed';
  return status === 404 || status === 410 ? 'deleted' : 'failed';
}
