import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { body, codes, document, section, trace } from './trace.js';

const RICH = `\ufeff<?xml version="1.0" encoding="UTF-8"?>\r\n<?xml-stylesheet href="a"?>\r\n<!-- c -- \r\n -->${body(
  section(
    '<title>A &amp; B</title>\r\n<text><p ID="a">é😀\r<br/> <b>x</b>\n</p></text><entry><organizer>' +
      '<component><observation><effectiveTime value="1"/></observation></component>'.repeat(3) +
      '<component><observation classCode=\'O\'><effectiveTime value=\'2\'/><value xsi:type="PQ" value="1 > 0"/></observation></component>' +
      '</organizer></entry>\n<!-- between --><entry><act>t<![CDATA[ <x>&]]]]>u<!-- -->v</act></entry>',
  ) + section(`${section('<code code="1"/>')}<entry/>`),
)}\n`;

/** Pieces that break documents. */
const PIECE = fc.constantFrom(
  ...['<a>', '</a>', '<b x="1"', '/>', '>', '<', '&', '&amp;', '&nbsp;', ';', '"', "'", '=', ' ', '\n', '\r', '\r\n'],
  ...[
    'x',
    '5',
    'é',
    '😀',
    '\ufeff',
    '\u0000',
    '<!--',
    '-->',
    '--',
    '<![CDATA[',
    ']]>',
    ']',
    '<?p',
    '?>',
    '<!',
    '</',
    '<c d=e>',
  ],
  ...['</ClinicalDocument>', '<component>', '</component>', '<section>', '</section>', '<entry>', '</entry>', '<text>'],
  ...[
    '<organizer>',
    '</organizer>',
    '<structuredBody>',
    '<effectiveTime value="1"/>',
    '<q:a xmlns:q="u" q:b="1">',
    '</q:a>',
  ],
);
const BROKEN = fc.array(PIECE, { maxLength: 40 }).map((pieces) => document(pieces.join('')).slice(0, -19));

const cut = (text: string, sizes: readonly number[]): string[] => {
  const chunks: string[] = [];
  for (let at = 0, index = 0; at < text.length; index++) {
    const size = sizes[index % sizes.length] ?? 1;
    chunks.push(text.slice(at, at + size));
    at += size;
  }
  return chunks;
};
const SIZES = fc.array(fc.integer({ min: 1, max: 12 }), { minLength: 1, maxLength: 6 });
const options = { maxComponents: 2 };

describe('chunks', () => {
  const whole = trace([RICH], options);

  it('do not matter for a good document, as text or as bytes', () => {
    expect(whole.findings).toEqual([]);
    expect(whole.complete).toBe(true);
    const bytes = new TextEncoder().encode(RICH);
    expect(trace([bytes], options)).toEqual(whole);
    expect(
      trace(
        Array.from(bytes, (byte) => Uint8Array.of(byte)),
        options,
      ),
    ).toEqual(whole);
    fc.assert(
      fc.property(SIZES, (sizes) => {
        expect(trace(cut(RICH, sizes), options)).toEqual(whole);
      }),
      { numRuns: 100 },
    );
  });

  it('do not matter for a broken document, and no leaf gets lost', () => {
    fc.assert(
      fc.property(BROKEN, SIZES, (text, sizes) => {
        const result = trace([text], options);
        expect(trace(cut(text, sizes), options)).toEqual(result);
        if (result.error === undefined) expect([result.released, result.height]).toEqual([result.total, 0]);
      }),
      { numRuns: 2000 },
    );
  });

  it('do not matter for white space after what is mended', () => {
    const text = document('< <a/>');
    expect(trace([text]).calls[0]).toContain('#text="< "');
    expect(trace(cut(text, [1]))).toEqual(trace([text]));
  });

  it('may be larger than what is looked at in one go', () => {
    const long = document(`<a x="${'y'.repeat(200_000)}">${'&amp;z'.repeat(40_000)}</a>`);
    const result = trace([long]);
    expect(result.calls[0]).toContain(`"${'y'.repeat(200_000)}" #text="${'&z'.repeat(40_000)}"`);
    expect(trace(cut(long, [999]))).toEqual(result);
  });
});

describe('truncation', () => {
  it('at every byte hands over what is there', () => {
    const bytes = new TextEncoder().encode(RICH);
    const from = RICH.indexOf('<id root');
    for (let length = 0; length < bytes.length; length++) {
      const result = trace([bytes.subarray(0, length)], options);
      if (result.error !== undefined) {
        expect(result.error).toBe('not-xml');
        expect(length).toBeLessThan(from + 4);
        continue;
      }
      expect([result.released, result.height]).toEqual([result.total, 0]);
      expect(result.calls.filter((call) => call.startsWith('header'))).toHaveLength(1);
      if (length < bytes.length - 1) {
        expect(result.complete).toBe(false);
        expect(codes(result)).toContain('xml-truncated');
      }
    }
  });

  it('reports the line it happens in', () => {
    expect(trace(['<ClinicalDocument xmlns="urn:hl7-org:v3">\n<id root="1"/>\n<co']).findings).toEqual([
      { code: 'xml-truncated', line: 3 },
    ]);
  });
});
