/** Sample archives of every kind a person may hold: synthetic, small, the same bytes on every run. */
import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { pack } from 'tar-stream';
import { appleZip } from './apple-archive.js';
import { writeZip, type ZipMember } from './zip-writer.js';

/** A small CDA document. */
export const cda = (extension: string, title = 'Summary of care'): string => `<?xml version="1.0" encoding="UTF-8"?>
<ClinicalDocument xmlns="urn:hl7-org:v3">
  <realmCode code="US"/><typeId root="2.16.840.1.113883.1.3" extension="POCD_HD000040"/>
  <templateId root="2.16.840.1.113883.10.20.22.1.1" extension="2015-08-01"/>
  <templateId root="2.16.840.1.113883.10.20.22.1.2" extension="2015-08-01"/>
  <id root="2.16.840.1.113883.19.5.99" extension="${extension}"/>
  <code code="34133-9" codeSystem="2.16.840.1.113883.6.1" displayName="Summarization of Episode Note"/>
  <title>${title}</title>
  <effectiveTime value="20200203040506-0500"/>
  <confidentialityCode code="N" codeSystem="2.16.840.1.113883.5.25"/>
  <languageCode code="en-US"/>
  <recordTarget><patientRole><id root="2.16.840.1.113883.19.6" extension="p-1"/>
    <patient><name><given>Ada</given><family>Sample</family></name>
    <administrativeGenderCode code="F" codeSystem="2.16.840.1.113883.5.1"/><birthTime value="19700101"/></patient>
  </patientRole></recordTarget>
  <component><structuredBody><component><section>
    <templateId root="2.16.840.1.113883.10.20.22.2.6.1"/>
    <code code="48765-2" codeSystem="2.16.840.1.113883.6.1"/><title>Allergies</title><text>None known.</text>
  </section></component></structuredBody></component>
</ClinicalDocument>
`;

export const PDF = '%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n';
const STYLE = '<xsl:stylesheet xmlns:xsl="http://www.w3.org/1999/XSL/Transform" version="1.0"/>';
const PNG = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);

/** One document of an XDM package, as its metadata describes it. */
export interface XdmDocument {
  readonly id: string;
  readonly uri: string;
  readonly content: string | Uint8Array;
  readonly mimeType?: string;
  readonly status?: string;
  readonly uniqueId?: string;
  readonly title?: string;
  /** To state something else than is so. */
  readonly hash?: string;
  readonly size?: string;
  readonly sourcePatientId?: string;
}

const CODE = (scheme: string, id: string, code: string, name: string, system: string): string =>
  `<rim:Classification classificationScheme="urn:uuid:${scheme}" classifiedObject="${id}" nodeRepresentation="${code}" id="c-${id}-${code}"><rim:Slot name="codingScheme"><rim:ValueList><rim:Value>${system}</rim:Value></rim:ValueList></rim:Slot><rim:Name><rim:LocalizedString value="${name}"/></rim:Name></rim:Classification>`;
const SLOT = (name: string, ...values: string[]): string =>
  `<rim:Slot name="${name}"><rim:ValueList>${values.map((value) => `<rim:Value>${value}</rim:Value>`).join('')}</rim:ValueList></rim:Slot>`;

