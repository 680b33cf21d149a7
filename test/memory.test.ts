/** Memory does not follow the size of a document; what is written for a long one is whole all the same. */

import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { Composition, FhirResource, List } from 'fhir/r4.js';
import { beforeAll, describe, expect, it } from 'vitest';
import { HEADER, ORGANIZER, resultComponent } from '../bench/statements.js';
import { convert, type LossReport } from '../src/index.js';

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

const MB = 1_000_000;

const procedure = (n: number): string => `<entry><procedure classCode="PROC" moodCode="EVN">
<templateId root="2.16.840.1.113883.10.20.22.4.14"/><id root="2.999.1.5" extension="p-${n}"/>
<code code="80146002" codeSystem="2.16.840.1.113883.6.96"/><statusCode code="completed"/>
<effectiveTime value="20230105"/></procedure></entry>\n`;

/** Documents of many small pieces; memory is looked at after the two numbers of them. */
const SHAPES = {
  entries: {
    open: `<component><section><code code="47519-4" codeSystem="2.16.840.1.113883.6.1"/><title>Procedures</title>\n`,
    piece: procedure,
    close: '</section></component>',
    look: [12_000, 22_000],
  },
  organizer: {
    open: ORGANIZER(1)[0],
    piece: (n: number) => resultComponent(1, n),
    close: ORGANIZER(1)[1],
    look: [3000, 7000],
  },
} as const;
type Shape = keyof typeof SHAPES;

interface Run {
  /** Megabytes alive at the two looks. */
  readonly alive: number[];
  readonly names: string[];
  readonly roots: (Composition | List)[];
  readonly loss: LossReport;
}

async function run(shape: Shape): Promise<Run> {
  const { open, piece, close, look } = SHAPES[shape];
  const alive: number[] = [];
  async function* source(): AsyncGenerator<string, void> {
    yield HEADER(1) + open;
    for (let n = 0; n <= look[1]; n += 100) {
      yield Array.from({ length: 100 }, (_, index) => piece(n + index)).join('');
      if (n !== look[0] && n !== look[1]) continue;
      collect();
      const { heapUsed, arrayBuffers } = process.memoryUsage();
      alive.push((heapUsed + arrayBuffers) / MB);
    }
    yield `${close}</structuredBody></component></ClinicalDocument>`;
  }
  const roots: (Composition | List)[] = [];
  let loss: LossReport | undefined;
  // What the test itself keeps must not count: forty bytes for each resource.
  const names: Uint8Array[] = [];
  for await (const event of convert(source(), { check: 'off' })) {
    if (event.kind === 'end') loss = event.loss;
    if (event.kind !== 'resource') continue;
    names.push(new TextEncoder().encode(nameOf(event.resource)));
    if (event.resource.resourceType === 'Composition' || event.resource.resourceType === 'List')
      roots.push(event.resource);
  }
  if (!loss) throw new Error('no loss report');
  return { alive, names: names.map((name) => new TextDecoder().decode(name)), roots, loss };
}

const nameOf = (resource: FhirResource): string => `${resource.resourceType}/${resource.id}`;

/** Everything the Composition or one of the Lists names as an entry. */
const namedBy = (roots: Run['roots']): string[] =>
  roots.flatMap((root) =>
    root.resourceType === 'List'
      ? (root.entry ?? []).map(({ item }) => item.reference ?? '')
      : (root.section ?? []).flatMap(({ entry }) => (entry ?? []).map(({ reference }) => reference ?? '')),
  );

describe.each<Shape>(['entries', 'organizer'])('a long document (%s)', (shape) => {
  let result: Run;
  beforeAll(async () => {
    result = await run(shape);
  }, 120_000);

  it('is read in memory that stays', () => {
    const [early = 0, late = Number.POSITIVE_INFINITY] = result.alive;
    expect(late - early).toBeLessThan(8);
  });

  it('gives each resource an id of its own, and names what is there', () => {
    const written = new Set(result.names);
    expect(result.names.length).toBeGreaterThan(SHAPES[shape].look[1]);
    expect(written.size).toBe(result.names.length);
    const named = namedBy(result.roots);
    expect(new Set(named).size).toBe(named.length);
    expect(named.filter((name) => !written.has(name))).toEqual([]);
  });

  it('says that a report was split, and nothing of conflicts', () => {
    const codes = result.loss.findings.map(({ code }) => code);
    expect(codes).not.toContain('identity-conflict');
    expect(codes.includes('statement-split')).toBe(shape === 'organizer');
  });

  if (shape === 'entries')
    it('names every entry, beyond ten thousand in Lists that the section names', () => {
      const named = new Set(namedBy(result.roots));
      expect(result.names.filter((name) => /^(Procedure|List)\//.test(name) && !named.has(name))).toEqual([]);
      expect(result.loss.resources.List).toBe(2);
      const composition = result.roots.find((root) => root.resourceType === 'Composition') as Composition;
      expect(composition.section?.[0]?.entry).toHaveLength(10_002);
    });
});
