import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { DocumentReference, FhirResource } from 'fhir/r4.js';
import { describe, expect, it } from 'vitest';
import { convert } from '../src/convert.js';
import { lossReport } from '../src/report/loss.js';

const read = (name: string): Uint8Array => readFileSync(fileURLToPath(new URL(`../samples/${name}`, import.meta.url)));

async function resourcesOf(
  source: Uint8Array | AsyncIterable<Uint8Array>,
  keepSource: boolean,
): Promise<FhirResource[]> {
  const found: FhirResource[] = [];
  for await (const event of convert(source, { keepSource })) if (event.kind === 'resource') found.push(event.resource);
  return found;
}

/** The same buffer again and again, as streams may do. */
async function* pieces(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  const buffer = new Uint8Array(size);
  for (let at = 0; at < bytes.length; at += size) {
    const part = bytes.subarray(at, at + size);
    buffer.set(part);
    yield buffer.subarray(0, part.length);
  }
}

/** What stands in the Binaries the DocumentReferences lead to. */
const kept = (resources: readonly FhirResource[]): string[] =>
  resources
    .filter((resource): resource is DocumentReference => resource.resourceType === 'DocumentReference')
    .flatMap(({ content }) => content.flatMap(({ attachment }) => attachment.url ?? []))
    .flatMap((url) => resources.filter(({ resourceType, id }) => url === `${resourceType}/${id}`))
    .flatMap((resource) => (resource.resourceType === 'Binary' ? (resource.data ?? []) : []));

describe('keepSource', () => {
  it.each(['ccd-r21-rich.xml', 'latin1.xml', 'prefixes-utf16.xml', 'unstructured.xml'])(
    'keeps the bytes of %s',
    async (name) => {
      const source = read(name);
      const [data = '', ...more] = kept(await resourcesOf(pieces(source, 1000), true));
      expect(more).toEqual([]);
      expect(Buffer.from(data, 'base64').equals(Buffer.from(source))).toBe(true);
    },
  );

  it('changes nothing else: same ids, same other resources', async () => {
    const source = read('ccd-r21-rich.xml');
    const [without, with_] = [await resourcesOf(source, false), await resourcesOf(source, true)];
    const others = (resources: readonly FhirResource[]): string[] =>
      resources
        .filter(({ resourceType }) => !['DocumentReference', 'Binary'].includes(resourceType))
        .map((resource) => JSON.stringify(resource));
    const ids = (resources: readonly FhirResource[]): string[] =>
      resources.flatMap(({ resourceType, id }) => (resourceType === 'Binary' ? [] : `${resourceType}/${id}`)).sort();
    expect(others(with_)).toEqual(others(without));
    expect(ids(with_)).toEqual(ids(without));
    expect(kept(without)).toEqual([]);
  });

  it('keeps a part of a document as well, and the report says where', async () => {
    const source = Buffer.from('<section xmlns="urn:hl7-org:v3"><title>x</title><text>y</text></section>');
    const found = await resourcesOf(source, true);
    const [binary] = found.filter(({ resourceType }) => resourceType === 'Binary');
    expect(Buffer.from(kept(found)[0] ?? '', 'base64').equals(source)).toBe(true);
    const { source: told } = await lossReport(convert(source, { keepSource: true }));
    expect(told.kept).toBe(`Binary/${binary?.id}`);
    expect((await lossReport(convert(source))).source).not.toHaveProperty('kept');
  });
});
