/** Hostile documents, made by code: what each is, and how its reading has to end. */
import type { DocumentSource } from '../../src/read/source.js';

/** Seven lines before the narrative, whose words stand alone on line 8. */
const HEAD = `<?xml version="1.0" encoding="UTF-8"?>
<ClinicalDocument xmlns="urn:hl7-org:v3">
<id root="2.16.840.1.113883.19.5.99" extension="hostile"/><code code="34133-9" codeSystem="2.16.840.1.113883.6.1"/>
<title>Hostile</title><effectiveTime value="20200203040506-0500"/>
<recordTarget><patientRole><id root="2.16.840.1.113883.19.6" extension="p-1"/></patientRole></recordTarget>
<component><structuredBody><component><section>
<code code="48765-2" codeSystem="2.16.840.1.113883.6.1"/><title>Allergies</title><text>
`;
const TAIL = `
</text></section></component></structuredBody></component>
</ClinicalDocument>
`;
/** Line on which what is put into the narrative begins. */
const LINE = 8;

/** A sound document with `words` in its narrative. */
export const withText = (words: string): string => HEAD + words + TAIL;
/** ... and with `elements` in its header. */
export const withHeader = (elements: string): string =>
  withText('x').replace('<title>Hostile', `${elements}<title>Hostile`);
/** ... and with `entry` in its section. */
export const withEntry = (entry: string): string => withText('x').replace('</text>', `</text>${entry}`);

const latin1 = (text: string): Uint8Array => Uint8Array.from(text, (character) => character.charCodeAt(0));
const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);
const utf16 = (text: string, mark = true): Uint8Array =>
  Uint8Array.from(Buffer.from(`${mark ? '\ufeff' : ''}${text}`, 'utf16le'));
const swapped = (bytes: Uint8Array): Uint8Array => Uint8Array.from(Buffer.from(bytes).swap16());
const declared = (encoding: string, words: string): string => withText(words).replace('UTF-8', encoding);

export interface Hostile {
  readonly source: DocumentSource;
  /** Code of the InputError. */
  readonly refused?: string;
  /** Where it is refused. */
  readonly at?: readonly [line: number, column?: number];
  /** Findings with the line each is first met on; default: none. */
  readonly findings?: readonly string[];
  /** Default: true. */
  readonly complete?: boolean;
  /** What a text.div has to say. */
  readonly says?: string;
}

const malformed = (says?: string, line = LINE): Omit<Hostile, 'source'> => ({
  findings: [`xml-malformed ${line}`],
  ...(says !== undefined && { says }),
});
const repeat = (text: string, length: number): string => text.repeat(Math.ceil(length / text.length));
const many = (count: number, make: (index: number) => string): string =>
  Array.from({ length: count }, (_, i) => make(i)).join('');

const BOMB = `<!DOCTYPE bomb [<!ENTITY a "ha">${many(9, (i) => `<!ENTITY ${'bcdefghij'[i]} "${`&${'abcdefghi'[i]};`.repeat(10)}">`)}]>`;

