/**
 * export_cda.xml: samples in the words of CDA, whatever stands around them. The table in mappings/apple/cda.yaml says
 * what each leaf is; a leaf the table does not have is lost and reported.
 */
import type { LossReason } from '../../ledger.js';
import type { Account } from '../output/account.js';
import { compileLeaves, createSpot, type LeafRule, PLACES, SAID_AGAIN, type Spot, type Word } from './cda-table.js';
import type { AppleData } from './data.js';
import { pathOf } from './kind.js';
import type { Hole } from './layout.js';
import type { Owner } from './patient.js';
import { LOINC } from './recipe.js';
import type { RecordHandler } from './repeats.js';
import type { Sample } from './sample.js';
import type { Samples } from './samples.js';

const LOINC_OID = '2.16.840.1.113883.6.1';
/** Facts of the header by the table's words. */
const FACTS: Readonly<Record<string, string>> = {
  name: 'name',
  given: 'given',
  family: 'family',
  gender: 'gender',
  birth: 'birthDate',
};
/** Words that vary while the layout of a sample stays the same. */
const HOLES: Readonly<Record<string, Hole>> = {
  value: 'value',
  amount: 'again',
  start: 'start',
  time: 'start',
  end: 'end',
  device: 'device',
  entry: 'entry',
};

/** The leaves of a sample, by what they are. */
interface Draft {
  readonly line: number;
  /** By place; the rules they were read by. */
  readonly found: (string | undefined)[];
  readonly rules: (LeafRule | undefined)[];
  readonly metadata: string[];
  words: number; // of `found` that are there
  frames: number;
  implied: number;
  /** Count one leaf that is lost whatever becomes of the sample. */
  readonly lost: ((line: number) => void)[];
  withheld: boolean;
}

/** What was read since the handler was at rest, beside the leaves of the last sample. */
interface Since {
  samples: number;
  last: Draft | undefined;
  frames: number;
  implied: number;
  empty: number;
  /** False if there was something that is not to be read as if it were like others. */
  plain: boolean;
}

const createSince = (): Since => ({ samples: 0, last: undefined, frames: 0, implied: 0, empty: 0, plain: true });

export interface CdaSetup {
  readonly data: AppleData;
  readonly account: Account;
  readonly owner: Owner;
  readonly samples: Samples;
  line(): number;
}

