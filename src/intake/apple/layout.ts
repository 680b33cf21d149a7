/**
 * The layout of a record: its text without what varies from one to the next. What fits it says the same in the same
 * words, but for a value and times, and needs no parser.
 */
import { lineEndsOf } from '../../read/hand.js';
import type { Sample } from './sample.js';

/** What varies from sample to sample of one layout; empty where it is not there. */
export type Values = Pick<Sample, 'value' | 'start' | 'end' | 'created' | 'metadata'>;

/** What a leaf that varies says; `again`: the value once more, `entry`: a value of the metadata, `device`: the source. */
export type Hole = Exclude<keyof Values, 'metadata'> | 'again' | 'entry' | 'device';

/** What the leaf at a path (`Record/MetadataEntry/@value`, `component/observation/text/value/#`) says, if it varies. */
export type HoleAt = (path: string) => Hole | undefined;

export interface Layout {
  readonly lines: number;
  /** Lines before the record begins. */
  readonly ahead: number;
  /** Index after the record that stands at `at`, or -1 if it is another one; its values are in `found`. */
  match(text: string, at: number): number;
  readonly found: Values;
}

/** A leaf as it is written. */
interface Leaf {
  readonly path: string;
  readonly from: number;
  readonly to: number;
}

interface Place {
  readonly hole: Hole;
  readonly from: number;
  readonly to: number;
}

const MOST_LENGTH = 64;
/** Characters of values that mean themselves wherever they stand. */
const PLAIN = Uint8Array.from({ length: 128 }, (_, code) =>
  /[ -~]/.test(String.fromCharCode(code)) && !/["'&<>\]]/.test(String.fromCharCode(code)) ? 1 : 0,
);
const SPACE = 0x20;

/** Text that the parser would take as it is: no references but XML's own, nothing XML forbids. */
const GOOD = /^(?:[\t\n\x20-%'-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]|&(?:lt|gt|amp|quot|apos);)*$/u;
const TAG = /([^<>]*)<(\/?)([A-Za-z_][\w:.-]*)((?:\s+[A-Za-z_][\w:.-]*="[^"<]*")*)\s*(\/?)>/y;
const ATTRIBUTE = /([\w:.-]+)="([^"]*)"/g;

/** Leaves of whole elements; undefined if the text is anything else, or not of the simplest form. */
export function leavesOf(text: string): Leaf[] | undefined {
  const leaves: Leaf[] = [];
  const open: string[] = [];
  TAG.lastIndex = 0;
  while (TAG.lastIndex < text.length) {
    const at = TAG.lastIndex;
    const [, before = '', closing, name = '', attributes = '', empty] = TAG.exec(text) ?? [];
    if (closing === undefined) return undefined;
    if (before.trim() !== '') leaves.push({ path: [...open, '#'].join('/'), from: at, to: at + before.length });
    if (closing !== '') {
      if (open.pop() !== name || attributes !== '' || empty !== '') return undefined;
      continue;
    }
    open.push(name);
    const start = at + before.length + 1 + name.length;
    const names = new Set<string>();
    for (const { 0: whole, 1: key = '', 2: value = '', index } of attributes.matchAll(ATTRIBUTE)) {
      const to = start + index + whole.length - 1;
      leaves.push({ path: [...open, `@${key}`].join('/'), from: to - value.length, to });
      if (names.size === names.add(key).size) return undefined;
    }
    if (empty !== '') open.pop();
  }
  return open.length === 0 ? leaves : undefined;
}

/** Places of what varies, in their order. */
function placesOf(leaves: readonly Leaf[], text: string, holeAt: HoleAt): Place[] {
  return leaves.flatMap(({ path, from, to }): Place[] => {
    const hole = holeAt(path);
    if (hole === undefined) return [];
    if (hole !== 'device') return [{ hole, from, to }];
    // The address in memory that HealthKit writes is another one each time, and says nothing.
    const address = /(?<=HKDevice: )0x[0-9a-f]{4,16}/.exec(text.slice(from, to));
    if (address === null) return [];
    return [{ hole, from: from + address.index, to: from + address.index + address[0].length }];
  });
}

/**
 * The layout of a record that was read; undefined if it cannot be told what varies.
 * @param text whole elements, with one record in them
 * @param ahead lines before the record
 */
export function createLayout(text: string, sample: Sample, ahead: number, holeAt: HoleAt): Layout | undefined {
  const leaves = GOOD.test(text) && !text.includes(']]>') ? leavesOf(text) : undefined;
  if (leaves === undefined) return undefined;
  const places = placesOf(leaves, text, holeAt);
  const once = places.map(({ hole }) => hole).filter((hole) => hole !== 'entry');
  if (new Set(once).size < once.length) return undefined;
  const { match, found } = compile(places, text, sample.metadata);
  const layout = { lines: lineEndsOf(text), ahead, match, found };
  return match(text, 0) === text.length && isSame(found, sample) ? layout : undefined;
}

/** False if something was not found where it should stand. */
const isSame = (found: Values, sample: Sample): boolean =>
  found.value === sample.value &&
  found.start === sample.start &&
  found.end === sample.end &&
  found.created === sample.created &&
  found.metadata.join('\n') === sample.metadata.join('\n');

/** @param metadata keys and values of the first record */
function compile(places: readonly Place[], text: string, metadata: readonly string[]): Pick<Layout, 'match' | 'found'> {
  const literals = places.map(({ from }, index) => text.slice(places[index - 1]?.to ?? 0, from));
  const last = text.slice(places.at(-1)?.to ?? 0);
  const holes = places.map(({ hole }) => hole);
  const hasEntries = holes.includes('entry');
  const from: number[] = holes.map(() => 0);
  const to: number[] = holes.map(() => 0);
  const found: { -readonly [Key in keyof Values]: Values[Key] } = {
    value: '',
    start: '',
    end: '',
    created: '',
    metadata,
  };

  function take(source: string): boolean {
    let again: string | undefined;
    let value: string | undefined;
    const entries = hasEntries ? metadata.slice() : [];
    let entry = 1;
    for (let index = 0; index < holes.length; index++) {
      const hole = holes[index];
      if (hole === 'device' || hole === undefined) continue;
      const told = source.slice(from[index], to[index]);
      if (hole === 'value') value = told;
      else if (hole === 'again') again = told;
      else if (hole === 'entry') {
        entries[entry] = told;
        entry += 2;
      } else found[hole] = told;
    }
    found.value = value ?? again ?? '';
    found.metadata = hasEntries ? entries : metadata;
    return value === undefined || again === undefined || value === again;
  }

  return {
    found,
    match(source, at) {
      let end = at;
      for (let index = 0; index < holes.length; index++) {
        const literal = literals[index] ?? '';
        const start = end + literal.length;
        // Ten times as fast as startsWith.
        if (source.slice(end, start) !== literal) return -1;
        end = valueEnd(source, start);
        if (end < 0) return -1;
        from[index] = start;
        to[index] = end;
      }
      const after = end + last.length;
      return source.slice(end, after) === last && take(source) ? after : -1;
    },
  };
}

/** Index after the value at `at`; -1 if there is none, or it might not mean itself. */
function valueEnd(text: string, at: number): number {
  let end = at;
  while (PLAIN[text.charCodeAt(end)] === 1) end++;
  return end === at || end - at > MOST_LENGTH || text.charCodeAt(at) === SPACE ? -1 : end;
}
