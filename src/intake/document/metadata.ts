/** What a package says about a document, put into the DocumentReference made of the document. */
import type {
  CodeableConcept,
  DocumentReference,
  DocumentReferenceContent,
  DocumentReferenceContext,
  Identifier,
} from 'fhir/r4.js';
import type { Metadata } from '../entry.js';

/**
 * Adds metadata to the DocumentReference of a document. Where FHIR has room for one value the document's own counts,
 * lists take both; status, title, hash and size are the package's to tell.
 */
export function addMetadata(made: DocumentReference, metadata: Metadata): DocumentReference {
  const { id: _id, meta: _meta, text: _text, resourceType: _type, content, context, ...stated } = metadata;
  const description = union([made.description ?? ''], [metadata.description ?? '']).filter((text) => text !== '');
  const identifier = metadata.subject?.identifier;
  const absent = Object.entries(stated).filter(([name]) => !(name in made));
  return withoutEmpty({
    ...made,
    ...Object.fromEntries(absent),
    status: metadata.status ?? made.status,
    identifier: union(made.identifier, identifiersOf(made, metadata)),
    type: made.type ?? metadata.type,
    subject: made.subject && identifier ? { identifier, ...made.subject } : (made.subject ?? metadata.subject),
    category: union(made.category, [...(metadata.category ?? []), ...otherType(made, metadata)]),
    author: union(made.author, metadata.author),
    securityLabel: union(made.securityLabel, metadata.securityLabel),
    relatesTo: union(made.relatesTo, metadata.relatesTo),
    description: description.join('\n') || undefined,
    content: addContent(made.content, content?.[0]),
    context: addContext(made.context, context),
  }) as DocumentReference;
}

/** A type the document does not call itself by is one more category: two codes of one concept must mean the same. */
function otherType(made: DocumentReference, { type }: Metadata): CodeableConcept[] {
  const known = (made.type?.coding ?? []).map(({ code }) => code);
  return made.type && type && !type.coding?.some(({ code }) => known.includes(code)) ? [type] : [];
}

/** Another identifier of the version is one more identifier of the document. */
const identifiersOf = ({ masterIdentifier }: DocumentReference, metadata: Metadata): Identifier[] =>
  [metadata.masterIdentifier, ...(metadata.identifier ?? [])].filter(
    (one) => one !== undefined && !isSame(one, masterIdentifier),
  ) as Identifier[];

const isSame = (one: Identifier, other: Identifier | undefined): boolean =>
  one.value === other?.value && (one.system ?? '') === (other?.system ?? '');

/** The package's words go to the content that stands for the file, as `keep-source` has it. */
function addContent(
  contents: readonly DocumentReferenceContent[],
  stated: DocumentReferenceContent | undefined,
): DocumentReferenceContent[] {
  if (!stated) return [...contents];
  const at = contents.findIndex(({ attachment }) => attachment.contentType === 'text/xml');
  const file = contents[at] ?? { attachment: { contentType: 'text/xml' } };
  const { contentType: _contentType, data: _data, url: _url, ...words } = stated.attachment;
  const format = file.format ?? stated.format;
  const both = { ...file, attachment: { ...file.attachment, ...words }, ...(format && { format }) };
  return at < 0 ? [...contents, both] : contents.map((content, index) => (index === at ? both : content));
}

const addContext = (
  made: DocumentReferenceContext | undefined,
  stated: DocumentReferenceContext | undefined,
): object | undefined =>
  made || stated
    ? withoutEmpty({
        ...stated,
        ...made,
        event: union(made?.event, stated?.event),
        related: union(made?.related, stated?.related),
      })
    : undefined;

/** Those of both, each once: a code is the same code under another display. */
function union<T>(one: readonly T[] | undefined, other: readonly T[] | undefined): T[] {
  const known = new Set<string>();
  return [...(one ?? []), ...(other ?? [])].filter((item) => {
    const key = JSON.stringify(item, (name, value) => (name === 'display' || name === 'text' ? undefined : value));
    return known.size < known.add(key === '{}' ? JSON.stringify(item) : key).size;
  });
}

/** FHIR has no empty lists. */
const withoutEmpty = (object: object): object =>
  Object.fromEntries(
    Object.entries(object).filter(([, value]) => value !== undefined && !(Array.isArray(value) && value.length === 0)),
  );
