/** The record of each patient: their facts, what these refer to, and where all of it is from. */
import type { FhirResource, Provenance } from 'fhir/r4.js';
import type { JsonObject } from '../fhir/json.js';
import type { Fact } from './fact.js';
import { NOBODY } from './facts.js';
import type { TimelineSource } from './model.js';
import { addTo, isObject, listOf } from './path.js';
import type { People } from './patients.js';
import type { Part, Placed, Places } from './places.js';
import { originProvenance } from './provenance.js';
import { visitReferences } from './references.js';

/** A fact of a patient's history. */
export interface Entry {
  /** The resources that hold it; several where no one resource can hold all that is said. */
  readonly parts: readonly Part[];
  /** The records it was made of, oldest source first. */
  readonly facts: readonly Fact[];
}

export interface MergedPatient {
  /** `Patient/id`; empty for records that name no patient. */
  readonly reference: string;
  readonly entries: readonly Entry[];
  /** The whole record: complete in itself, no reference leads out of it. */
  readonly resources: readonly FhirResource[];
}

/** What is asked of all the merged records, found once. */
interface Context {
  readonly resources: ReadonlyMap<string, JsonObject>;
  readonly sources: readonly TimelineSource[];
  /** Source -> `DocumentReference/id` of the document itself. */
  readonly documents: ReadonlyMap<string, string>;
  /** Target -> Provenance that is about several patients' records. */
  readonly provenance: ReadonlyMap<string, readonly Provenance[]>;
}

/** All patients, in the order of their references. */
export function gatherPatients(
  places: Places,
  resources: ReadonlyMap<string, JsonObject>,
  sources: readonly TimelineSource[],
  people: People,
): MergedPatient[] {
  const entries = new Map<string, Entry[]>([...people.persons.keys()].map((key) => [key, []]));
  for (const { cluster, parts } of places.clusters) {
    const patient = cluster.facts[0]?.patient ?? NOBODY;
    const own = entries.get(patient) ?? [];
    own.push({ parts, facts: cluster.facts });
    if (patient !== NOBODY) entries.set(patient, own);
  }
  const context: Context = {
    resources,
    sources,
    documents: findDocuments(places),
    provenance: findSharedProvenance(places.clusters, resources),
  };
  return [...entries.values()]
    .map((own) => gatherOne(own, context))
    .sort((one, other) => (one.reference < other.reference ? -1 : 1));
}

function gatherOne(entries: readonly Entry[], context: Context): MergedPatient {
  const parts = entries.flatMap((entry) => entry.parts);
  const all = followReferences(
    parts.map(({ reference }) => reference),
    context.resources,
  );
  const origins = new Map<string, Set<string>>();
  for (const { reference, facts } of parts)
    if (!reference.startsWith('Provenance/')) origins.set(reference, new Set(facts.map(({ source }) => source)));
  const held = [...all].sort().flatMap((reference) => context.resources.get(reference) ?? []);
  const shared = new Set([...all].flatMap((reference) => context.provenance.get(reference) ?? []));
  return {
    reference: parts.find(({ reference }) => reference.startsWith('Patient/'))?.reference ?? '',
    entries,
    resources: [
      ...(held as unknown as FhirResource[]),
      ...[...shared].map((provenance) => narrow(provenance, all)),
      ...originProvenance(origins, context.sources, context.documents),
    ],
  };
}

/** What the record refers to, and what that refers to in turn. */
function followReferences(start: readonly string[], resources: ReadonlyMap<string, JsonObject>): Set<string> {
  const all = new Set(start);
  for (const reference of all) visitReferences(resources.get(reference), (to) => resources.has(to) && all.add(to));
  return all;
}

/** The document a source was: its own Provenance says so. */
function findDocuments(places: Places): Map<string, string> {
  const documents = new Map<string, string>();
  for (const { cluster } of places.clusters)
    for (const { type, source, resource } of cluster.facts) {
      if (type !== 'Provenance') continue;
      for (const entity of listOf(resource.entity).filter(isObject)) {
        const reference = isObject(entity.what) ? String(entity.what.reference) : '';
        const name = reference.startsWith('DocumentReference/') ? places.nameOf(source, reference) : undefined;
        if (name !== undefined && !documents.has(source)) documents.set(source, name);
      }
    }
  return documents;
}

function findSharedProvenance(
  clusters: readonly Placed[],
  resources: ReadonlyMap<string, JsonObject>,
): Map<string, Provenance[]> {
  const byTarget = new Map<string, Provenance[]>();
  for (const { cluster, parts } of clusters) {
    if (cluster.facts[0]?.type !== 'Provenance' || cluster.facts[0].patient !== NOBODY) continue;
    for (const { reference: own } of parts) {
      const provenance = resources.get(own) as unknown as Provenance | undefined;
      for (const { reference = '' } of provenance?.target ?? []) if (provenance) addTo(byTarget, reference, provenance);
    }
  }
  return byTarget;
}

/** A Provenance over the records of several patients, as far as it is about this one's. */
function narrow(provenance: Provenance, all: ReadonlySet<string>): Provenance {
  const target = provenance.target.filter(({ reference }) => reference !== undefined && all.has(reference));
  return { ...provenance, target };
}