function extrinsicObject(document: XdmDocument): string {
  const { id, uri, content, mimeType = 'text/xml', status = 'Approved', title = 'Visit summary' } = document;
  const bytes = Buffer.from(content);
  const hash = document.hash ?? createHash('sha1').update(bytes).digest('hex');
  const patient = document.sourcePatientId ?? 'p-1^^^&amp;2.16.840.1.113883.19.6&amp;ISO';
  return `<rim:ExtrinsicObject id="${id}" mimeType="${mimeType}" objectType="urn:uuid:7edca82f-054d-47f2-a032-9b2a5b5186c1" status="urn:oasis:names:tc:ebxml-regrep:StatusType:${status}">
${SLOT('creationTime', '20200203090506')}${SLOT('hash', hash)}${SLOT('size', document.size ?? String(bytes.length))}${SLOT('URI', uri)}
${SLOT('languageCode', 'en-US')}${SLOT('serviceStartTime', '20200203')}${SLOT('serviceStopTime', '202002031030')}
${SLOT('legalAuthenticator', '77^Stone^Mia^^^Dr.^^^&amp;2.16.840.1.113883.19.7&amp;ISO')}
${SLOT('sourcePatientId', patient)}
${SLOT('sourcePatientInfo', `PID-3|${patient}`, 'PID-5|Sample^Ada^^^', 'PID-7|19700101', 'PID-8|F', 'PID-11|1 Elm St^^Springfield^MA^01101^US')}
${SLOT('referenceIdList', 'A-1^^^&amp;2.16.840.1.113883.19.8&amp;ISO^urn:ihe:iti:xds:2013:accession')}
${SLOT('repositoryUniqueId', '2.16.840.1.113883.19.9')}
<rim:Name><rim:LocalizedString value="${title}"/></rim:Name><rim:Description><rim:LocalizedString value="After the visit"/></rim:Description>
<rim:Classification classificationScheme="urn:uuid:93606bcf-9494-43ec-9b4e-a7748d1a838d" classifiedObject="${id}" nodeRepresentation="" id="a-${id}">${SLOT('authorPerson', '1234567893^Reed^Tom^^^^MD^^&amp;2.16.840.1.113883.4.6&amp;ISO')}${SLOT('authorInstitution', 'General Hospital^^^^^^^^^2.16.840.1.113883.19.10')}${SLOT('authorRole', 'Attending')}${SLOT('authorSpecialty', 'Cardiology')}</rim:Classification>
${CODE('41a5887f-8865-4c09-adf7-e362475b143a', id, '34133-9', 'Summary of episode note', '2.16.840.1.113883.6.1')}
${CODE('f0306f51-975f-434e-a61c-c59651d33983', id, '34133-9', 'Summary of episode note', 'LOINC')}
${CODE('f4f85eac-e6cb-4883-b524-f2705394840f', id, 'N', 'Normal', '2.16.840.1.113883.5.25')}
${CODE('a09d5840-386c-46f2-b5ad-9c3699a4309d', id, 'urn:hl7-org:sdwg:ccda-structuredBody:2.1', 'C-CDA R2.1', '1.3.6.1.4.1.19376.1.2.3')}
${CODE('f33fb8ac-18af-42cc-ae0e-ed0b0bdb91e1', id, '22232009', 'Hospital', '2.16.840.1.113883.6.96')}
${CODE('cccf5598-8b07-4b77-a05e-ae952c785ead', id, '394579002', 'Cardiology', '2.16.840.1.113883.6.96')}
<rim:ExternalIdentifier identificationScheme="urn:uuid:58a6f841-87b3-4a3e-92fd-a8ffeff98427" value="X1^^^&amp;2.16.840.1.113883.19.11&amp;ISO" id="e1-${id}" registryObject="${id}"><rim:Name><rim:LocalizedString value="XDSDocumentEntry.patientId"/></rim:Name></rim:ExternalIdentifier>
<rim:ExternalIdentifier identificationScheme="urn:uuid:2e82c1f6-a085-4c72-9da3-8640a32e42ab" value="${document.uniqueId ?? `2.16.840.1.113883.19.12.${Number(id.slice(-2))}`}" id="e2-${id}" registryObject="${id}"/>
</rim:ExtrinsicObject>`;
}

/** @param replaced pairs of ids: the first document replaces the second */
export const xdmMetadata = (documents: readonly XdmDocument[], replaced: readonly [string, string][] = []): string =>
  `<?xml version="1.0" encoding="UTF-8"?>
<lcm:SubmitObjectsRequest xmlns:lcm="urn:oasis:names:tc:ebxml-regrep:xsd:lcm:3.0" xmlns:rim="urn:oasis:names:tc:ebxml-regrep:xsd:rim:3.0"><rim:RegistryObjectList>
${documents.map(extrinsicObject).join('\n')}
<rim:RegistryPackage id="SubmissionSet01"/>
${replaced.map(([one, other], index) => `<rim:Association id="as${index}" associationType="urn:ihe:iti:2007:AssociationType:RPLC" sourceObject="${one}" targetObject="${other}"/>`).join('')}
</rim:RegistryObjectList></lcm:SubmitObjectsRequest>
`;

