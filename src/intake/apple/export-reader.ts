/** export.xml: samples, correlations, workouts and stubs of clinical records, element by element as they stream by. */

import type { JsonObject } from '../../fhir/json.js';
import type { Account } from '../output/account.js';
import type { ClinicalRecord } from './clinical.js';
import type { AppleData } from './data.js';
import { NONE, nameOf, type Open, sortAttributes, toRecord, toSample } from './element.js';
import { pathOf } from './kind.js';
import type { Hole } from './layout.js';
import type { Owner } from './patient.js';
import type { RecordHandler } from './repeats.js';
import { reportable, type Sample } from './sample.js';
import type { Fate, Samples } from './samples.js';
import { toWorkout, type Workout } from './workout.js';

export interface ExportSetup {
  readonly data: AppleData;
  readonly account: Account;
  readonly owner: Owner;
  readonly samples: Samples;
  clinical(record: ClinicalRecord): void;
  emit(resource: JsonObject, shape: string): boolean;
  line(): number;
}

/** Metadata entries of one sample; Apple writes a handful. */
const MOST_METADATA = 500;

/** Attributes that vary while the layout of a record stays the same. */
const HOLES: Readonly<Record<string, Hole>> = {
  'Record/@value': 'value',
  'Record/@startDate': 'start',
  'Record/@endDate': 'end',
  'Record/@creationDate': 'created',
  'Record/@device': 'device',
  'Record/MetadataEntry/@value': 'entry',
};

