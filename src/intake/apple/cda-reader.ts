/**
 * export_cda.xml: samples in the words of CDA, whatever stands around them. The table in mappings/apple/cda.yaml says
 * what each leaf is; a leaf the table does not have is lost and reported.
 */
import type { LossReason } from '../../ledger.js';
import type { TokenHandler } from '../../read/tokens.js';
import type { Account } from './account.js';
import type { AppleData } from './data.js';
import type { Owner } from './patient.js';
import { LOINC } from './recipe.js';
import type { Sample } from './sample.js';
import { type Fate, pathOf, type Samples } from './samples.js';

/** A leaf of the table. */
interface LeafRule {
  readonly word: string;
  readonly path: string;
  /** What `frame WORD` must say. */
  readonly expected: string | undefined;
  /** Place of the word's value among those of a sample; -1 if it has none. */
  readonly place: number;
}

/** Where the reader stands: elements and leaves that may follow, each known by name. */
interface Spot {
  readonly path: string;
  readonly elements: Map<string, Spot>;
  readonly attributes: Map<string, LeafRule>;
  text: LeafRule | undefined;
}

const createSpot = (path: string): Spot => ({ path, elements: new Map(), attributes: new Map(), text: undefined });

/** Words whose leaves make up a sample. */
const WORDS = [
  'type',
  'value',
  'unit',
  'sourceName',
  'sourceVersion',
  'device',
  'start',
  'end',
  'time',
  'amount',
  'amountUnit',
  'code',
  'codeSystem',
  'display',
] as const;
type Word = (typeof WORDS)[number];
const placeOf = (word: string): number => (WORDS as readonly string[]).indexOf(word);
const WORD_PLACES = Object.fromEntries(WORDS.map((word, place) => [word, place])) as Readonly<Record<Word, number>>;

/** The table as a tree. */
function compile(leaves: Readonly<Record<string, string>>, root: string): Spot {
  const top = createSpot(root);
  for (const [path, word] of Object.entries(leaves)) {
    const steps = path.split('/');
    const leaf = steps.pop() ?? '';
    let spot = top;
    for (const step of steps) {
      const below = spot.elements.get(step) ?? createSpot(`${spot.path}/${step}`);
      spot.elements.set(step, below);
      spot = below;
    }
    const [first = '', expected] = word.split(' ');
    const name = leaf === '#' ? 'text()' : leaf;
    const rule: LeafRule = { word: first, expected, path: `${spot.path}/${name}`, place: placeOf(first) };
    if (leaf === '#') spot.text = rule;
    else spot.attributes.set(leaf.slice(1), rule);
  }
  return top;
}

const LOINC_OID = '2.16.840.1.113883.6.1';
/** Facts of the header by the table's words. */
const FACTS: Readonly<Record<string, string>> = {
  name: 'name',
  given: 'given',
  family: 'family',
  gender: 'gender',
  birth: 'birthDate',
};
/** Words that say again what another one says, if that is there: places of both. */
const SAID_AGAIN: readonly (readonly [number, number])[] = (
  [
    ['amount', 'value'],
    ['amountUnit', 'unit'],
    ['code', 'type'],
    ['codeSystem', 'type'],
    ['display', 'type'],
  ] as const
).map(([again, first]) => [placeOf(again), placeOf(first)]);

export interface CdaSetup {
  readonly data: AppleData;
  readonly account: Account;
  readonly owner: Owner;
  readonly samples: Samples;
  line(): number;
}