/** An XDM package of one subset. */
export function xdmMembers(documents: readonly XdmDocument[], replaced: readonly [string, string][] = []): ZipMember[] {
  const folder = 'IHE_XDM/SUBSET01/';
  return [
    { name: 'INDEX.HTM', content: '<!DOCTYPE html><html><body>Index</body></html>' },
    { name: 'README.TXT', content: 'Open INDEX.HTM.' },
    { name: `${folder}METADATA.XML`, content: xdmMetadata(documents, replaced), deflate: true },
    ...documents.map(({ uri, content }) => ({ name: `${folder}${uri}`, content, deflate: true })),
    { name: `${folder}STYLE.XSL`, content: STYLE },
  ];
}

const XDM_DOCUMENTS: readonly XdmDocument[] = [
  { id: 'urn:uuid:00000000-0000-4000-8000-000000000001', uri: 'DOC0001.XML', content: cda('d1') },
  {
    id: 'urn:uuid:00000000-0000-4000-8000-000000000002',
    uri: 'DOC0002.PDF',
    content: PDF,
    mimeType: 'application/pdf',
    title: 'Letter',
  },
  { id: 'urn:uuid:00000000-0000-4000-8000-000000000003', uri: 'DOC0003.XML', content: cda('d0', 'First version') },
  { id: 'Document04', uri: 'DOC0004.XML', content: cda('d4', 'Withdrawn'), status: 'Deprecated' },
];
const REPLACED: readonly [string, string][] = [[XDM_DOCUMENTS[0]?.id ?? '', XDM_DOCUMENTS[2]?.id ?? '']];

const base64 = (content: string | Uint8Array): string => Buffer.from(content).toString('base64');

/** A mail message with attachments. */
export const mail = (attachments: readonly { name: string; type: string; content: string | Uint8Array }[]): string =>
  [
    'From: clinic@direct.example.org',
    'To: patient@direct.example.org',
    'Subject: Your records',
    'Date: Mon, 3 Feb 2020 10:00:00 -0500',
    'MIME-Version: 1.0',
    'Content-Type: multipart/mixed; boundary="b1"',
    '',
    '--b1',
    'Content-Type: text/plain',
    '',
    'Please find your records attached.',
    ...attachments.flatMap(({ name, type, content }) => [
      '--b1',
      `Content-Type: ${type}; name="${name}"`,
      `Content-Disposition: attachment; filename="${name}"`,
      'Content-Transfer-Encoding: base64',
      '',
      ...(base64(content).match(/.{1,76}/g) ?? []),
    ]),
    '--b1--',
    '',
  ].join('\r\n');

/** What a record locator answers: the document in a Binary, described by a DocumentReference, and other resources. */
export const fhirBundle = (): object => ({
  resourceType: 'Bundle',
  type: 'collection',
  entry: [
    {
      fullUrl: 'https://example.org/fhir/Patient/p1',
      resource: { resourceType: 'Patient', id: 'p1', name: [{ family: 'Sample' }] },
    },
    {
      fullUrl: 'urn:uuid:11111111-1111-4111-8111-111111111111',
      resource: {
        resourceType: 'DocumentReference',
        id: 'dr1',
        masterIdentifier: { system: 'urn:ietf:rfc:3986', value: 'urn:oid:2.16.840.1.113883.19.77' },
        status: 'current',
        docStatus: 'final',
        type: { coding: [{ system: 'http://loinc.org', code: '18842-5', display: 'Discharge summary' }] },
        category: [{ coding: [{ system: 'http://loinc.org', code: '18842-5' }] }],
        subject: { reference: 'Patient/p1' },
        date: '2020-02-04T08:00:00Z',
        author: [{ reference: 'Organization/o1' }],
        description: 'Sent by the exchange',
        content: [
          {
            attachment: { contentType: 'application/xml', url: 'Binary/b1', title: 'From the exchange' },
            format: {
              system: 'http://ihe.net/fhir/ihe.formatcode.fhir/CodeSystem/formatcode',
              code: 'urn:hl7-org:sdwg:ccda-structuredBody:2.1',
            },
          },
        ],
      },
    },
    {
      fullUrl: 'urn:uuid:22222222-2222-4222-8222-222222222222',
      resource: { resourceType: 'Binary', id: 'b1', contentType: 'application/xml', data: base64(cda('in-binary')) },
    },
    {
      fullUrl: 'urn:uuid:33333333-3333-4333-8333-333333333333',
      resource: { resourceType: 'Organization', id: 'o1', name: 'Exchange' },
    },
    {
      fullUrl: 'urn:uuid:44444444-4444-4444-8444-444444444444',
      resource: {
        resourceType: 'Observation',
        status: 'final',
        code: { text: 'Weight' },
        subject: { reference: 'https://example.org/fhir/Patient/p1' },
        performer: [{ reference: 'urn:uuid:33333333-3333-4333-8333-333333333333' }],
        valueQuantity: { value: 'DECIMAL', unit: 'kg' },
      },
    },
  ],
});

