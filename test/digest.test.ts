import { describe, expect, it } from 'vitest';
import * as chosen from '#digest';
import * as node from '../src/digest.node.js';
import * as web from '../src/digest.web.js';

const texts = ['', 'abc', 'Zoë Müller \u{1F600}', 'x'.repeat(10_000)];
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

describe.each([
  ['node', node],
  ['web', web],
  ['#digest', chosen],
])('digest (%s)', (_name, digest) => {
  it('knows the published digests of "abc" (FIPS 180-4)', () => {
    expect(digest.sha1Hex('abc')).toBe('a9993e364706816aba3e25717850c26c9cd0d89d');
    const hash = digest.sha256();
    hash.update(bytes('a'));
    hash.update(bytes('bc'));
    expect(hash.hex()).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
  });

  it.each(texts)('agrees with the other implementation (%#)', (text) => {
    expect(digest.sha1Hex(text)).toBe(node.sha1Hex(text));
    const [mine, other] = [digest.sha256(), node.sha256()];
    for (const hash of [mine, other]) hash.update(bytes(text));
    expect(mine.hex()).toBe(other.hex());
  });
});
