/** Samples in, Observations out: what both files of an export have in common. */
import type { JsonObject } from '../../fhir/json.js';
import { FINDINGS, type FindingCode } from '../../finding.js';
import type { Findings } from '../../findings.js';
import type { LossReason } from '../../ledger.js';
import type { Account } from './account.js';
import type { AppleData } from './data.js';
import { createDevices } from './device.js';
import { observe, quantityOf, type Surroundings, type When, whenOf } from './observe.js';
import type { Owner } from './patient.js';
import { createPressures, type Half } from './pressure.js';
import { createRecipes, type Recipe } from './recipe.js';
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
  /** Writes what waits for another sample. */
  finish(): void;
}

export interface SamplesSetup {
  readonly data: AppleData;
  readonly account: Account;
  readonly findings: Findings;
  readonly owner: Owner;
  /** Writes a resource unless its id was written. `shape`: resources of one shape satisfy the same rules. */
  readonly emit: (resource: JsonObject, shape: string) => boolean;
}

const paths = new Map<string, string>();

/** Name of the samples of a type in reports. */
export function pathOf(type: string): string {
  const known = paths.get(type);
  if (known !== undefined) return known;
  const path = `Record[${reportable(type)}]`;
  if (paths.size < 1000) paths.set(type, path);
  return path;
}

export function createSamples({ data, account, findings, owner, emit }: SamplesSetup): Samples {
  const recipeOf = createRecipes(data);
  const readTime = createTimes();
  const devices = createDevices((device) => emit(device, 'Device'));
  const pressures = createPressures(data, emit);
  let lastCreated = '';
  let lastIssued: string | undefined;

  function report(code: FindingCode, sample: Sample, target?: string): void {
    const [severity, message] = FINDINGS[code];
    findings.add({ code, severity, message, path: pathOf(sample.type), line: sample.line, ...(target && { target }) });
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

  const around = (sample: Sample): Surroundings => ({
    data,
    patient: owner.refer(sample),
    device: devices.refer(sample),
  });

  /** Everything about a sample but its value. */
  function prepare(sample: Sample): Half | undefined {
    const when = whenOf(sample, readTime);
    if (when === undefined) {
      report('date-malformed', sample, 'Observation.effective');
      return undefined;
    }
    if (when.endLost) report('date-malformed', sample, 'Observation.effectivePeriod.end');
    return { sample, when, issued: issuedOf(sample), around: around(sample) };
  }

  function putPressure(side: 'systolic' | 'diastolic', sample: Sample): Fate {
    const half = toHalf(sample);
    if (half === undefined) return 'withheld';
    return pressures.put(side, half) ? 'copied' : 'implied';
  }

  function toHalf(sample: Sample): Half | undefined {
    const half = prepare(sample);
    if (half && quantityOf({ unit: { unit: '', code: undefined }, transform: (text) => text }, sample.value))
      return half;
    if (half) report('number-malformed', sample, 'Observation.component.value[x]');
    return undefined;
  }

  function putPlain(sample: Sample, recipe: Recipe): Fate {
    const half = prepare(sample);
    if (half === undefined) return 'withheld';
    const observed = observe(sample, recipe, half.when, half.issued, half.around);
    if (typeof observed === 'string') {
      report(observed, sample, 'Observation.value[x]');
      return 'withheld';
    }
    if (!recipe.coded && recipe.unit.code === undefined && sample.unit !== '') report('unit-not-ucum', sample);
    if (!emit(observed.resource, shapeOf(sample, recipe, half.when))) {
      accountMetadata(sample, undefined);
      return 'implied';
    }
    accountMetadata(sample, observed.used);
    return 'copied';
  }

  /** Key and value of each entry; undefined: the sample was written before, with its entries. */
  function accountMetadata(sample: Sample, used: ReadonlySet<number> | undefined): void {
    const { metadata } = sample;
    for (let index = 0; index < metadata.length; index += 2) {
      if (used === undefined || used.has(index)) account.keep(used === undefined ? 'implied' : 'copied', 2);
      else
        account.lose('unread', `${pathOf(sample.type)}/metadata[${reportable(metadata[index] ?? '')}]`, sample.line, 2);
    }
  }

  function isMapped(sample: Sample): Recipe | 'systolic' | 'diastolic' | undefined {
    return pressures.sideOf(sample.type) ?? recipeOf(sample);
  }

  return {
    put(sample) {
      const mapped = isMapped(sample);
      const path = pathOf(sample.type);
      const plain = typeof mapped === 'object';
      let fate: Fate = 'unread';
      if (plain) fate = putPlain(sample, mapped);
      else if (mapped !== undefined) fate = putPressure(mapped, sample);
      const converted = fate === 'copied' || fate === 'implied';
      if (!plain && converted) accountMetadata(sample, new Set());
      if (!converted) account.lose(fate as LossReason, `${path}/metadata`, sample.line, sample.metadata.length);
      account.statement(path, sample.line, converted, plain ? mapped.loinc : undefined);
      return fate;
    },
    isPair(one, other) {
      const [a, b] = [pressures.sideOf(one.type), pressures.sideOf(other.type)];
      return a !== undefined && b !== undefined && a !== b;
    },
    pair(one, other) {
      const [systolic, diastolic] = pressures.sideOf(one.type) === 'systolic' ? [one, other] : [other, one];
      const [upper, lower] = [toHalf(systolic), toHalf(diastolic)];
      if (upper && lower) pressures.pair(upper, lower);
    },
    finish: pressures.flush,
  };
}

/** Resources of one shape have the same elements, codes and units. */
const shapeOf = ({ type, unit, metadata, created }: Sample, { coded }: Recipe, { end }: When): string =>
  `${type} ${unit} ${coded} ${end !== undefined} ${metadata.length} ${created !== ''}`;