/** JSON of the bundle with a decimal that a number would not keep. */
export const fhirBundleText = (): string => JSON.stringify(fhirBundle()).replace('"DECIMAL"', '70.50');

export async function writeTar(
  members: readonly { name: string; content?: string | Uint8Array; type?: 'symlink' | 'file'; linkname?: string }[],
): Promise<Buffer> {
  const archive = pack();
  for (const { name, content = '', type = 'file', linkname } of members)
    archive.entry({ name, type, mtime: new Date(0), ...(linkname && { linkname }) }, Buffer.from(content));
  archive.finalize();
  const parts: Buffer[] = [];
  for await (const part of archive) parts.push(Buffer.from(part as Uint8Array));
  return Buffer.concat(parts);
}

export const BLUE_BUTTON = `MY HEALTHEVET PERSONAL INFORMATION REPORT
**************CONFIDENTIAL**************
Produced by the VA Blue Button (v12.10)
Name: Sample, Ada
`;
export const CMS_BLUE_BUTTON = `--------------------------------
Demographic
--------------------------------
Source: MyMedicare.gov

Name: ADA SAMPLE
`;

const PORTAL: readonly ZipMember[] = [
  { name: 'My Record/', content: '' },
  { name: 'My Record/summary.xml', content: cda('portal'), deflate: true },
  { name: 'My Record/letter.dat', content: PDF },
  { name: 'My Record/page.html', content: '<html><body>Visit</body></html>' },
  { name: 'My Record/scan.png', content: PNG },
  { name: 'My Record/css/logo.png', content: PNG },
  { name: 'My Record/CDA.xsl', content: STYLE },
  { name: 'My Record/index.html', content: '<html><body>Viewer</body></html>' },
  { name: 'My Record/blue.txt', content: BLUE_BUTTON },
  { name: 'My Record/cms.txt', content: CMS_BLUE_BUTTON },
  { name: 'My Record/notes.bin', content: Buffer.from([1, 2, 3, 4]) },
  { name: '__MACOSX/._summary.xml', content: Buffer.from([0, 5, 22, 7]) },
];

/** Every sample, by file name. */
export async function makeArchives(): Promise<Map<string, Buffer>> {
  const xdm = writeZip(xdmMembers(XDM_DOCUMENTS, REPLACED));
  const tar = await writeTar([
    { name: './a.xml', content: cda('tar') },
    { name: './sub/scan.pdf', content: PDF },
  ]);
  const nested = writeZip([
    { name: 'inner/xdm.zip', content: xdm, deflate: true },
    { name: 'inner/a.xml.gz', content: gzipSync(cda('gz')) },
  ]);
  return new Map([
    ['xdm.zip', xdm],
    ['portal.zip', writeZip(PORTAL)],
    ['nested.zip', nested],
    ['records.tar', tar],
    ['records.tar.gz', gzipSync(tar)],
    ['document.xml.gz', gzipSync(cda('gz'))],
    ['document.b64', Buffer.from(base64(cda('b64')).replace(/(.{76})/g, '$1\r\n'))],
    [
      'direct.eml',
      Buffer.from(
        mail([
          { name: 'xdm.zip', type: 'application/zip', content: xdm },
          { name: 'summary.xml', type: 'text/xml', content: cda('mailed') },
          { name: 'smime.p7m', type: 'application/pkcs7-mime', content: 'sealed' },
        ]),
      ),
    ],
    ['bundle.json', Buffer.from(fhirBundleText())],
    ['blue-button.txt', Buffer.from(BLUE_BUTTON)],
    ['apple-health.zip', appleZip()],
  ]);
}