/** Creates the handler of tokens. */
export function createExportReader(setup: ExportSetup): RecordHandler {
  const { account, samples, owner, data } = setup;
  const stack: Open[] = [];
  let text = '';
  // Since the handler was at rest: records that stand by themselves, and whether there was anything else.
  let records: Open[] = [];
  let plain = true;

  function loseAll(path: string, open: Pick<Open, 'leaves' | 'line'>): void {
    account.lose('unread', path, open.line, open.leaves);
  }

  /** Leaves of a record that no rule reads. @returns how many are left */
  function loseUnknown(path: string, open: Open): number {
    if (open.attributes === NONE) return open.leaves;
    let number = open.leaves;
    for (const key in open.attributes) {
      number--;
      account.lose('unread', `${path}/@${nameOf(key)}`, open.line, 1, open.attributes[key]);
    }
    return number;
  }

  function settle(fate: Fate, path: string, at: number, number: number): void {
    if (fate === 'copied' || fate === 'implied') account.keep(fate, number);
    else account.lose(fate, path, at, number);
  }

  function closeRecord(open: Open): void {
    const sample = toRecord(open);
    const path = pathOf(sample.type);
    const number = loseUnknown(path, open);
    const above = stack.at(-1);
    if (above?.name === 'Correlation' && above.members.length < MOST_METADATA) {
      above.members.push(sample);
      above.memberLeaves += number;
      return;
    }
    records.push(open);
    if (number !== open.leaves) plain = false;
    settle(samples.put(sample), path, open.line, number);
  }

  /** Its samples stand in the file a second time on their own; that two belong together is what it adds. */
  function closeCorrelation(open: Open): void {
    const { members, metadata } = open;
    const path = `Correlation[${reportable(open.attributes.type ?? '')}]`;
    const [one, other] = members;
    const pair = one && other && members.length === 2 && samples.isPair(one, other);
    if (pair) samples.pair(withMetadata(one, metadata), withMetadata(other, metadata));
    let kept = members.length > 0;
    for (const member of members) {
      const fate = samples.put(withMetadata(member, metadata));
      if (fate !== 'copied' && fate !== 'implied') kept = false;
      settle(fate, pathOf(member.type), open.line, Math.round(open.memberLeaves / members.length));
    }
    account.statement(path, open.line, kept);
    const rest = open.memberLeaves - Math.round(open.memberLeaves / (members.length || 1)) * members.length;
    const number = open.leaves + rest + metadata.length;
    if (kept) account.keep('implied', number);
    else account.lose('unread', path, open.line, number);
  }

  /** That it was entered by hand is said of the Correlation, and holds for its samples. */
  const withMetadata = (sample: Sample, metadata: readonly string[]): Sample =>
    sample.metadata.length > 0 || metadata.length === 0 ? sample : { ...sample, metadata: metadata.slice() };

  function closeWorkout(open: Open): void {
    const path = `Workout[${reportable(open.attributes.workoutActivityType ?? '')}]`;
    const workout: Workout = { ...open, sample: { ...toSample(open), type: 'HKWorkout' } };
    const made = toWorkout(data, workout, owner);
    account.statement(path, open.line, made !== undefined);
    if (made === undefined) {
      account.lose('withheld', path, open.line, open.leaves + open.metadata.length);
      return;
    }
    setup.emit(made.resource, made.shape);
    account.keep('copied', made.copied);
    account.lose('unread', path, open.line, open.leaves - made.copied);
    account.lose('unread', `${path}/metadata`, open.line, open.metadata.length);
  }

  function closeMe(open: Open): void {
    for (const key in open.attributes) {
      const fact = Object.hasOwn(data.export.me, key) ? data.export.me[key] : undefined;
      const value = open.attributes[key] ?? '';
      const unset = value === '' || data.export.unset.includes(value);
      if (unset) account.keep('tested', 1);
      else if (fact !== undefined && owner.tell(fact, value)) account.keep('copied', 1);
      else account.lose('unread', `Me/@${nameOf(key)}`, open.line, 1, value);
    }
  }

  function closeClinical(open: Open): void {
    const { identifier = '', sourceName = '', sourceURL = '', fhirVersion = '', receivedDate = '' } = open.attributes;
    const { type = '', resourceFilePath = '' } = open.attributes;
    setup.clinical({
      type,
      identifier,
      sourceName,
      sourceURL,
      fhirVersion,
      receivedDate,
      path: resourceFilePath,
      leaves: open.leaves,
      line: open.line,
    });
  }

  const CLOSE: Readonly<Record<string, (open: Open) => void>> = {
    Record: closeRecord,
    Correlation: closeCorrelation,
    Workout: closeWorkout,
    Me: closeMe,
    ClinicalRecord: closeClinical,
    HealthData: (open) => account.keep('frame', open.leaves),
    ExportDate: (open) => account.lose('declared', 'ExportDate', open.line, open.leaves),
  };

  function close(open: Open): void {
    const above = stack.at(-1);
    if (open.name === 'MetadataEntry' && above !== undefined && above.metadata.length < MOST_METADATA * 2) {
      const { key, value } = open.attributes;
      if (key !== undefined && value !== undefined && open.leaves === 2) {
        above.metadata.push(key, value);
        return;
      }
    }
    if (open.name === 'WorkoutStatistics' && above?.name === 'Workout') above.statistics.push(open.attributes);
    const known = above === undefined || above.name === 'HealthData' || open.name === 'Record';
    const act = known && Object.hasOwn(CLOSE, open.name) ? CLOSE[open.name] : undefined;
    if (act) act(open);
    else if (known) closeUnknown(open);
    else loseAll(`${nameOf(above.name)}/${nameOf(open.name)}`, open);
  }

  function closeUnknown(open: Open): void {
    const declared = Object.hasOwn(data.export.lost, open.name);
    const path = nameOf(open.name);
    account.statement(path, open.line, false);
    account.lose(declared ? 'declared' : 'unread', path, open.line, open.leaves + open.metadata.length);
  }

  return {
    startTag(tag) {
      const name = tag.name.text;
      flushText();
      if (name !== 'Record' && name !== 'MetadataEntry') plain = false;
      const { attributes, values } = sortAttributes(tag);
      stack.push({
        name,
        attributes,
        values,
        leaves: tag.count,
        line: setup.line() - tag.lines,
        metadata: [],
        members: [],
        memberLeaves: 0,
        statistics: [],
      });
    },
    text(value) {
      text += value;
    },
    endTag() {
      flushText();
      const open = stack.pop();
      if (open) close(open);
    },
    malformed() {
      plain = false;
    },
    ends: ['/>', '</Record>'],
    isAtRest: () => stack.length === 1 && stack[0]?.name === 'HealthData',
    takeLast() {
      const [open] = records;
      const isOne = records.length === 1 && plain;
      records = [];
      plain = true;
      if (!isOne || open === undefined) return undefined;
      const path = pathOf(open.values[0] ?? '');
      return {
        sample: toRecord(open),
        take: (sample) => settle(samples.put(sample), path, sample.line, open.leaves),
      };
    },
    holeAt: (path) => (Object.hasOwn(HOLES, path) ? HOLES[path] : undefined),
  };

  /** The format has no text. */
  function flushText(): void {
    if (text === '') return;
    const value = text;
    text = '';
    if (value.trim() === '') return;
    plain = false;
    account.lose('unread', `${nameOf(stack.at(-1)?.name ?? '')}/text()`, setup.line(), 1, value);
  }
}
