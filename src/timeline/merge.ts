/** The merge on one screen: sources -> persons -> facts -> clusters -> resources. Pure: the set of sources decides. */
import type { FhirResource } from 'fhir/r4.js';
import type { JsonObject } from '../fhir/json.js';
import type { FINDINGS } from '../finding.js';
import { clusterFacts } from './cluster/cluster.js';
import type { Apart } from './cluster/groups.js';
import type { Fact } from './fact.js';
import { collectFacts } from './facts.js';
import { gatherPatients, type MergedPatient } from './gather.js';
import type { KeptApart, MergedRecord, PatientSuggestion, SourceFinding, TimelineSource } from './model.js';
import { inElementOrder } from './order.js';
import { differAt, groupPatients } from './patients.js';
import { type Places, placeFacts } from './places.js';
import { relink } from './references.js';
import { type ReconcileRules, shippedReconcileRules } from './rules.js';
import { countFindings, type Items, noteFinding, readSource, type Source, type SourceInput } from './source.js';
import { recordUndo, restoreSources, type Undo, type UndoRecord } from './undo.js';
import { type Restated, unite, uniteAll } from './unite.js';

/** What a merge leaves. It can be merged again, alone or with more: the result is as if all had been merged at once. */
export interface Merged {
  readonly sources: readonly TimelineSource[];
  /** In the order of their references. */
  readonly patients: readonly MergedPatient[];
  /** All merged resources by `Type/id`. */
  readonly resources: ReadonlyMap<string, FhirResource>;
  readonly merged: readonly MergedRecord[];
  readonly apart: readonly KeptApart[];
  readonly suggestions: readonly PatientSuggestion[];
  readonly undo: Undo;
  readonly rules: ReconcileRules;
}

export type MergeInput = Merged | Source | SourceInput | FhirResource | Items;

export interface MergeOptions {
  /** Default: the shipped `mappings/reconcile.yaml`. */
  readonly rules?: ReconcileRules;
  /** Groups of patients that are one person because the caller says so: `Patient/id`, id, identifier or `system|value`. */
  readonly samePatient?: readonly (readonly string[])[];
}

/**
 * Merges the records of any number of sources: events of a conversion, Bundles, lists of resources, or what an earlier
 * merge left. The order of the inputs does not matter, and merging again changes nothing.
 * @throws what an input throws while it is read
 */
export async function merge(...inputs: readonly MergeInput[]): Promise<Merged> {
  return mergeAll(inputs);
}

/** As `merge`, with options. */
export async function mergeAll(inputs: readonly MergeInput[], options: MergeOptions = {}): Promise<Merged> {
  const sources: Source[] = [];
  for (const input of inputs) sources.push(...(await toSources(input)));
  return mergeSources(sources, options);
}

async function toSources(input: MergeInput): Promise<readonly Source[]> {
  if ('undo' in input) return unmerge(input);
  if ('about' in input) return [input as Source];
  if ('resourceType' in input) return [await readSource({ resources: [input] })];
  if ('resources' in input) return [await readSource(input)];
  return [await readSource({ resources: input })];
}

/** The sources of a merge, as they were read. */
export function unmerge(merged: Merged): readonly Source[] {
  return restoreSources(merged.resources as unknown as ReadonlyMap<string, JsonObject>, merged.undo) ?? [];
}

/** Merges sources that have been read. */
export function mergeSources(given: readonly Source[], options: MergeOptions = {}): Merged {
  const rules = options.rules ?? shippedReconcileRules();
  const sources = putInOrder(given);
  const people = groupPatients(sources, rules, options.samePatient);
  const { clusters, apart } = clusterFacts(collectFacts(sources, people, rules), rules);
  const places = placeFacts(clusters);
  const written = writeResources(places, rules);
  const described = sources.map(({ about }) => describeSource(about, written.noted.get(about.id)));
  const nameOf = (source: string, reference: string): string => places.nameOf(source, reference) ?? '';
  return {
    sources: described,
    patients: gatherPatients(places, written.resources, described, people),
    resources: written.resources as unknown as ReadonlyMap<string, FhirResource>,
    merged: places.clusters.flatMap(({ cluster, parts }) =>
      parts.flatMap(({ facts, reference }) => toMergedRecord(facts, reference, cluster.rules)),
    ),
    apart: apart.map((each) => toKeptApart(each, nameOf)),
    suggestions: people.suggestions.map(({ patients, why }) => ({
      patients: patients.map((name) => nameOf(...splitKey(name))),
      why,
    })),
    undo: { sources: sources.map(({ about }) => about), records: written.records },
    rules,
  };
}

