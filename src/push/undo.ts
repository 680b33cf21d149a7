/** Takes a run out of a server again: what it created and nobody has changed since. */
import type { CapabilityStatement, FhirResource } from 'fhir/r4.js';
import { isForeign, TAGS, tagsOf } from './content.js';
import { keyOf, referencesOf } from './item.js';
import { groupByReference, type Node } from './order.js';
import type { Answer, Server } from './server.js';

/** `changed`: somebody, or a later run, has changed it; `needed`: what is not of this run refers to it. */
export const UNDO_FATES = ['deleted', 'changed', 'needed'] as const;
export type UndoFate = (typeof UNDO_FATES)[number];

export interface UndoOutcome {
  readonly key: string;
  readonly fate: UndoFate;
}

interface Created extends Node {
  readonly version: string | undefined;
}

/**
 * Deletes what the run created, what refers to others first.
 * @throws an Error named ServerError or ConnectionError if the server cannot be worked with
 */
export async function undo(
  server: Server,
  run: string,
  maxEntries: number,
  tell: (outcome: UndoOutcome) => void,
): Promise<void> {
  const created: Created[] = [];
  for (const type of await listTypes(server)) {
    const tag = encodeURIComponent(`${TAGS.run}|${run}`);
    for await (const resource of server.search(`${type}?_tag=${tag}&_count=200`)) {
      const key = keyOf(resource);
      if (key === undefined) continue;
      if (isChanged(resource)) tell({ key, fate: 'changed' });
      else created.push({ key, references: referencesOf(resource), version: resource.meta?.versionId });
    }
  }
  const groups = groupByReference(created).reverse();
  for (const chunk of cut(groups, maxEntries)) await remove(server, chunk, tell);
}

const isChanged = (resource: FhirResource): boolean => isForeign(resource) || tagsOf(resource, TAGS.changed).length > 0;

/** The types the server says it has. */
async function listTypes(server: Server): Promise<string[]> {
  const { resource } = await server.sendOne({ request: { method: 'GET', url: 'metadata' } });
  const rest = (resource as CapabilityStatement | undefined)?.rest ?? [];
  const types = rest.flatMap(({ resource: known = [] }) => known.map(({ type }) => type));
  if (types.length > 0) return [...new Set(types)];
  throw Object.assign(new Error('The server does not say which resources it has. Is the address that of a FHIR API?'), {
    name: 'ServerError',
  });
}

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

/** Deletes as one; if the server refuses, in halves, until what is needed by others is found. */
async function remove(
  server: Server,
  groups: readonly Created[][],
  tell: (outcome: UndoOutcome) => void,
): Promise<void> {
  const members = groups.flat();
  const entry = members.map(({ key, version }) => ({
    request: { method: 'DELETE' as const, url: key, ...(version !== undefined && { ifMatch: `W/"${version}"` }) },
  }));
  const answer = await server.send({ resourceType: 'Bundle', type: 'transaction', entry });
  if (Array.isArray(answer)) for (const { key } of members) tell({ key, fate: 'deleted' });
  else if (groups.length > 1) {
    const middle = groups.length >> 1;
    await remove(server, groups.slice(0, middle), tell);
    await remove(server, groups.slice(middle), tell);
  } else for (const { key } of members) tell({ key, fate: reasonOf(answer) });
}

const reasonOf = ({ status }: Answer): UndoFate => (status === 412 ? 'changed' : 'needed');