/** Creates the handler of tokens. */
export function createCdaReader({ data, account, owner, samples, line }: CdaSetup): RecordHandler {
  const { sample: sampleName, wrappers } = data.cda;
  const body = compileLeaves(data.cda.header, 'ClinicalDocument');
  const sampleSpot = compileLeaves(data.cda.leaves, sampleName);
  for (const wrapper of wrappers) body.elements.set(wrapper, body);
  body.elements.set(sampleName, sampleSpot);
  const nowhere = createSpot('');

  const spots: Spot[] = [];
  /** True for elements with leaves or children: one with neither is a leaf itself. */
  const filled: boolean[] = [];
  let spot = body;
  let text = '';
  let draft: Draft | undefined;
  let depth = 0; // within the sample
  let since = createSince();

  function takeLeaf(rule: LeafRule | undefined, value: string): void {
    if (rule === undefined) {
      since.plain = false;
      account.lose('unread', spot.path === '' ? 'other' : `${spot.path}/other`, line(), 1, value);
    } else if (draft) takeInSample(draft, rule, value);
    else takeInHeader(rule, value);
  }

  function takeInHeader({ word, path }: LeafRule, value: string): void {
    const fact = FACTS[word];
    if (word === 'implied') since.implied++;
    else if (word !== 'declared' && fact === undefined) since.frames++;
    else since.plain = false;
    if (word === 'declared') account.lose('declared', path, line(), 1, value);
    else if (fact === undefined) account.keep(word === 'implied' ? 'implied' : 'frame', 1);
    else if (value.trim() === '') account.keep('tested', 1);
    else if (owner.tell(fact, value)) account.keep('copied', 1);
    else account.lose('no-code', path, line(), 1, value);
  }

  function takeInSample(sample: Draft, rule: LeafRule, value: string): void {
    const { word, place, expected } = rule;
    if (place >= 0) {
      if (sample.found[place] !== undefined) sample.lost.push(counterOf('superseded', rule));
      else {
        sample.found[place] = value;
        sample.rules[place] = rule;
        sample.words++;
      }
    } else if (word === 'frame') {
      sample.frames++;
      // `frame EVN`: anything else changes what the sample means.
      if (expected !== undefined && expected !== value && expected !== unprefixed(value)) sample.withheld = true;
    } else if (word === 'key' || word === 'entry') sample.metadata.push(value);
    else if (word === 'declared') sample.lost.push(counterOf('declared', rule));
    else if (word === 'implied') sample.implied++;
    else {
      sample.withheld = true;
      sample.frames++;
    }
  }

  /** Rows of the report by rule: most samples lose the same leaves. */
  const counters = new Map<string, (line: number) => void>();

  function counterOf(reason: LossReason, { path }: LeafRule): (line: number) => void {
    const key = `${reason} ${path}`;
    const counter = counters.get(key) ?? account.counter(reason, path);
    counters.set(key, counter);
    return counter;
  }

  function closeSample(closed: Draft): void {
    const { metadata, found, rules } = closed;
    if (metadata.length % 2 === 1) {
      since.plain = false;
      account.lose('unread', `${sampleName}/text/metadataEntry`, closed.line, metadata.length);
      metadata.length = 0;
    }
    for (const { again, first, same } of SAID_AGAIN) {
      const [told, rule] = [found[again], rules[again]];
      if (told === undefined || rule === undefined || found[first] === undefined) continue;
      closed.words--;
      if (!same || told === found[first]) closed.implied++;
      else closed.lost.push(counterOf('superseded', rule));
    }
    since.samples++;
    since.last = closed;
    settle(closed, toSample(closed));
  }

  function settle({ words, frames, implied, lost, withheld }: Draft, sample: Sample): void {
    const path = pathOf(sample.type);
    for (const count of lost) count(sample.line);
    if (withheld) account.statement(path, sample.line, false);
    const fate = withheld ? 'withheld' : samples.put(sample);
    if (fate === 'copied' || fate === 'implied') {
      account.keep('frame', frames);
      account.keep('implied', implied);
      account.keep(fate, words);
    } else account.lose(fate, path, sample.line, words + frames + implied + (withheld ? sample.metadata.length : 0));
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
    startTag({ name: { text: tag }, lines, names, values, count }) {
      flushText();
      if (filled.length > 0) filled[filled.length - 1] = true;
      spots.push(spot);
      filled.push(count > 0);
      spot = spot.elements.get(tag) ?? spot.elements.get(unprefixed(tag)) ?? nowhere;
      if (spot === sampleSpot) draft = createDraft(line() - lines);
      if (draft) depth++;
      for (let index = 0; index < count; index++)
        takeLeaf(spot.attributes.get(names[index]?.text ?? ''), values[index] ?? '');
    },
    text(value) {
      text += value;
    },
    endTag() {
      flushText();
      if (filled.pop() === false) {
        account.keep('tested', 1);
        since.empty++;
      }
      if (draft && --depth === 0) {
        closeSample(draft);
        draft = undefined;
      }
      spot = spots.pop() ?? body;
    },
    malformed() {
      since.plain = false;
    },
    ends: wrappers.map((wrapper) => `</${wrapper}>`),
    isAtRest: () => spot === body,
    takeLast() {
      const { samples: number, last, plain, frames, implied, empty } = since;
      since = createSince();
      if (number !== 1 || last === undefined || !plain) return undefined;
      return {
        sample: toSample(last),
        take(sample) {
          account.keep('frame', frames);
          account.keep('implied', implied);
          account.keep('tested', empty);
          settle(last, sample);
        },
      };
    },
    holeAt: (path) => HOLES[wordAt(data, path) ?? ''],
  };
}

/** What the table calls a leaf of a sample. */
function wordAt({ cda: { sample, leaves } }: AppleData, path: string): string | undefined {
  const [, below] = `/${path}`.split(`/${sample}/`, 2);
  return below !== undefined && Object.hasOwn(leaves, below) ? leaves[below] : undefined;
}

const createDraft = (line: number): Draft => ({
  line,
  found: [],
  rules: [],
  metadata: [],
  words: 0,
  frames: 0,
  implied: 0,
  lost: [],
  withheld: false,
});

function toSample({ found, metadata, line }: Draft): Sample {
  const get = (word: Word): string | undefined => found[PLACES[word]];
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
    line,
  };
}

const unprefixed = (name: string): string => (name.includes(':') ? name.slice(name.indexOf(':') + 1) : name);

function isBlank(text: string): boolean {
  for (let at = 0; at < text.length; at++) if (text.charCodeAt(at) > 0x20) return false;
  return true;
}
