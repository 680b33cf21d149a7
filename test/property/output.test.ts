/** What every output must be: the same again, whatever the pieces and the host's zone; closed; without doubles. */
import { afterEach, describe, expect, it } from 'vitest';
import { convert, type LossReport, stringify } from '../../src/index.js';
import { listDocuments } from './documents.js';

const zone = process.env.TZ;
afterEach(() => {
  if (zone === undefined) delete process.env.TZ;
  else process.env.TZ = zone;
});

function* cut(bytes: Uint8Array, size: number): Generator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

async function* pieces(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  yield* cut(bytes, size);
}

interface Output {
  readonly lines: string[];
  readonly loss: LossReport | undefined;
}

async function output(source: Parameters<typeof convert>[0]): Promise<Output> {
  const lines: string[] = [];
  let loss: LossReport | undefined;
  for await (const event of convert(source, { name: 'document.xml' })) {
    if (event.kind === 'resource') lines.push(stringify(event.resource as never));
    if (event.kind === 'end') loss = event.loss;
  }
  return { lines, loss };
}

function* references(value: unknown): Generator<string> {
  if (typeof value !== 'object' || value === null) return;
  for (const [key, item] of Object.entries(value)) {
    if (key === 'reference' && typeof item === 'string') yield item;
    else yield* references(item);
  }
}

const documents = listDocuments();

describe.each(documents)('$name', ({ name, bytes }) => {
  it('refers only to what is there, and holds each id once', async () => {
    const { lines } = await output(bytes);
    const resources = lines.map((line) => JSON.parse(line));
    const ids = resources.map((resource) => `${resource.resourceType}/${resource.id}`);
    expect(new Set(ids).size).toBe(ids.length);
    const there = new Set(ids);
    const dangling = resources.flatMap((resource) =>
      [...references(resource)].filter((reference) => !there.has(reference)),
    );
    expect(dangling).toEqual([]);
  });

  // Byte by byte is slow: the samples, and every tenth document of the corpus.
  const sizes =
    name.startsWith('samples/') || documents.findIndex((document) => document.name === name) % 10 === 0
      ? [1, 1000, 65_536]
      : [65_536];
  it(`is the same in pieces of ${sizes} bytes and in three time zones`, async () => {
    const whole = await output(bytes);
    const zones = ['UTC', 'Asia/Kolkata', 'America/St_Johns'];
    for (const [index, size] of sizes.entries()) {
      process.env.TZ = zones[index % zones.length];
      expect(await output(pieces(bytes, size))).toEqual(whole);
    }
    process.env.TZ = 'Pacific/Kiritimati';
    expect(await output(bytes)).toEqual(whole);
  });
});
