/** A record that is no CDA and no FHIR (PDF, picture, Blue Button text ...): kept whole, as DocumentReference and Binary. */
import type { Binary, DocumentReference } from 'fhir/r4.js';
import type { ConvertOptions } from '../../convert.js';
import type { Event } from '../../event.js';
import { nameId } from '../../fhir/ids.js';
import { readWhole } from '../archive/guard.js';
import type { Document, Metadata } from '../entry.js';
import { INTAKE_LIMITS } from '../limits.js';
import { reportFor } from '../output/report.js';
import { kindData } from '../sniff.js';
import { compare, verified } from './convert.js';
import { createWitness, type Witness } from './witness.js';

/**
 * The two resources and an account. Their ids follow from the content and the identifier the package gives it, so the
 * same file gives the same resources. The type is that of the content, whatever the package calls it.
 * @throws InputError `limit-size` if it is larger than `INTAKE_LIMITS.kept`, or if its archive is damaged
 */
export async function* keepDocument(document: Document, options: ConvertOptions): AsyncGenerator<Event, void> {
  const witness = createWitness(document.open());
  const bytes = await readWhole(witness.bytes, INTAKE_LIMITS.kept);
  const metadata = document.metadata ?? {};
  const contentType = kindData(document.kind).type;
  const id = nameId(`Binary\n${contentType}\n${witness.sha256}`);
  const binary: Binary = { resourceType: 'Binary', id, contentType, data: Buffer.from(bytes).toString('base64') };
  yield { kind: 'resource', resource: refer(document, verified(metadata, witness), binary, witness) };
  yield { kind: 'resource', resource: binary };
  const findings = [...(document.findings ?? []), ...compare(document.kind, metadata, witness)];
  for (const finding of findings) yield { kind: 'finding', finding };
  const source = { name: document.name, sha256: witness.sha256, bytes: witness.size };
  yield { kind: 'end', loss: reportFor(source, { DocumentReference: 1, Binary: 1 }, findings, options) };
}

function refer(document: Document, metadata: Metadata, binary: Binary, witness: Witness): DocumentReference {
  const [stated] = metadata.content ?? [];
  const { title } = kindData(document.kind);
  const { url: _url, data: _data, ...words } = stated?.attachment ?? {};
  return {
    resourceType: 'DocumentReference',
    ...metadata,
    id: nameId(`DocumentReference\n${witness.sha256}\n${identityOf(metadata)}`),
    status: metadata.status ?? 'current',
    ...(metadata.type === undefined && title !== undefined && { type: { text: title } }),
    content: [
      {
        ...stated,
        attachment: {
          title: document.name.replace(/^.*\//, ''),
          ...words,
          contentType: binary.contentType,
          url: `Binary/${binary.id}`,
          size: witness.size,
          hash: witness.hash,
        },
      },
    ],
  };
}

/** One leaflet given to two patients is two documents. */
const identityOf = ({ masterIdentifier, subject }: Metadata): string =>
  [masterIdentifier?.system, masterIdentifier?.value, subject?.identifier?.system, subject?.identifier?.value].join(
    '\n',
  );