export const DOCUMENTS: Readonly<Record<string, Hostile>> = {
  // Declarations and entities
  'a DOCTYPE': { source: HEAD.replace('?>', '?>\n<!DOCTYPE html>') + TAIL, refused: 'doctype-refused', at: [2, 1] },
  'an external entity': {
    source: withText('&x;').replace('?>', '?><!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]>'),
    refused: 'doctype-refused',
    at: [1, 39],
  },
  'an external DTD': {
    source: withText('x').replace('?>', '?><!DOCTYPE a SYSTEM "http://evil.example/a.dtd">'),
    refused: 'doctype-refused',
    at: [1],
  },
  'a parameter entity': {
    source: withText('x').replace('?>', '?><!DOCTYPE a [<!ENTITY % p SYSTEM "http://evil.example/p"> %p;]>'),
    refused: 'doctype-refused',
    at: [1],
  },
  'billion laughs': { source: withText('&j;').replace('?>', `?>${BOMB}`), refused: 'doctype-refused', at: [1] },
  'quadratic blowup': {
    source: withText('&a;'.repeat(50_000)).replace('?>', `?><!DOCTYPE a [<!ENTITY a "${'x'.repeat(50_000)}">]>`),
    refused: 'doctype-refused',
    at: [1],
  },
  'a DOCTYPE within the document': { source: withText('  <!DOCTYPE a>'), refused: 'doctype-refused', at: [LINE, 3] },
  'a DOCTYPE in lower case': { source: withText('<!doctype a>'), refused: 'doctype-refused', at: [LINE, 1] },
  'entities nobody defined': { source: withText('&xxe; &j;'), ...malformed('&amp;xxe; &amp;j;') },
  XInclude: {
    source: withText(
      '<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="file:///etc/passwd" parse="text"/>kept',
    ),
    says: 'kept',
  },
  'a style sheet': {
    source: `<?xml-stylesheet type="text/xsl" href="http://evil.example/a.xsl"?>${withText('kept')}`,
    says: 'kept',
  },

  // Size
  'nesting too deep': { source: withText('<a>'.repeat(5000)), refused: 'limit-depth', at: [LINE, 583] },
  'nesting too deep, closed again': {
    source: withText('<a>'.repeat(5000) + '</a>'.repeat(5000)),
    refused: 'limit-depth',
  },
  'deep nesting of list in list': {
    source: withText(`${'<list><item>'.repeat(90)}kept${'</item></list>'.repeat(90)}`),
    says: 'kept',
  },
  'deep nesting of statements': {
    source: withEntry(`<entry>${'<act classCode="ACT" moodCode="EVN"><entryRelationship typeCode="COMP">'.repeat(90)}`),
    findings: ['xml-malformed 9'],
  },
  'a million attributes': {
    source: withText(`<a ${many(1_000_000, (i) => `a${i}="x" `)}/>`),
    refused: 'limit-attributes',
    at: [LINE],
  },
  'a million declared namespaces': {
    source: withText(`<a ${many(100_000, (i) => `xmlns:a${i}="urn:x" `)}/>`),
    refused: 'limit-attributes',
    at: [LINE],
  },
  'namespaces declared at each level': {
    source: withText(
      many(150, (i) => `<a ${many(100, (j) => `xmlns:n${i}-${j}="urn:${i}:${j}" `)}>`) + '</a>'.repeat(150),
    ),
  },
  'namespaces declared anew by each element': {
    source: withText(many(20_000, (i) => `<n${i % 7}:a xmlns:n${i % 7}="urn:${i}" n${i % 7}:b="c">x</n${i % 7}:a>`)),
  },
  'an endless name': { source: withText(`<${'a'.repeat(2000)}/>`), refused: 'limit-name', at: [LINE, 1] },
  'an endless attribute name': { source: withText(`<a ${'b'.repeat(2000)}="c"/>`), refused: 'limit-name', at: [LINE] },
  'names without end': { source: withText(many(20_000, (i) => `<n${i}/>`)), refused: 'limit-names', at: [LINE] },
  'sections without end': {
    source: withText('x').replace(
      '</section>',
      `${'</section></component><component><section>'.repeat(11_000)}</section>`,
    ),
    refused: 'limit-sections',
    at: [9],
  },

  // Bytes and characters
  'bytes that are no UTF-8': {
    source: Buffer.concat([utf8(`${HEAD}one\n`), Uint8Array.of(0xc3, 0x28, 0xff, 0xfe), utf8(`two${TAIL}`)]),
    findings: ['encoding-differs 9'],
    says: 'two',
  },
  'an overlong NUL and surrogates in UTF-8': {
    source: Buffer.concat([utf8(HEAD), Uint8Array.of(0xc0, 0x80, 0xed, 0xa0, 0x80), utf8(`two${TAIL}`)]),
    findings: ['encoding-differs 8'],
    says: 'two',
  },
  'bytes that are no UTF-8 where others are': {
    source: Buffer.concat([utf8(`${HEAD}caf\u00e9\n`), Uint8Array.of(0xe9, 0xff), utf8(`two${TAIL}`)]),
    findings: ['encoding-invalid 9'],
    says: '\ufffd\ufffdtwo',
  },
  'a character cut off at the end': {
    source: Buffer.concat([utf8(withText('x')), Uint8Array.of(0xe2, 0x82)]),
    findings: ['encoding-invalid 11', 'xml-trailing 11'],
  },
  'another encoding than declared': {
    source: latin1(withText('caf\u00e9 \u0093quoted\u0094')),
    findings: ['encoding-differs 8'],
    says: 'caf\u00e9 \u201cquoted\u201d',
  },
  'ISO-8859-1 declared, UTF-8 written': {
    source: utf8(declared('ISO-8859-1', 'caf\u00e9 \u20ac')),
    findings: ['encoding-differs 8'],
    says: 'caf\u00e9 \u20ac',
  },
  'ISO-8859-1 declared and written': { source: latin1(declared('ISO-8859-1', 'caf\u00e9')), says: 'caf\u00e9' },
  'US-ASCII declared, windows-1252 written': {
    source: latin1(declared('us-ascii', 'caf\u00e9 \u0080')),
    says: 'caf\u00e9 \u20ac',
  },
  'no encoding declared, windows-1252 written': {
    source: latin1(withText('caf\u00e9').replace(' encoding="UTF-8"', '')),
    findings: ['encoding-differs 8'],
    says: 'caf\u00e9',
  },
  'an encoding nobody knows': {
    source: utf8(declared('x-klingon', 'caf\u00e9')),
    findings: ['encoding-invalid 1'],
    says: 'caf\u00e9',
  },
  'UTF-16 declared, UTF-8 written': {
    source: utf8(declared('UTF-16', 'caf\u00e9')),
    findings: ['encoding-differs 1'],
    says: 'caf\u00e9',
  },
  'UTF-16 declared and written': { source: utf16(declared('UTF-16', 'caf\u00e9')), says: 'caf\u00e9' },
  'UTF-8 declared, UTF-16 written': {
    source: utf16(withText('caf\u00e9')),
    findings: ['encoding-differs 1'],
    says: 'caf\u00e9',
  },
  'UTF-16 without a mark': { source: utf16(declared('UTF-16', 'caf\u00e9'), false), says: 'caf\u00e9' },
  'UTF-8 declared, UTF-16 without a mark': {
    source: utf16(withText('caf\u00e9'), false),
    findings: ['encoding-differs 1'],
    says: 'caf\u00e9',
  },
  'UTF-16 the other way round': { source: swapped(utf16(declared('UTF-16BE', 'caf\u00e9'))), says: 'caf\u00e9' },
  'UTF-16 with half a character at its end': {
    source: Buffer.concat([utf16(withText('x')), Uint8Array.of(0x20)]),
    findings: ['encoding-differs 1', 'encoding-invalid 11', 'xml-trailing 11'],
  },
  'UTF-16 cut in the middle of a character': {
    source: utf16(withText('x')).subarray(0, 1001),
    findings: ['encoding-differs 1', 'xml-truncated 7', 'encoding-invalid 7'],
    complete: false,
  },
  'a mark of UTF-8 before UTF-16': {
    source: Buffer.concat([Uint8Array.of(0xef, 0xbb, 0xbf), utf16(withText('x'), false)]),
    refused: 'not-xml',
  },
  'a mark of UTF-16 before UTF-8': {
    source: Buffer.concat([Uint8Array.of(0xff, 0xfe), utf8(withText('x'))]),
    refused: 'not-xml',
  },
  'two marks': { source: `\ufeff\ufeff${withText('kept')}`, findings: ['xml-malformed 1'], says: 'kept' },
  'half a character of two': { source: withText('a\ud83db'), ...malformed() },
  'half a character as a reference': { source: withText('a&#xD800;b&#56320;c'), ...malformed() },
  'references to no character': { source: withText('a&#0;b&#x110000;c&#xFFFFFFFF;d&#99999999;'), ...malformed() },
  'NUL bytes': { source: withText('a\0b'), ...malformed() },
  'NUL bytes in a tag': { source: withText('<paragraph\0 a="b">kept</paragraph>'), ...malformed('kept') },
  'control characters': { source: withText('a\u0001\u0008\u000b\u001f\ufffe\uffffb'), ...malformed() },
  'nothing but NUL bytes': { source: new Uint8Array(100_000), refused: 'not-xml' },

  // Markup
  'two roots': { source: withText('x') + withText('y').replace('?xml', '?pi'), findings: ['xml-trailing 12'] },
  'trailing garbage': { source: `${withText('x')}\n\n  garbage <a>`, findings: ['xml-trailing 13'] },
  'a page before the document': { source: `<html/>${withText('x')}`, refused: 'not-a-clinical-document', at: [1] },
  'words before the document': {
    source: `HTTP/1.1 200 OK\n\n${withText('kept').slice(39)}`,
    findings: ['xml-malformed 1'],
    says: 'kept',
  },
  'a bare &': { source: withText('\n A & B &'), findings: ['xml-malformed 9'], says: 'A &amp; B &amp;' },
  'a raw <': { source: withText('1 < 2 <3 <'), ...malformed('1 &lt; 2 &lt;3 &lt;') },
  'a raw < in an attribute': { source: withText('<content styleCode="<Bold">kept</content>'), ...malformed('kept') },
  'attributes without quotes': { source: withText('<paragraph ID=a>kept</paragraph>'), ...malformed('<p id="a">kept') },
  'attributes without value': { source: withText('<paragraph ID>kept</paragraph>'), ...malformed('kept') },
  'an attribute twice': {
    source: withText('<paragraph ID="a" ID="b">kept</paragraph>'),
    ...malformed('<p id="a">kept'),
  },
  'an attribute that never ends': { source: withText('<paragraph ID="a>kept</paragraph>'), ...malformed('kept') },
  'comments with --': { source: withText('<!-- a -- b --- c -->kept<!---->'), says: 'kept' },
  'a comment never closed': { source: withText('<!-- '), complete: false, findings: ['xml-truncated 11'] },
  'CDATA never closed': {
    source: withText('<![CDATA[ kept'),
    complete: false,
    findings: ['xml-truncated 11'],
    says: 'kept',
  },
  'CDATA outside the document': { source: `<![CDATA[ ${withText('x')} ]]>`, refused: 'not-xml' },
  'an instruction of great length': { source: withText(`<?pi ${'x'.repeat(5_000_000)}?>kept`), says: 'kept' },
  'an instruction never closed': { source: withText('<?pi '), complete: false, findings: ['xml-truncated 11'] },
  'end tags of nothing': { source: withText(`${'</b>'.repeat(1000)}kept`), ...malformed('kept') },
  'end tags of the wrong order': {
    source: withText('<content><paragraph>kept</content></paragraph>'),
    ...malformed('kept'),
  },
  'an end of the document in its middle': {
    source: withText('kept</ClinicalDocument>more'),
    findings: ['xml-malformed 8', 'xml-trailing 8'],
    says: 'kept',
  },
};

/** Text that makes a careless reader look at the same characters again and again. */
export const SLOW: readonly string[] = [
  ...[
    '<',
    '< ',
    '<a ',
    '<a b=',
    '<a b="',
    '<a b=\'x" ',
    '</',
    '</a ',
    '</text ',
    '&',
    '&a',
    '&#',
    '&amp',
    '<!',
    '<![',
    '<!-',
    '<!---->',
  ],
  ...[
    '<?a?>',
    ']]>',
    ']',
    '\ud800',
    '\0',
    '\r',
    '"',
    "'",
    '=',
    ' ',
    '\n',
    '<b>',
    '<b c="',
    '<a><b><c></a>',
    '<a b=c d=e',
    '<b/></b>',
  ],
];

/** @param head what the endless part stands in; it repeats 64 KiB of `text` until `bytes` were made */
export async function* endless(head: string, text: string, bytes: number, tail = ''): AsyncGenerator<Uint8Array> {
  yield utf8(head);
  const piece = utf8(repeat(text, 65_536));
  for (let made = 0; made < bytes; made += piece.length) yield piece;
  yield utf8(tail);
}

export { HEAD, TAIL };
