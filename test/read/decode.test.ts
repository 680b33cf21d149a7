import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createDecoder } from '../../src/read/decode.js';

function decode(bytes: Uint8Array, sizes: number[]): { text: string; invalid: number } {
  let invalid = 0;
  const decoder = createDecoder((code) => {
    if (code === 'encoding-invalid') invalid++;
  });
  let text = '';
  let at = 0;
  for (let index = 0; at < bytes.length; index++) {
    const size = sizes[index % sizes.length] ?? 1;
    text += decoder.decode(bytes.subarray(at, at + size));
    at += size;
  }
  return { text: text + decoder.end(), invalid };
}

const ascii = (text: string): Uint8Array => Uint8Array.from(text, (character) => character.charCodeAt(0));
const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);
const utf16 = (text: string, big: boolean): Uint8Array => {
  const bytes = new Uint8Array(text.length * 2);
  const view = new DataView(bytes.buffer);
  for (let index = 0; index < text.length; index++) view.setUint16(index * 2, text.charCodeAt(index), !big);
  return bytes;
};
const declared = (encoding: string, inside: string): string =>
  `<?xml version="1.0" encoding="${encoding}"?><a>${inside}</a>`;

const TEXT = 'é€😀中\ufeff\ufffd';
const CASES: [string, Uint8Array, string][] = [
  ['UTF-8', utf8(declared('UTF-8', TEXT)), declared('UTF-8', TEXT)],
  ['UTF-8 with a mark', utf8(`\ufeff${declared('iso-8859-1', TEXT)}`), declared('iso-8859-1', TEXT)],
  ['UTF-8 without declaration', utf8(`<a>${TEXT}</a>`), `<a>${TEXT}</a>`],
  ['UTF-8 declared as UTF-16', utf8(declared('utf-16', TEXT)), declared('utf-16', TEXT)],
  ['UTF-16LE with a mark', utf16(`\ufeff${declared('utf-16', 'é😀')}`, false), declared('utf-16', 'é😀')],
  ['UTF-16BE with a mark', utf16(`\ufeff${declared('utf-16', 'é😀')}`, true), declared('utf-16', 'é😀')],
  ['UTF-16LE without mark', utf16(declared('utf-16', 'é😀'), false), declared('utf-16', 'é😀')],
  ['UTF-16BE without mark', utf16(declared('utf-16', 'é😀'), true), declared('utf-16', 'é😀')],
  ['ISO-8859-1', ascii(declared('ISO-8859-1', 'é')), declared('ISO-8859-1', 'é')],
  ['latin1', ascii(declared('latin1', 'ü')), declared('latin1', 'ü')],
  ['windows-1252', ascii(declared('windows-1252', '\x80')), declared('windows-1252', '€')],
  ['us-ascii', ascii(declared('us-ascii', 'a')), declared('us-ascii', 'a')],
  ['nothing', new Uint8Array(0), ''],
  ['three bytes', ascii('abc'), 'abc'],
];

describe('createDecoder', () => {
  it.each(CASES)('%s, whole and byte by byte', (_name, bytes, text) => {
    expect(decode(bytes, [bytes.length + 1])).toEqual({ text, invalid: 0 });
    for (const size of [1, 2, 3, 7]) expect(decode(bytes, [size])).toEqual({ text, invalid: 0 });
  });

  it('replaces invalid bytes and reports them once', () => {
    const bytes = ascii('<a>\xc3\xa9\xe9\xff \xe2\x82</a>\xf0\x9f');
    const text = '<a>\u00e9\ufffd\ufffd \ufffd</a>\ufffd';
    expect(decode(bytes, [100])).toEqual({ text, invalid: 1 });
    expect(decode(bytes, [1])).toEqual({ text, invalid: 1 });
  });

  it('takes bytes for windows-1252 as long as none were UTF-8, and for what they are if another is declared', () => {
    for (const size of [1, 2, 100]) {
      expect(decode(ascii('<a>caf\xe9 \x93x\x94</a>'), [size]).text).toBe('<a>caf\u00e9 \u201cx\u201d</a>');
      for (const label of ['ISO-8859-1', 'windows-1252', 'us-ascii', 'UTF-16']) {
        const text = declared(label, 'caf\u00e9 \u20ac \u{1f600}');
        expect(decode(utf8(text), [size]).text).toBe(text);
      }
    }
  });

  it('falls back to UTF-8 for an unknown encoding and reports it', () => {
    const text = declared('x-none', 'é');
    expect(decode(utf8(text), [100])).toEqual({ text, invalid: 1 });
  });

  it('gives the same text for any bytes in any chunks', () => {
    const head = fc.constantFrom(
      '',
      '<a>',
      declared('utf-8', ''),
      declared('utf-16', ''),
      declared('latin1', ''),
      '\xef\xbb\xbf',
    );
    const sizes = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 5 });
    fc.assert(
      fc.property(head, fc.uint8Array({ maxLength: 60 }), sizes, (start, rest, cut) => {
        const bytes = new Uint8Array([...ascii(start), ...rest]);
        expect(decode(bytes, cut)).toEqual(decode(bytes, [1000]));
      }),
      { numRuns: 500 },
    );
  });
});
