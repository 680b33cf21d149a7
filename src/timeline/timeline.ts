/** Merged records as a timeline: lines newest first, tied to their encounters, panels and contradictions. */
import { nameId } from '../fhir/ids.js';
import type { JsonObject } from '../fhir/json.js';
import type { MergedPatient } from './gather.js';
import { type LooseLine, toLine } from './line.js';
import { type Merged, type MergeInput, merge } from './merge.js';
import type { Conflict, ReconcileReport, Timeline, TimelineLine, TimelinePatient, TimelineSource } from './model.js';
import { toNotes } from './notes.js';
import { isObject, listOf, valuesAt } from './path.js';
import { isNamed } from './patients.js';
import { nameText } from './source.js';
import { conceptText } from './words.js';

export interface TimelineOptions {
  /** Which patient, where there are several: `Patient/id`, id, identifier's value or `system|value`. */
  readonly patient?: string;
  /** FHIR date: lines that are, or were first stated, on or after it are marked as new. */
  readonly since?: string;
}

/**
 * The timeline of one patient.
 * @param input what `merge` returned; or resources, events or a Bundle, which are merged first
 * @throws an Error named UsageError if there is no such patient, or there are several and none is named
 */
export async function toTimeline(input: MergeInput, options: TimelineOptions = {}): Promise<Timeline> {
  const merged = 'undo' in input ? input : await merge(input);
  return timelineOf(merged, choosePatient(merged, options.patient), options.since);
}

/**
 * The patient of that name, or the only one.
 * @throws an Error named UsageError, which names the choices by reference and holds nothing else of the records
 */
export function choosePatient(merged: Merged, name?: string): MergedPatient {
  const { patients } = merged;
  const found = name === undefined ? patients : patients.filter((patient) => isCalled(patient, name, merged));
  const [only, another] = found;
  if (only && !another) return only;
  const choices = (only ? found : patients).map(({ reference }) => reference || 'records without a patient').join(', ');
  const why = only ? 'The records are about several patients.' : 'No patient of these records is called so.';
  throw Object.assign(new Error(`${why} Choose one with --patient: ${choices}.`), { name: 'UsageError' });
}

/** A patient may be called as any of the sources calls them. */
function isCalled({ reference, entries }: MergedPatient, name: string, merged: Merged): boolean {
  const resource = merged.resources.get(reference) as unknown as JsonObject | undefined;
  if (resource && isNamed({ reference, resource }, [name])) return true;
  return entries.some(({ facts }) => facts.some((fact) => fact.type === 'Patient' && isNamed(fact, [name])));
}

/** The timeline of one patient of a merge. */
export function timelineOf(merged: Merged, patient: MergedPatient, since?: string): Timeline {
  const resources = merged.resources as unknown as ReadonlyMap<string, JsonObject>;
  const used = new Set(patient.entries.flatMap(({ facts }) => facts.map(({ source }) => source)));
  const sources = merged.sources.filter(({ id }) => used.has(id));
  const loose: LooseLine[] = [];
  for (const entry of patient.entries) {
    const line = toLine(entry, { rules: merged.rules, sources, resources });
    if (!line) continue;
    loose.push(line);
    const composition = resources.get(line.resources[0] ?? '');
    if (composition?.resourceType === 'Composition') loose.push(...toNotes(composition, line));
  }
  const byResource = new Map(loose.flatMap((line) => line.resources.map((reference) => [reference, line.id] as const)));
  for (const line of loose)
    if (line.kind !== 'note') for (const reference of line.resources) byResource.set(reference, line.id);
  const conflicts = findConflicts(merged, byResource);
  const lines = tie(loose, byResource, conflicts, resources, merged).map((line) => markNew(line, sources, since));
  return {
    patient: describePatient(patient.reference, resources.get(patient.reference)),
    sources,
    lines: lines.sort(inLineOrder),
    conflicts,
    reconcile: reportFor(merged, patient),
    ...(since !== undefined && { since }),
  };
}

/** Newest first, undated last; what is of one moment in a fixed order. */
function inLineOrder(one: TimelineLine, other: TimelineLine): number {
  if (one.date !== other.date) {
    if (one.date === undefined || other.date === undefined) return one.date === undefined ? 1 : -1;
    return one.date > other.date ? -1 : 1;
  }
  const key = ({ kind, title, id }: TimelineLine): string => `${kind} ${title} ${id}`;
  return key(one) < key(other) ? -1 : 1;
}

