import { describe, expect, it } from 'vitest';
import { findName, type Name } from '../../src/read/names.js';
import { createNamespaces } from '../../src/read/namespace.js';

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

  it('know a scope by a key that keeps nothing of its document alive', () => {
    const refuse = (): never => {
      throw new Error('too many names');
    };
    const namespaces = createNamespaces(() => undefined, refuse, 100);
    const name = find('entry', 11);
    const before = namespaces.element(name).scope;
    namespaces.push(new Map([['', 'urn:hl7-org:v3']]));
    expect(namespaces.element(name)).toMatchObject({ name: 'entry', scope: {} });
    expect(name.element.scope).not.toBe(before);
    expect([before, name.element.scope].map((key) => Object.keys(key ?? { none: 0 }))).toEqual([[], []]);
  });
});
