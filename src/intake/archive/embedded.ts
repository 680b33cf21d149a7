/** Documents inside FHIR JSON, as base64: in Binary, DocumentReference, DiagnosticReport, Media. */
import { createHash } from 'node:crypto';
import type { Attachment, DocumentReference, FhirResource, Reference } from 'fhir/r4.js';
import type { Metadata } from '../entry.js';
import { refusalError, refuse } from '../refusals.js';
import { readEntries } from '../resources.js';
import { kindOfBytes, roleOf } from '../sniff.js';
import type { Archive } from './archive.js';
import { noteName, toLogical } from './logical.js';

/** One piece of data in a resource. */
interface Embedded {
  readonly name: string;
  readonly data: string;
  readonly metadata?: Metadata;
}

export const embedded: Archive = {
  isPackage: false,
  async *list(bytes) {
    const described = new Map<string, Metadata>();
    const names = new Map<string, Reference>();
    const references: DocumentReference[] = [];
    for await (const { resource, fullUrl } of readEntries(bytes.stream())) {
      if (resource.resourceType === 'DocumentReference') references.push(withoutData(resource));
      else noteName(resource, fullUrl, names);
    }
    for (const reference of references) noteTargets(toLogical(reference, names), described);
    let index = 0;
    for await (const { resource, fullUrl } of readEntries(bytes.stream())) {
      for (const found of embeddedIn(resource, fullUrl, described)) {
        const step = String(index++);
        // What is no document to convert stays in its resource, which is passed on.
        if (isOpened(found.data)) {
          const metadata = found.metadata && toLogical(found.metadata, names);
          const refusal = isWithdrawn(metadata) ? refuse('document-replaced') : undefined;
          yield { name: found.name, step, ...(metadata && { metadata }), ...(refusal && { refusal }) };
        }
      }
    }
  },
  async *open(bytes, step) {
    let index = 0;
    for await (const { resource, fullUrl } of readEntries(bytes.stream()))
      for (const { data } of embeddedIn(resource, fullUrl, new Map()))
        if (index++ === Number(step)) return yield Buffer.from(data, 'base64');
    throw refusalError('archive-damaged');
  },
};

/** Replaced, or entered in error: what it says must not come out as if it still held. */
const isWithdrawn = (metadata: Metadata | undefined): boolean =>
  metadata?.status === 'superseded' ||
  metadata?.status === 'entered-in-error' ||
  metadata?.docStatus === 'entered-in-error';

/** Enough of base64 to tell what it is. */
const HEAD = 12_000;

function isOpened(data: string): boolean {
  const kind = kindOfBytes(Buffer.from(data.slice(0, HEAD), 'base64'));
  return kind === 'cda' || roleOf(kind) === 'open';
}

function embeddedIn(
  resource: FhirResource,
  fullUrl: string | undefined,
  described: ReadonlyMap<string, Metadata>,
): Embedded[] {
  const base = `${resource.resourceType}-${
    resource.id ??
    createHash('sha256')
      .update(fullUrl ?? '')
      .digest('hex')
      .slice(0, 8)
  }`;
  if (resource.resourceType === 'Binary') {
    const metadata = described.get(`Binary/${resource.id}`) ?? described.get(fullUrl ?? '');
    return resource.data === undefined ? [] : [{ name: base, data: resource.data, ...(metadata && { metadata }) }];
  }
  const found: Embedded[] = [];
  for (const [index, attachment] of attachmentsOf(resource).entries()) {
    if (typeof attachment.data !== 'string') continue;
    const metadata = resource.resourceType === 'DocumentReference' ? describe(resource, index) : undefined;
    found.push({ name: `${base}-${index + 1}`, data: attachment.data, ...(metadata && { metadata }) });
  }
  return found;
}

function attachmentsOf(resource: FhirResource): Attachment[] {
  if (resource.resourceType === 'DocumentReference')
    return resource.content?.map((item) => item.attachment ?? {}) ?? [];
  if (resource.resourceType === 'DiagnosticReport') return resource.presentedForm ?? [];
  return resource.resourceType === 'Media' && resource.content ? [resource.content] : [];
}

const withoutData = (reference: DocumentReference): DocumentReference => ({
  ...reference,
  content: (reference.content ?? []).map(({ attachment, ...rest }) => {
    const { data: _data, ...kept } = attachment ?? {};
    return { ...rest, attachment: kept };
  }),
});

/** The DocumentReference with the one content that is meant, without its data. */
function describe(reference: DocumentReference, index: number): Metadata {
  const content = reference.content[index];
  if (content === undefined) return reference;
  const { data: _data, url: _url, ...attachment } = content.attachment;
  return { ...reference, content: [{ ...content, attachment }] };
}

/** Which Binary a DocumentReference is about, by relative, absolute and `urn:uuid:` addresses. */
function noteTargets(reference: DocumentReference, described: Map<string, Metadata>): void {
  for (const [index, { attachment }] of (reference.content ?? []).entries()) {
    const url = attachment?.url;
    if (url === undefined) continue;
    const relative = /(?:^|\/)(Binary\/[A-Za-z0-9.-]{1,64})(?:\/_history\/.*)?$/.exec(url)?.[1];
    for (const key of relative === undefined ? [url] : [url, relative])
      if (!described.has(key)) described.set(key, describe(reference, index));
  }
}