const splitKey = (key: string): [string, string] => {
  const at = key.indexOf(' ');
  return [key.slice(0, at), key.slice(at + 1)];
};

/** By date, then id; what was given twice is taken once. What has no date comes last: nobody knows how old it is. */
function putInOrder(given: readonly Source[]): Source[] {
  const byId = new Map<string, Source>();
  for (const source of given) {
    const there = byId.get(source.about.id);
    byId.set(source.about.id, there ? joinSources(there, source) : source);
  }
  const key = ({ about }: Source): string => `${about.date ?? '~'} ${about.id}`;
  return [...byId.values()].sort((one, other) => (key(one) < key(other) ? -1 : 1));
}

/** Two parts of one source, as the files of several patients hold them; or the same twice, under two names. */
function joinSources(one: Source, other: Source): Source {
  const all = new Map([...one.resources, ...other.resources].map((item) => [`${item.resourceType}/${item.id}`, item]));
  const about = [one.about, other.about].sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
  return { about: about[0] ?? one.about, resources: [...all.values()] };
}

interface Written {
  readonly resources: Map<string, JsonObject>;
  readonly records: UndoRecord[];
  /** Source -> what is to be told of it, by code and element. */
  readonly noted: Map<string, Map<string, SourceFinding>>;
}

function writeResources(places: Places, rules: ReconcileRules): Written {
  const written: Written = { resources: new Map(), records: [], noted: new Map() };
  for (const { parts } of places.clusters)
    for (const { facts, reference } of parts) {
      const restated = facts.map((fact) => ({ fact, resource: relinkFact(fact, places, written) }));
      const [type = '', id = ''] = reference.split('/');
      const united = type === 'Patient' ? unitePerson(restated, rules, written) : uniteAll(restated);
      const resource = inElementOrder(united.id === id ? united : { ...united, id });
      written.resources.set(reference, resource);
      for (const fact of facts) written.records.push(recordUndo(fact.source, fact.resource, resource));
    }
  return written;
}

function note({ noted }: Written, source: string, code: keyof typeof FINDINGS, path: string): void {
  const own = noted.get(source) ?? new Map<string, SourceFinding>();
  noted.set(source, own.set(`${code} ${path}`, noteFinding(code, path)));
}

function relinkFact({ source, resource, type }: Fact, places: Places, written: Written): JsonObject {
  const lost = (path: string): void => note(written, source, 'reference-dangling', `${type}${path}`);
  return relink(resource, (reference) => places.nameOf(source, reference), lost) as JsonObject;
}

/** Of a person the newest description comes first, and nothing stands in the way of being one; what differs is told. */
function unitePerson(restated: readonly Restated[], { patientOnce }: ReconcileRules, written: Written): JsonObject {
  const [newest, ...older] = [...restated].reverse();
  if (!newest) return {};
  let { resource } = newest;
  for (const { resource: other, fact } of older) {
    for (const path of patientOnce)
      if (differAt(resource, other, path)) note(written, fact.source, 'patient-differs', `Patient.${path.join('.')}`);
    resource = unite(resource, other, fact.rules, true) ?? resource;
  }
  return resource;
}

function describeSource(about: TimelineSource, noted: ReadonlyMap<string, SourceFinding> = new Map()): TimelineSource {
  return { ...about, findings: countFindings([...about.findings, ...noted.values()]) };
}

/** Only what changed: a record alone under its own name is not worth telling. */
function toMergedRecord(facts: readonly Fact[], resource: string, rules: readonly string[]): MergedRecord[] {
  if (facts.length === 1 && facts[0]?.reference === resource) return [];
  const from = facts.map(({ source, reference }) => ({ source, resource: reference }));
  return [{ resource, from, rules: facts.length === 1 ? ['renamed'] : rules.length > 0 ? rules : ['same-person'] }];
}

function toKeptApart(
  { facts: [one, other], rule, why }: Apart,
  nameOf: (source: string, of: string) => string,
): KeptApart {
  return { resources: [nameOf(one.source, one.reference), nameOf(other.source, other.reference)], rule, why };
}
