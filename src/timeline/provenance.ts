/** Provenance of merged records: which sources each was made of. */
import type { FhirResource } from 'fhir/r4.js';
import { ABSENT_REASON } from '../fhir/datatypes/absent.js';
import { nameId } from '../fhir/ids.js';
import type { TimelineSource } from './model.js';
import { addTo } from './path.js';

/** Targets of one Provenance; more go into a further one. */
const MOST_TARGETS = 500;
const LIFECYCLE = 'http://terminology.hl7.org/CodeSystem/iso-21089-lifecycle';
const PARTICIPANT = 'http://terminology.hl7.org/CodeSystem/provenance-participant-type';
const INSTANT = /^\d{4}-\d\d-\d\dT.+(Z|[+-]\d\d:\d\d)$/;

/** True for what `originProvenance` writes: a merge makes it anew. */
export function isOriginProvenance(resource: FhirResource): boolean {
  return (
    resource.resourceType === 'Provenance' &&
    resource.activity?.coding?.some(({ system, code }) => system === LIFECYCLE && code === 'merge') === true &&
    resource.agent.some(({ who }) => who.display === 'ccd2fhir')
  );
}

/**
 * One Provenance per set of sources, with all resources that were made of exactly these.
 * @param origins `Type/id` -> ids of its sources
 * @param documents id of a source -> `DocumentReference/id` of the document itself
 */
export function originProvenance(
  origins: ReadonlyMap<string, ReadonlySet<string>>,
  sources: readonly TimelineSource[],
  documents: ReadonlyMap<string, string>,
): FhirResource[] {
  const groups = new Map<string, string[]>();
  for (const [reference, from] of origins) {
    const key = sources.flatMap(({ id }) => (from.has(id) ? [id] : [])).join(' ');
    addTo(groups, key, reference);
  }
  const byId = new Map(sources.map((source) => [source.id, source]));
  return [...groups].flatMap(([key, references]) => {
    const own = key.split(' ').flatMap((id) => byId.get(id) ?? []);
    const sorted = references.sort();
    return chunk(sorted).map((targets) => toProvenance(key, targets, own, documents));
  });
}

function chunk(references: readonly string[]): string[][] {
  const chunks: string[][] = [];
  for (let at = 0; at < references.length; at += MOST_TARGETS) chunks.push(references.slice(at, at + MOST_TARGETS));
  return chunks;
}

function toProvenance(
  key: string,
  targets: readonly string[],
  sources: readonly TimelineSource[],
  documents: ReadonlyMap<string, string>,
): FhirResource {
  // There is no clock: the merge is as old as the newest thing it knows.
  const recorded = sources
    .flatMap(({ date }) => (date !== undefined && INSTANT.test(date) ? [date] : []))
    .sort()
    .at(-1);
  return {
    resourceType: 'Provenance',
    id: nameId(['origin', key, ...targets].join('\n')),
    target: targets.map((reference) => ({ reference })),
    ...(recorded !== undefined
      ? { recorded }
      : ({ _recorded: { extension: [{ url: ABSENT_REASON, valueCode: 'unknown' }] } } as unknown as {
          recorded: string;
        })),
    activity: { coding: [{ system: LIFECYCLE, code: 'merge', display: 'Merge Record Lifecycle Event' }] },
    agent: [
      {
        type: { coding: [{ system: PARTICIPANT, code: 'assembler', display: 'Assembler' }] },
        who: { display: 'ccd2fhir' },
      },
    ],
    entity: sources.map(({ id, title }) => {
      const reference = documents.get(id);
      return {
        role: 'source' as const,
        what: {
          ...(reference !== undefined && { reference }),
          identifier: { system: 'urn:ietf:rfc:3986', value: `urn:uuid:${id}` },
          display: title,
        },
      };
    }),
  };
}
