import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createCodes, OTHER, RARE } from '../../src/read/codes.js';

const kindOf = (code: number): number => (code < 0x80 ? code : code < 0xd800 ? OTHER : RARE);

describe('characters as bytes', () => {
  it('have one each, of their code or kind, and a zero after the last', () => {
    const codes = createCodes();
    const text = fc.string({ unit: 'binary', maxLength: 60 });
    fc.assert(
      fc.property(text, (one) => {
        expect(codes.read(one)).toBe(true);
        const expected = Array.from({ length: one.length }, (_, at) => kindOf(one.charCodeAt(at)));
        expect(Array.from(codes.bytes.subarray(0, one.length + 1))).toEqual([...expected, 0]);
      }),
      { numRuns: 500, examples: [['\u007f\u0080\u07ff\u0800\ud7ff\ue000\uffff😀a'], ['']] },
    );
  });

  it('are left alone where there are too many', () => {
    expect(createCodes().read('a'.repeat((1 << 18) + 1))).toBe(false);
  });
});
