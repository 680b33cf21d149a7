/**
 * clinical-records/*.json: the resources a hospital gave, joined with what export.xml says about each (who gave it, in
 * which version of FHIR, when). The files name no institution, and their ids are those of many servers.
 */
import { nameId } from '../../fhir/ids.js';
import type { Json, JsonObject } from '../../fhir/json.js';

/** A ClinicalRecord of export.xml. */
export interface ClinicalRecord {
  readonly type: string;
  readonly identifier: string;
  readonly sourceName: string;
  readonly sourceURL: string;
  /** `1.0.2` or `4.0.1`. */
  readonly fhirVersion: string;
  readonly receivedDate: string;
  /** `/clinical-records/Observation-....json`. */
  readonly path: string;
  readonly leaves: number;
  readonly line: number;
}

/** Where ids of a record are unique: the server it came from, else the institution's name. */
export function baseOf(record: ClinicalRecord | undefined, resource: JsonObject): string {
  if (record === undefined) return '';
  const { sourceURL, sourceName } = record;
  const end = `/${resource.resourceType}/`;
  const at = sourceURL.lastIndexOf(end);
  if (at > 0) return sourceURL.slice(0, at);
  return sourceURL === '' ? sourceName : sourceURL.replace(/\/+$/, '');
}

/** The id under which a resource of a server is written. */
export const clinicalId = (base: string, reference: string): string =>
  nameId(`Apple Health\nClinical record\n${base}\n${reference}`);

const RELATIVE = /^[A-Z][A-Za-z]{1,60}\/[A-Za-z0-9\-.]{1,64}(?=$|\/_history\/)/;

export interface Rewriting {
  readonly base: string;
  /** Is the resource with that `base` and `Type/id` part of the export? */
  has(base: string, reference: string): boolean;
  /** A reference that leads nowhere was taken out. */
  dangling(): void;
}

/**
 * A copy with the id and the references of the export. A reference to what is not in the export keeps to the server it
 * is on, as an absolute URL; where no server is known it is taken out, and its words stay.
 */
export function rewrite(resource: JsonObject, { base, has, dangling }: Rewriting): JsonObject {
  const local = (value: Json): Json => {
    if (Array.isArray(value)) return value.map(local);
    if (typeof value !== 'object' || value === null) return value;
    const copy: JsonObject = { ...value };
    for (const key in copy) {
      const item = copy[key];
      if (key === 'reference' && typeof item === 'string') redirect(copy, item);
      else if (typeof item === 'object' && item !== null) copy[key] = local(item);
    }
    return copy;
  };
  const redirect = (holder: JsonObject, reference: string): void => {
    const inside = base !== '' && reference.startsWith(`${base}/`) ? reference.slice(base.length + 1) : reference;
    const [found] = RELATIVE.exec(inside) ?? [];
    if (found === undefined) return;
    if (has(base, found)) holder.reference = `${found.split('/')[0]}/${clinicalId(base, found)}`;
    else if (/^https?:\/\//.test(base)) holder.reference = `${base}/${found}`;
    else {
      delete holder.reference;
      dangling();
    }
  };
  const { id, ...content } = local(resource) as JsonObject;
  if (typeof id !== 'string') return content;
  return { resourceType: content.resourceType, id: clinicalId(base, `${content.resourceType}/${id}`), ...content };
}

/** Says on the resource itself which server it is from. */
export function stampSource(resource: JsonObject, record: ClinicalRecord | undefined): JsonObject {
  if (!record || !/^https?:\/\/\S+$/.test(record.sourceURL)) return resource;
  const meta = (resource.meta ?? {}) as JsonObject;
  return { ...resource, meta: { ...meta, source: record.sourceURL } };
}

/** Targets of one Provenance. */
const MOST_TARGETS = 500;

export interface Origins {
  add(record: ClinicalRecord, recorded: string | undefined, reference: string): void;
  finish(): void;
}

/** Collects what came from one institution at one time. @param emit takes a complete Provenance */
export function createOrigins(emit: (provenance: JsonObject) => void): Origins {
  const groups = new Map<string, { name: string; recorded: string | undefined; targets: string[] }>();

  function flush(
    key: string,
    { name, recorded, targets }: { name: string; recorded: string | undefined; targets: string[] },
  ): void {
    groups.delete(key);
    if (targets.length === 0) return;
    const absent = {
      extension: [{ url: 'http://hl7.org/fhir/StructureDefinition/data-absent-reason', valueCode: 'unknown' }],
    };
    emit({
      resourceType: 'Provenance',
      id: nameId(`Apple Health\nProvenance\n${key}\n${targets.join('\n')}`),
      target: targets.map((reference) => ({ reference })),
      ...(recorded === undefined ? { _recorded: absent } : { recorded }),
      activity: { text: 'Received by Apple Health from the institution' },
      agent: [{ who: { display: name } }],
    });
  }

  return {
    add(record, recorded, reference) {
      if (record.sourceName === '') return;
      const key = `${record.sourceName}\n${recorded ?? ''}`;
      const group = groups.get(key) ?? { name: record.sourceName, recorded, targets: [] };
      groups.set(key, group);
      group.targets.push(reference);
      if (group.targets.length >= MOST_TARGETS) flush(key, group);
    },
    finish() {
      for (const [key, group] of groups) flush(key, group);
    },
  };
}
