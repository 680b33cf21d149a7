/** What a package says about a document, put into the DocumentReference made of the document. */
import type { DocumentReference, DocumentReferenceContent, DocumentReferenceContext, Identifier } from 'fhir/r4.js';
import type { Metadata } from './entry.js';

/**
 * Adds metadata to the DocumentReference of a document. Where FHIR has room for one value the document's own counts,
 * lists take both; status, title, hash and size are the package's to tell.
 */
export function addMetadata(made: DocumentReference, metadata: Metadata): DocumentReference {
  const { id: _id, meta: _meta, text: _text, resourceType: _type, content, context, ...stated } = metadata;
  const description = union([made.description ?? ''], [metadata.description ?? '']).filter((text) => text !== '');
  return withoutEmpty({
    ...stated,
    ...made,
    status: metadata.status ?? made.status,
    identifier: union(made.identifier, identifiersOf(made, metadata)),
    type: made.type && { ...made.type, coding: union(made.type.coding, metadata.type?.coding) },
    category: union(made.category, metadata.category),
    author: union(made.author, metadata.author),
    securityLabel: union(made.securityLabel, metadata.securityLabel),
    relatesTo: union(made.relatesTo, metadata.relatesTo),
    description: description.join('\n') || undefined,
    content: addContent(made.content, content?.[0]),
    context: addContext(made.context, context),
    ...(made.type === undefined && { type: metadata.type }),
  }) as DocumentReference;
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

/** Those of both, each once. */
function union<T>(one: readonly T[] | undefined, other: readonly T[] | undefined): T[] {
  const known = new Set<string>();
  return [...(one ?? []), ...(other ?? [])].filter((item) => {
    const key = JSON.stringify(item);
    return known.size < known.add(key).size;
  });
}

/** FHIR has no empty lists. */
const withoutEmpty = (object: object): object =>
  Object.fromEntries(
    Object.entries(object).filter(([, value]) => value !== undefined && !(Array.isArray(value) && value.length === 0)),
  );