/** Creates the handler of tokens. */
export function createCdaReader({ data, account, owner, samples, line }: CdaSetup): TokenHandler {
  const body = compile(data.cda.header, 'ClinicalDocument');
  const sampleSpot = compile(data.cda.leaves, data.cda.sample);
  for (const wrapper of data.cda.wrappers) body.elements.set(wrapper, body);
  body.elements.set(data.cda.sample, sampleSpot);
  const nowhere = createSpot('');

  const spots: Spot[] = [];
  /** True for elements with leaves or children: one with neither is a leaf itself. */
  const filled: boolean[] = [];
  let spot = body;
  let text = '';
  let found: (string | undefined)[] = [];
  let words = 0; // of `found` that are there
  let metadata: string[] = [];
  let frames = 0;
  let implied = 0;
  /** Leaves of the sample that are lost whatever becomes of it. */
  let lost: [reason: LossReason, rule: LeafRule][] = [];
  let withheld = false;
  let inSample = 0;
  let start = 0;

  function openSample(): void {
    found = new Array(WORDS.length).fill(undefined);
    words = 0;
    metadata = [];
    frames = 0;
    implied = 0;
    lost = [];
    withheld = false;
    start = line();
  }

  function takeLeaf(rule: LeafRule | undefined, value: string): void {
    if (rule === undefined) account.lose('unread', spot.path === '' ? 'other' : `${spot.path}/other`, line(), 1, value);
    else if (inSample > 0) takeInSample(rule, value);
    else takeInHeader(rule, value);
  }

  function takeInHeader({ word, path }: LeafRule, value: string): void {
    const fact = FACTS[word];
    if (word === 'declared') account.lose('declared', path, line(), 1, value);
    else if (fact === undefined) account.keep(word === 'implied' ? 'implied' : 'frame', 1);
    else if (value.trim() === '') account.keep('tested', 1);
    else if (owner.tell(fact, value)) account.keep('copied', 1);
    else account.lose('no-code', path, line(), 1, value);
  }

  function takeInSample(rule: LeafRule, value: string): void {
    const { word, place, expected } = rule;
    if (place >= 0) {
      if (found[place] !== undefined) lost.push(['superseded', rule]);
      else {
        found[place] = value;
        words++;
      }
    } else if (word === 'frame') {
      frames++;
      // `frame EVN`: anything else changes what the sample means.
      if (expected !== undefined && expected !== value && expected !== unprefixed(value)) withheld = true;
    } else if (word === 'key' || word === 'entry') metadata.push(value);
    else if (word === 'declared') lost.push(['declared', rule]);
    else if (word === 'implied') implied++;
    else {
      withheld = true;
      frames++;
    }
  }

  function closeSample(): void {
    if (metadata.length % 2 === 1) {
      account.lose('unread', `${data.cda.sample}/text/metadataEntry`, start, metadata.length);
      metadata = [];
    }
    const sample = toSample();
    const path = pathOf(sample.type);
    if (withheld) {
      account.statement(path, start, false);
      account.lose('withheld', path, start, words + frames + implied + metadata.length);
    } else settle(samples.put(sample), path);
    for (const [reason, rule] of lost) countLost(reason, rule);
  }

  /** Rows of the report by rule: most samples lose the same leaves. */
  const counters = new Map<LeafRule, (line: number) => void>();

  function countLost(reason: LossReason, rule: LeafRule): void {
    if (reason !== 'declared') {
      account.lose(reason, rule.path, start, 1);
      return;
    }
    const counter = counters.get(rule) ?? account.counter(reason, rule.path);
    counters.set(rule, counter);
    counter(start);
  }

  function settle(fate: Fate, path: string): void {
    if (fate !== 'copied' && fate !== 'implied') {
      account.lose(fate, path, start, words + frames + implied);
      return;
    }
    let said = 0;
    for (const [again, first] of SAID_AGAIN) if (found[again] !== undefined && found[first] !== undefined) said++;
    account.keep('frame', frames);
    account.keep('implied', implied + said);
    account.keep(fate, words - said);
  }

  const get = (word: Word): string | undefined => found[WORD_PLACES[word]];

  function toSample(): Sample {
    const code = get('code');
    return {
      type: get('type') ?? '',
      value: get('value') ?? get('amount') ?? '',
      unit: get('unit') ?? get('amountUnit') ?? '',
      sourceName: get('sourceName') ?? '',
      sourceVersion: get('sourceVersion') ?? '',
      device: get('device') ?? '',
      start: get('start') ?? get('time') ?? '',
      end: get('end') ?? '',
      created: '',
      metadata,
      code:
        code === undefined || get('codeSystem') !== LOINC_OID
          ? undefined
          : { system: LOINC, code, display: get('display') ?? '' },
      line: start,
    };
  }

  function flushText(): void {
    if (text === '') return;
    const value = text;
    text = '';
    if (isBlank(value)) return;
    filled[filled.length - 1] = true;
    takeLeaf(spot.text, value);
  }

  return {
    startTag(tag) {
      flushText();
      if (filled.length > 0) filled[filled.length - 1] = true;
      spots.push(spot);
      filled.push(false);
      spot = spot.elements.get(unprefixed(tag)) ?? nowhere;
      if (spot === sampleSpot) openSample();
      if (inSample > 0 || spot === sampleSpot) inSample++;
    },
    attribute(name, value) {
      filled[filled.length - 1] = true;
      takeLeaf(spot.attributes.get(name), value);
    },
    endAttributes: () => undefined,
    text(value) {
      text += value;
    },
    endTag() {
      flushText();
      if (filled.pop() === false) account.keep('tested', 1);
      if (inSample > 0 && --inSample === 0) closeSample();
      spot = spots.pop() ?? body;
    },
    malformed: () => undefined,
  };
}

const unprefixed = (name: string): string => (name.includes(':') ? name.slice(name.indexOf(':') + 1) : name);

function isBlank(text: string): boolean {
  for (let at = 0; at < text.length; at++) if (text.charCodeAt(at) > 0x20) return false;
  return true;
}
