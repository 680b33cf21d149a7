/** One case of the fuzzing: a document, a change, and what must hold of the result. */
import fc from 'fast-check';
import { decode, type TestDocument } from '../property/documents.js';
import { type Element, parse, rewrite } from '../property/xml.js';
import { byteMutations, mutate, mutateBytes, mutations } from './mutate.js';
import { deniedCodes, presentCodes, readHostile } from './properties.js';

export interface Seed {
  readonly name: string;
  readonly bytes: Buffer;
  /** Undefined if it is not well formed: then only its bytes can be changed. */
  readonly root: Element | undefined;
}

const isElement = (item: Element | string): item is Element => typeof item !== 'string';
const local = (element: Element): string => element.name.replace(/^.*:/, '');
const holds = (element: Element, wanted: Element): boolean =>
  element === wanted || element.content.some((item) => isElement(item) && holds(item, wanted));

function* find(element: Element, name: string): Generator<Element> {
  if (local(element) === name) yield element;
  for (const item of element.content) if (isElement(item)) yield* find(item, name);
}

export function toSeed({ name, bytes }: TestDocument): Seed {
  try {
    return { name, bytes, root: parse(decode(bytes).replace(/^\uFEFF/, '')) };
  } catch {
    return { name, bytes, root: undefined };
  }
}

/** For quick runs: each entry with the document around it, but without the other entries and sections. */
export function toSmallSeeds(seed: Seed): Seed[] {
  const { root, name } = seed;
  if (root === undefined) return [seed];
  return [...find(root, 'entry')].map((entry, index) => {
    let made: Element | undefined;
    return {
      name: `${name} entry ${index}`,
      // Made when it is asked for: there are thousands.
      get root() {
        made ??= isolate(root, entry);
        return made;
      },
      get bytes() {
        return Buffer.from(write(this.root));
      },
    };
  });
}

const UNITS = new Set(['entry', 'text', 'component', 'section', 'structuredBody']);

const write = (root: Element): string => rewrite(root, (_ordinal, value) => value);

/** The narrative goes as well: it is most of a document, and what refers to it must do without. */
function isolate(element: Element, entry: Element): Element {
  if (element === entry) return element;
  const content = element.content.flatMap((item): (Element | string)[] => {
    if (!isElement(item) || !UNITS.has(local(item))) return [item];
    return holds(item, entry) ? [isolate(item, entry)] : [];
  });
  return { ...element, content };
}

export const cases = (seeds: readonly Seed[]) =>
  fc.record({
    seed: fc.nat({ max: Math.max(0, seeds.length - 1) }),
    change: fc.oneof(
      { weight: 3, arbitrary: mutations.map((changes) => ({ kind: 'structure' as const, changes })) },
      { weight: 1, arbitrary: byteMutations.map((changes) => ({ kind: 'bytes' as const, changes })) },
    ),
  });
export type Case = ReturnType<typeof cases> extends fc.Arbitrary<infer One> ? One : never;

const denied = new WeakMap<Seed, Promise<ReadonlySet<string>>>();

/** Codes the document denies, and its unchanged reading does not state. */
function deniedBy(seed: Seed): Promise<ReadonlySet<string>> {
  const known = denied.get(seed) ?? look();
  denied.set(seed, known);
  return known;

  async function look(): Promise<ReadonlySet<string>> {
    const codes = seed.root === undefined ? new Set<string>() : deniedCodes(seed.root);
    const stated = codes.size === 0 ? codes : presentCodes((await readHostile(seed.bytes, 'off')).resources);
    return new Set([...codes].filter((code) => !stated.has(code)));
  }
}

/** @returns the document as changed, and what is wrong with its reading */
export async function tryCase(
  seed: Seed,
  { change }: Case,
  check: 'fast' | 'full',
): Promise<{ source: Buffer; faults: string[] }> {
  if (change.kind === 'bytes' || seed.root === undefined) {
    const changes = change.kind === 'bytes' ? change.changes : [];
    const source = mutateBytes(seed.bytes, changes);
    return { source, faults: [...(await readHostile(source, check)).faults] };
  }
  const { text, touchesMeaning } = mutate(seed.root, change.changes);
  const { resources, faults } = await readHostile(text, check);
  const flipped = touchesMeaning ? [] : await flips(seed, resources);
  return { source: Buffer.from(text), faults: [...faults, ...flipped] };
}

async function flips(seed: Seed, resources: Parameters<typeof presentCodes>[0]): Promise<string[]> {
  const codes = await deniedBy(seed);
  if (codes.size === 0) return [];
  const stated = presentCodes(resources);
  return [...codes].filter((code) => stated.has(code)).map(() => 'what the document denies became a fact');
}