function findConflicts({ apart }: Merged, byResource: ReadonlyMap<string, string>): Conflict[] {
  return apart.flatMap(({ resources, why }) => {
    const lines = resources.flatMap((reference) => byResource.get(reference) ?? []);
    if (why === 'ambiguous' || lines.length < 2) return [];
    return [{ id: nameId(['conflict', ...resources].join('\n')), why, lines, resources }];
  });
}

/** Gives lines their encounter, their panel and what contradicts them. */
function tie(
  loose: readonly LooseLine[],
  byResource: ReadonlyMap<string, string>,
  conflicts: readonly Conflict[],
  resources: ReadonlyMap<string, JsonObject>,
  { rules }: Merged,
): TimelineLine[] {
  const groups = new Map<string, string>();
  for (const line of loose)
    for (const reference of line.resources) {
      const resource = resources.get(reference);
      for (const path of rules.types.get(String(resource?.resourceType))?.members ?? [])
        for (const member of valuesAt(resource, path, () => undefined)) {
          const target = isObject(member) ? byResource.get(String(member.reference)) : undefined;
          if (target !== undefined && target !== line.id) groups.set(target, line.id);
        }
    }
  const byLine = new Map<string, Conflict[]>();
  for (const conflict of conflicts)
    for (const id of new Set(conflict.lines)) byLine.set(id, [...(byLine.get(id) ?? []), conflict]);
  return loose.map((line) => {
    const encounter = encounterOf(line, byResource, resources);
    const group = line.kind === 'note' ? undefined : groups.get(line.id);
    const against = line.kind === 'note' ? [] : (byLine.get(line.id) ?? []);
    const [first] = against;
    const others = new Set(against.flatMap(({ lines }) => lines.filter((id) => id !== line.id)));
    return {
      ...line,
      ...(encounter !== undefined && { encounter }),
      ...(group !== undefined && { group }),
      ...(first && { conflict: { with: [...others], why: first.why } }),
    };
  });
}

function encounterOf(
  line: LooseLine,
  byResource: ReadonlyMap<string, string>,
  resources: ReadonlyMap<string, JsonObject>,
): string | undefined {
  for (const reference of line.resources) {
    const { encounter, context } = resources.get(reference) ?? {};
    for (const holder of [encounter, context, ...(isObject(context) ? listOf(context.encounter) : [])]) {
      const target = isObject(holder) ? byResource.get(String(holder.reference)) : undefined;
      if (target !== undefined && target !== line.id) return target;
    }
  }
  return undefined;
}

/** New is what happened, or was first told, on or after the day. */
function markNew(line: TimelineLine, sources: readonly TimelineSource[], since: string | undefined): TimelineLine {
  if (since === undefined) return line;
  const told = sources.flatMap(({ id, date }) => (line.sources.includes(id) ? [date] : []));
  const isToldNew = told.length > 0 && told.every((date) => date !== undefined && date >= since);
  return (line.date !== undefined && line.date >= since) || isToldNew ? { ...line, isNew: true } : line;
}

function describePatient(reference: string, resource: JsonObject | undefined): TimelinePatient {
  const names = listOf(resource?.name).filter(isObject);
  const name = nameText(
    names.find(({ use }) => use === 'official') ?? names.find(({ use }) => use !== 'old') ?? names[0] ?? {},
  );
  const { birthDate, gender } = resource ?? {};
  return {
    reference,
    ...(name !== undefined && { name }),
    ...(typeof birthDate === 'string' && { birthDate }),
    ...(typeof gender === 'string' && { gender }),
    identifiers: listOf(resource?.identifier)
      .filter(isObject)
      .flatMap(({ system, value, type }) => {
        if (typeof value !== 'string') return [];
        const words = conceptText(type);
        return [{ ...(typeof system === 'string' && { system }), value, ...(words !== undefined && { type: words }) }];
      }),
  };
}

/** The part of the report that is about one patient. */
export function reportFor(merged: Merged, patient: MergedPatient): ReconcileReport {
  const own = new Set(patient.resources.map(({ resourceType, id }) => `${resourceType}/${id}`));
  const joined = merged.merged.filter(({ resource }) => own.has(resource));
  const apart = merged.apart.filter(({ resources }) => resources.some((reference) => own.has(reference)));
  const suggestions = merged.suggestions.filter(({ patients }) => patients.includes(patient.reference));
  const read = patient.entries.reduce((sum, { facts }) => sum + facts.length, 0);
  const kept = patient.entries.reduce((sum, { parts }) => sum + parts.length, 0);
  return {
    counts: {
      read,
      kept,
      merged: read - kept,
      conflicts: apart.filter(({ why }) => why !== 'ambiguous').length,
      suggestions: suggestions.length,
    },
    merged: joined,
    apart,
    suggestions,
  };
}
