/** A CDA document, with what its package says about it added to the DocumentReference made of it. */
import type { DocumentReference, FhirResource, Patient } from 'fhir/r4.js';
import { type ConvertOptions, convert } from '../../convert.js';
import type { Event } from '../../event.js';
import type { Finding } from '../../finding.js';
import type { Document, Metadata } from '../entry.js';
import { note } from '../note.js';
import { kindData } from '../sniff.js';
import { addMetadata } from './metadata.js';
import { createWitness, type Witness } from './witness.js';

/**
 * Converts it as `convert` does; the ledger and its counts stay what they are.
 * @throws InputError, MappingError as `convert`
 */
export async function* convertDocument(document: Document, options: ConvertOptions): AsyncGenerator<Event, void> {
  const { metadata, name } = document;
  const known = document.findings ?? [];
  if (metadata === undefined) {
    yield* withFindings(convert(document.open(), { ...options, name }), known);
    return;
  }
  const witness = createWitness(document.open());
  let source: (() => string | undefined) | undefined;
  let held: DocumentReference | undefined;
  const patients: Patient[] = [];
  const events = convert(witness.bytes, {
    ...options,
    name,
    onMade(node, table, reference) {
      // The one made of the document itself, not of a part of it.
      if (node.parent === undefined && reference()?.startsWith('DocumentReference/')) source ??= reference;
      options.onMade?.(node, table, reference);
    },
  });
  for await (const event of events) {
    if (event.kind === 'resource' && isSource(event.resource, source)) {
      held = event.resource;
      continue;
    }
    if (event.kind === 'resource' && event.resource.resourceType === 'Patient') patients.push(event.resource);
    if (event.kind !== 'end') yield event;
    else {
      // The stated hash is known to be true only now.
      if (held) yield { kind: 'resource', resource: addMetadata(held, verified(metadata, witness)) };
      const findings = [...known, ...compare(document.kind, metadata, witness, patients)];
      yield* withFindings([event], findings);
    }
  }
}

const isSource = (
  resource: FhirResource,
  source: (() => string | undefined) | undefined,
): resource is DocumentReference => `${resource.resourceType}/${resource.id}` === source?.();

/** Tells what the package makes worth knowing before the report, and in it. */
async function* withFindings(
  events: AsyncIterable<Event> | Iterable<Event>,
  findings: readonly Finding[],
): AsyncGenerator<Event, void> {
  for await (const event of events) {
    if (event.kind !== 'end') yield event;
    else {
      for (const finding of findings) yield { kind: 'finding', finding };
      yield { kind: 'end', loss: { ...event.loss, findings: [...findings, ...event.loss.findings] } };
    }
  }
}

/** Where what the package says is not so. */
export function compare(
  kind: string,
  metadata: Metadata,
  witness: Witness,
  patients: readonly Patient[] = [],
): Finding[] {
  const { attachment } = metadata.content?.[0] ?? {};
  const findings: Finding[] = [];
  if (!witness.agrees(attachment)) findings.push(note('package-hash-differs'));
  if (!isSameType(attachment?.contentType, kindData(kind).type)) findings.push(note('package-type-differs'));
  if (isAboutAnother(metadata, patients)) findings.push(note('package-patient-differs'));
  return findings;
}

/** Without a hash and a size that are not so. */
export function verified(metadata: Metadata, witness: Witness): Metadata {
  const [first, ...more] = metadata.content ?? [];
  if (!first || witness.agrees(first.attachment)) return metadata;
  const { hash: _hash, size: _size, ...attachment } = first.attachment;
  return { ...metadata, content: [{ ...first, attachment }, ...more] };
}

/** `text/xml`, `application/xml` and `application/hl7-cda+xml` say the same; so do other `+xml`, `+json`. */
function isSameType(stated: string | undefined, found: string): boolean {
  const family = (type: string): string =>
    type
      .toLowerCase()
      .replace(/;.*$/, '')
      .trim()
      .replace(/^.*[/+](xml|json)$/, '$1');
  const unknown = stated === undefined || /octet-stream$/.test(stated);
  return unknown || family(stated) === family(found);
}

/** One who assigns identifiers gives two: the document may be filed with the wrong patient. */
function isAboutAnother({ subject, context }: Metadata, patients: readonly Patient[]): boolean {
  const stated = [subject?.identifier, context?.sourcePatientInfo?.identifier];
  const found = patients.flatMap(({ identifier }) => identifier ?? []);
  return stated.some((one) => {
    const same = found.filter(({ system }) => system !== undefined && system === one?.system);
    return same.length > 0 && !same.some(({ value }) => value === one?.value);
  });
}
