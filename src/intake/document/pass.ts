/** FHIR resources found among records: passed on as they are, checked like our own. */
import type { FhirResource } from 'fhir/r4.js';
import type { ConvertOptions } from '../../convert.js';
import type { Event } from '../../event.js';
import { nameId } from '../../fhir/ids.js';
import { type Json, type JsonObject, LEXICAL, stringify } from '../../fhir/json.js';
import { FINDINGS, type Finding } from '../../finding.js';
import { createFindings } from '../../findings.js';
import { isKnownType } from '../../upgrade/upgrade.js';
import type { Document } from '../entry.js';
import { reportFor } from '../output/report.js';
import { refusalError } from '../refusals.js';
import { readEntries } from '../resources.js';
import { createWitness } from './witness.js';

/**
 * Every resource of the document, with its digits. One without an id gets one that follows from its address or content;
 * references to addresses of a Bundle become `Type/id`.
 * @throws InputError `archive-damaged` if the text is not FHIR JSON
 */
export async function* passResources(document: Document, options: ConvertOptions): AsyncGenerator<Event, void> {
  const findings = createFindings(options.strict ?? false, () => undefined);
  for (const finding of document.findings ?? []) findings.add(finding);
  const check = await checkerFor(options);
  const addresses = new Map<string, string>();
  const counts: Record<string, number> = {};
  try {
    for await (const { resource, fullUrl } of readEntries(document.open()))
      if (fullUrl !== undefined) addresses.set(fullUrl, `${resource.resourceType}/${idOf(resource, fullUrl)}`);
    const witness = createWitness(document.open());
    for await (const { resource, fullUrl } of readEntries(witness.bytes)) {
      const { resourceType } = resource;
      if (!isKnownType(resourceType)) {
        findings.add(UNKNOWN);
        continue;
      }
      const id = idOf(resource, fullUrl);
      const passed = { resourceType, id, ...(redirect(resource as unknown as JsonObject, addresses) as JsonObject) };
      counts[resourceType] = (counts[resourceType] ?? 0) + 1;
      for (const issue of await check(resource)) findings.failed(issue);
      yield { kind: 'resource', resource: passed as unknown as FhirResource };
    }
    const all = findings.all();
    for (const finding of all) yield { kind: 'finding', finding };
    const source = { name: document.name, sha256: witness.sha256, bytes: witness.size };
    yield { kind: 'end', loss: reportFor(source, counts, all, options) };
  } catch (error) {
    if (error instanceof Error && error.name === 'JsonError') throw refusalError('archive-damaged');
    throw error;
  }
}

/** What calls itself a type no FHIR has may be anything: files and messages are named by the type. */
const UNKNOWN: Finding = {
  code: 'resource-unknown',
  severity: FINDINGS['resource-unknown'][0],
  message: FINDINGS['resource-unknown'][1],
};

const idOf = (resource: FhirResource, fullUrl: string | undefined): string =>
  resource.id ?? nameId(fullUrl ?? stringify(resource as unknown as JsonObject));

/** Issues of a resource; a type we have no definitions of is passed on unchecked. */
async function checkerFor({ check, usCore }: ConvertOptions) {
  if (check === 'off') return async () => [];
  const { checkResource } = await import('../../check/api.js');
  return async (resource: FhirResource) => {
    const { issues } = await checkResource(resource, { level: check ?? 'fast', usCore: usCore ?? '6.1.0' });
    const unknown = issues[0]?.id === 'structure-type' && issues[0].target === resource.resourceType;
    return unknown ? [] : issues;
  };
}

/** A copy whose references to addresses of the Bundle are `Type/id`. */
function redirect(value: Json, addresses: ReadonlyMap<string, string>): Json {
  if (Array.isArray(value)) return value.map((item) => redirect(item, addresses));
  if (value === null || typeof value !== 'object') return value;
  const copy: JsonObject = {};
  for (const [key, item] of Object.entries(value)) {
    if (item === undefined) continue;
    const refers = (key === 'reference' || key === 'url') && typeof item === 'string';
    copy[key] = refers ? (addresses.get(item) ?? item) : redirect(item, addresses);
  }
  if (value[LEXICAL] !== undefined) copy[LEXICAL] = value[LEXICAL];
  return copy;
}
