import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { readLines } from '../../src/batch/lines.js';

async function cut(text: string, size: number, most: number): Promise<string[]> {
  const bytes = Buffer.from(text);
  async function* pieces(): AsyncGenerator<Uint8Array, void> {
    for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
  }
  const lines: string[] = [];
  for await (const line of readLines(pieces(), most))
    lines.push(line.tooLong ? 'too long' : `${line.bytes.toString()}${line.whole ? '' : ' (torn)'}`);
  return lines;
}

it('cuts at line feeds wherever the stream is cut', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.string().map((text) => text.replaceAll('\n', ''))), fc.nat(9), async (lines, size) => {
      const text = lines.map((line) => `${line}\n`).join('');
      expect(await cut(text, size + 1, 1000)).toEqual(text.split('\n').slice(0, -1));
    }),
  );
});

it('tells a torn last line and one that is too long', async () => {
  expect(await cut('a\nbb', 1, 10)).toEqual(['a', 'bb (torn)']);
  expect(await cut(`a\n${'x'.repeat(11)}\nb\n`, 3, 10)).toEqual(['a', 'too long', 'b']);
});
