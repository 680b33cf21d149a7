/** Which resource each record becomes a part of, and what that is called. */
import { contentOf } from '../assemble/identity.js';
import { nameId } from '../fhir/ids.js';
import type { JsonObject } from '../fhir/json.js';
import type { Cluster } from './cluster/cluster.js';
import { isUnique } from './cluster/identified.js';
import type { Fact } from './fact.js';
import { redirect } from './references.js';
import { partUnitable } from './unite.js';

/** Records that become one resource. */
export interface Part {
  readonly facts: readonly Fact[];
  /** `Type/id` of the resource. */
  readonly reference: string;
}

export interface Placed {
  readonly cluster: Cluster;
  readonly parts: readonly Part[];
}

export interface Places {
  readonly clusters: readonly Placed[];
  /** What a record of a source is called now; undefined if there is no such record. */
  nameOf(source: string, reference: string): string | undefined;
}

const keyOf = ({ source, reference }: Fact): string => `${source} ${reference}`;

/** Parts every cluster into what can be one resource, and names them. */
export function placeFacts(clusters: readonly Cluster[]): Places {
  const provisional = nameProvisionally(clusters);
  const names = new Map<string, string>();
  const taken = new Set<string>();
  const patients = new Map<string, string>();
  const placed = new Map<Cluster, Placed>();
  const ordered = [...clusters].sort((one, other) => Number(isPatient(other)) - Number(isPatient(one)));
  for (const cluster of ordered) {
    const parts = partCluster(cluster, provisional).map((facts): Part => {
      const [first] = facts;
      const reference = first ? `${first.type}/${claimId(first, taken, patients)}` : '';
      for (const fact of facts) names.set(keyOf(fact), reference);
      return { facts, reference };
    });
    placed.set(cluster, { cluster, parts });
  }
  return {
    clusters: clusters.flatMap((cluster) => placed.get(cluster) ?? []),
    nameOf: (source, reference) => names.get(`${source} ${reference}`),
  };
}

const isPatient = ({ facts }: Cluster): boolean => facts[0]?.type === 'Patient';

/** For comparing only: references to records of one cluster are the same. */
function nameProvisionally(clusters: readonly Cluster[]): Map<string, string> {
  const names = new Map<string, string>();
  for (const { facts } of clusters) {
    const firsts = new Map<string, string>();
    for (const fact of facts) {
      const first = firsts.get(fact.type) ?? `${fact.type}/${fact.order}`;
      firsts.set(fact.type, first);
      names.set(keyOf(fact), first);
    }
  }
  return names;
}

/** A person is one resource whatever the sources say; any other fact is as many as it takes to say it all. */
function partCluster({ facts }: Cluster, names: ReadonlyMap<string, string>): readonly (readonly Fact[])[] {
  if (facts.length === 1 || facts[0]?.type === 'Patient') return [facts];
  const restated = facts.map((fact) => ({
    fact,
    resource: redirect(fact.resource, (to) => names.get(`${fact.source} ${to}`) ?? to) as JsonObject,
  }));
  return partUnitable(restated).map((part) => part.map(({ fact }) => fact));
}

/**
 * The first record's own id where that is unique the world over. Ids of a server are not, and writing under one
 * elsewhere would overwrite somebody else's record: such a resource is named after what it says.
 */
function claimId(fact: Fact, taken: Set<string>, patients: Map<string, string>): string {
  const own = isUnique(fact.reference)
    ? String(fact.resource.id)
    : nameId(['record', patients.get(fact.patient) ?? '', fact.reference, contentOf(fact.resource)].join('\n'));
  let id = own;
  for (let number = 1; taken.has(`${fact.type}/${id}`); number++)
    id = nameId([own, fact.source, fact.reference, number].join('\n'));
  taken.add(`${fact.type}/${id}`);
  if (fact.type === 'Patient') patients.set(fact.patient, id);
  return id;
}
