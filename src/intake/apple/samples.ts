/** Samples in, Observations out: what both files of an export have in common. */
import { parseDecimal } from '../../fhir/datatypes/decimal.js';
import type { JsonObject } from '../../fhir/json.js';
import { FINDINGS, type FindingCode } from '../../finding.js';
import type { Findings } from '../../findings.js';
import type { LossReason } from '../../ledger.js';
import type { Account } from '../output/account.js';
import type { AppleData } from './data.js';
import { createDevices } from './device.js';
import { createKinds, type Kind } from './kind.js';
import { type Frame, isEntered, metadataRule, observe, whenOf } from './observe.js';
import type { Owner } from './patient.js';
import { createPressures, type Half, type Side } from './pressure.js';
import type { Recipe } from './recipe.js';
import { reportable, type Sample } from './sample.js';
import { createTimes } from './time.js';

/** What became of a sample: said by a new resource, by one that is there already, or lost. */
export type Fate = 'copied' | 'implied' | LossReason;

export interface Samples {
  /** Takes one sample; its metadata entries and the statement are accounted for, its other leaves are the caller's. */
  put(sample: Sample): Fate;
  /** Takes the samples of one blood pressure. */
  pair(one: Sample, other: Sample): void;
  /** True if the two are the halves of a blood pressure. */
  isPair(one: Sample, other: Sample): boolean;
  /** Writes what waits for another sample; yields after each resource, so that they need not all be held. */
  finish(): Iterable<void>;
}

export interface SamplesSetup {
  readonly data: AppleData;
  readonly account: Account;
  readonly findings: Findings;
  readonly owner: Owner;
  /** Writes a resource unless its id was written. `shape`: resources of one shape satisfy the same rules. */
  readonly emit: (resource: JsonObject, shape: string) => boolean;
}

/** Names of sources that are remembered. */
const MOST_NAMES = 1000;

export function createSamples({ data, account, findings, owner, emit }: SamplesSetup): Samples {
  const kindOf = createKinds(data);
  const readTime = createTimes();
  const devices = createDevices((device) => emit(device, 'Device'));
  const pressures = createPressures(data, emit);
  let lastCreated = '';
  let lastIssued: string | undefined;

  function report(code: FindingCode, sample: Sample, target?: string): void {
    const [severity, message] = FINDINGS[code];
    findings.add({ code, severity, message, path: kindOf(sample).path, line: sample.line, ...(target && { target }) });
  }

  function issuedOf(sample: Sample): string | undefined {
    if (sample.created === sample.start) return readTime(sample.start);
    if (sample.created !== lastCreated) {
      lastCreated = sample.created;
      lastIssued = sample.created === '' ? undefined : createdTimes(sample.created);
    }
    return lastIssued;
  }
  const createdTimes = createTimes();
  /** The names of sources, each as one string. */
  const names = new Map<string, string>();
  function nameOf(name: string): string {
    const known = names.get(name);
    if (known === undefined && names.size < MOST_NAMES) names.set(name, name);
    return known ?? name;
  }

  /** Everything about a sample but its value. */
  function prepare(sample: Sample): Frame | undefined {
    const when = whenOf(sample, readTime);
    if (when === undefined) {
      report('date-malformed', sample, 'Observation.effective');
      return undefined;
    }
    if (when.endLost) report('date-malformed', sample, 'Observation.effectivePeriod.end');
    return {
      when,
      issued: issuedOf(sample),
      entered: isEntered(sample, data),
      patient: owner.refer(sample),
      device: devices.refer(sample),
    };
  }

  function putPressure(side: Side, sample: Sample): Fate {
    const half = toHalf(sample);
    if (half === undefined) return 'withheld';
    return pressures.put(side, half) ? 'copied' : 'implied';
  }

  /** A half waits for the other one: it holds no piece of the file, which a part of a string would keep in memory. */
  function toHalf(sample: Sample): Half | undefined {
    const frame = prepare(sample);
    if (frame === undefined) return undefined;
    const value = parseDecimal(sample.value);
    if (value === undefined) {
      report('number-malformed', sample, 'Observation.component.value[x]');
      return undefined;
    }
    const { type, unit } = kindOf(sample);
    return { ...frame, type, unit, value, sourceName: nameOf(sample.sourceName) };
  }

  function putPlain(sample: Sample, recipe: Recipe, { shapes }: Kind): Fate {
    const frame = prepare(sample);
    if (frame === undefined) return 'withheld';
    const observation = observe(data, sample, recipe, frame);
    if (typeof observation === 'string') {
      report(observation, sample, 'Observation.value[x]');
      return 'withheld';
    }
    if (!recipe.coded && recipe.unit.code === undefined && sample.unit !== '') report('unit-not-ucum', sample);
    return emit(observation, shapeOf(observation, sample, shapes)) ? 'copied' : 'implied';
  }

  /** Key and value of each entry. `isNew`: false if the sample was written before, with its entries. */
  function accountMetadata({ metadata, line }: Sample, path: string, isNew: boolean): void {
    for (let index = 0; index < metadata.length; index += 2) {
      const [key = ''] = [metadata[index]];
      if (!isNew) account.keep('implied', 2);
      else if (metadataRule(data, key) !== undefined) account.keep('copied', 2);
      else account.lose('unread', `${path}/metadata[${reportable(key)}]`, line, 2);
    }
  }

  function putAs(kind: Kind, sample: Sample): Fate {
    if (kind.side !== undefined) return putPressure(kind.side, sample);
    return kind.recipe === undefined ? 'unread' : putPlain(sample, kind.recipe, kind);
  }

  return {
    put(sample) {
      const kind = kindOf(sample);
      const { path, side, recipe } = kind;
      const fate = putAs(kind, sample);
      const converted = fate === 'copied' || fate === 'implied';
      if (converted) accountMetadata(sample, path, fate === 'copied');
      else account.lose(fate, `${path}/metadata`, sample.line, sample.metadata.length);
      account.statement(path, sample.line, converted, side === undefined ? recipe?.loinc : undefined);
      return fate;
    },
    isPair(one, other) {
      const [a, b] = [kindOf(one).side, kindOf(other).side];
      return a !== undefined && b !== undefined && a !== b;
    },
    pair(one, other) {
      const [systolic, diastolic] = kindOf(one).side === 'systolic' ? [one, other] : [other, one];
      const [upper, lower] = [toHalf(systolic), toHalf(diastolic)];
      if (upper && lower) pressures.pair(upper, lower);
    },
    finish: pressures.flush,
  };
}

/** Resources of one shape have the same elements, codes and units. */
function shapeOf(observation: JsonObject, { type, unit }: Sample, shapes: Map<number, string>): string {
  const has = (name: string, bit: number): number => (observation[name] === undefined ? 0 : bit);
  const components = Array.isArray(observation.component) ? observation.component.length : 0;
  const number =
    has('effectivePeriod', 1) +
    has('issued', 2) +
    has('performer', 4) +
    has('valueBoolean', 8) +
    has('device', 16) +
    components * 32;
  const known = shapes.get(number);
  if (known !== undefined) return known;
  const shape = `${type} ${unit} ${number}`;
  shapes.set(number, shape);
  return shape;
}
