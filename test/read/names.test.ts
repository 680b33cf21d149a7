import { describe, expect, it } from 'vitest';
import { findName, type Name } from '../../src/read/names.js';

const find = (text: string, hash: number): Name => findName(text, new TextEncoder().encode(text), 0, text.length, hash);

describe('names', () => {
  it('are one object for all that are written the same', () => {
    expect(find('participant', 77)).toBe(find('participant', 77));
    expect(find('participant', 77).text).toBe('participant');
  });

  it('are told apart by what is written, whatever the number made from them', () => {
    const names = ['low', 'high', 'hogh', 'width', 'xmlns', 'xmlns:a'];
    for (const text of [...names, ...names]) expect(find(text, 5).text).toBe(text);
    expect(names.filter((text) => find(text, 5).declares)).toEqual(['xmlns', 'xmlns:a']);
  });

  it('may be of any length', () => {
    const long = 'n'.repeat(500);
    expect(find(`${long}a`, 9).text).toBe(`${long}a`);
    expect(find(`${long}b`, 9).text).toBe(`${long}b`);
  });
});
