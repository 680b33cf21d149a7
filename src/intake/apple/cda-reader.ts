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

/** Where the reader stands: elements and leaves that may follow, each known by name. */
interface Spot {
  readonly path: string;
  readonly elements: Map<string, Spot>;
  /** By `@name`, and `#` for text: the word of the table. */
  readonly leaves: Map<string, string>;
}

const createSpot = (path: string): Spot => ({ path, elements: new Map(), leaves: new Map() });

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
    spot.leaves.set(leaf, word);
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
/** Words that say again what another one says, if that is there. */
const SAID_BY: Readonly<Record<string, string>> = {
  amount: 'value',
  amountUnit: 'unit',
  code: 'type',
  codeSystem: 'type',
  display: 'type',
};

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
  let found: Record<string, string> = Object.create(null);
  let metadata: string[] = [];
  let frames = 0;
  let implied = 0;
  /** Leaves of the sample that are lost whatever becomes of it. */
  let lost: [reason: LossReason, path: string][] = [];
  let withheld = false;
  let inSample = 0;
  let start = 0;

  function openSample(): void {
    found = Object.create(null);
    metadata = [];
    frames = 0;
    implied = 0;
    lost = [];
    withheld = false;
    start = line();
  }

  function takeLeaf(name: string, value: string): void {
    const word = spot.leaves.get(name);
    if (word === undefined) account.lose('unread', pathOfLeaf(spot, name), line(), 1, value);
    else if (inSample > 0) takeInSample(word, name, value);
    else takeInHeader(word, name, value);
  }

  function takeInHeader(word: string, name: string, value: string): void {
    const fact = FACTS[word];
    if (word === 'declared') account.lose('declared', pathOfLeaf(spot, name), line(), 1, value);
    else if (fact === undefined) account.keep(word === 'implied' ? 'implied' : 'frame', 1);
    else if (value.trim() === '') account.keep('tested', 1);
    else if (owner.tell(fact, value)) account.keep('copied', 1);
    else account.lose('no-code', pathOfLeaf(spot, name), line(), 1, value);
  }

  function takeInSample(word: string, name: string, value: string): void {
    if (word.startsWith('frame')) {
      frames++;
      // `frame EVN`: anything else changes what the sample means.
      if (word.length > 5 && word.slice(6) !== unprefixed(value)) withheld = true;
    } else if (word === 'withheld') {
      withheld = true;
      frames++;
    } else if (word === 'implied') implied++;
    else if (word === 'declared') lost.push(['declared', pathOfLeaf(spot, name)]);
    else if (word === 'key' || word === 'entry') metadata.push(value);
    else if (found[word] !== undefined) lost.push(['superseded', pathOfLeaf(spot, name)]);
    else found[word] = value;
  }

  function closeSample(): void {
    if (metadata.length % 2 === 1) {
      for (const _ of metadata) lost.push(['unread', `${data.cda.sample}/text/metadataEntry`]);
      metadata = [];
    }
    const sample = toSample();
    const path = pathOf(sample.type);
    const words = Object.keys(found);
    if (withheld) {
      account.statement(path, start, false);
      account.lose('withheld', path, start, words.length + frames + implied + metadata.length);
    } else settle(samples.put(sample), path, words);
    for (const [reason, where] of lost) account.lose(reason, where, start, 1);
  }

  function settle(fate: Fate, path: string, words: readonly string[]): void {
    if (fate !== 'copied' && fate !== 'implied') {
      account.lose(fate, path, start, words.length + frames + implied);
      return;
    }
    let said = 0;
    for (const word of words) if (found[SAID_BY[word] ?? ''] !== undefined) said++;
    account.keep('frame', frames);
    account.keep('implied', implied + said);
    account.keep(fate, words.length - said);
  }

  function toSample(): Sample {
    const { type = '', value, unit, amount = '', amountUnit = '', code, codeSystem, display = '', time } = found;
    return {
      type,
      value: value ?? amount,
      unit: unit ?? amountUnit,
      sourceName: found.sourceName ?? '',
      sourceVersion: found.sourceVersion ?? '',
      device: found.device ?? '',
      start: found.start ?? time ?? '',
      end: found.end ?? '',
      created: '',
      metadata,
      ...(code !== undefined && codeSystem === LOINC_OID && { code: { system: LOINC, code, display } }),
      line: start,
    };
  }

  function flushText(): void {
    if (text === '') return;
    const value = text;
    text = '';
    if (!/[^ \t\r\n]/.test(value)) return;
    filled[filled.length - 1] = true;
    takeLeaf('#', value);
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
      takeLeaf(`@${name}`, value);
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

const unprefixed = (name: string): string => name.slice(name.indexOf(':') + 1);

/** Names the table does not have are not told: they might have been made from data. */
function pathOfLeaf(spot: Spot, name: string): string {
  if (spot.path === '') return 'other';
  return `${spot.path}/${name === '#' ? 'text()' : spot.leaves.has(name) ? name : 'other'}`;
}
