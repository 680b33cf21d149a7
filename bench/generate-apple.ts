/**
 * Writes a made-up Apple Health file of a given size, the same on every machine.
 * `npx tsx bench/generate-apple.ts export|cda MEGABYTES FILE`
 */
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { CDA_HEAD, cdaSample, ORGANIZER, WATCH } from '../scripts/apple-archive.js';

type Random = () => number;

/** A small generator (mulberry32): the file depends on nothing but its size. */
function createRandom(seed: number): Random {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

interface Kind {
  readonly type: string;
  readonly unit: string;
  readonly loinc: string;
  readonly name: string;
  readonly value: (random: Random) => string;
}

const KINDS: readonly Kind[] = [
  {
    type: 'HeartRate',
    unit: 'count/min',
    loinc: '8867-4',
    name: 'Heart rate',
    value: (random) => String(50 + Math.floor(random() * 100)),
  },
  {
    type: 'OxygenSaturation',
    unit: '%',
    loinc: '2710-2',
    name: 'Oxygen saturation',
    value: (random) => (0.9 + random() / 10).toFixed(2),
  },
  {
    type: 'RespiratoryRate',
    unit: 'count/min',
    loinc: '9279-1',
    name: 'Respiratory rate',
    value: (random) => (10 + random() * 10).toFixed(1),
  },
];

const START = Date.UTC(2016, 0, 1);

/** Every sample is some seconds after the one before. */
const timeOf = (second: number): string => new Date(START + second * 1000).toISOString().slice(0, 19);

const kindOf = (number: number): Kind => KINDS[Math.floor(number / 1000) % 10 < 8 ? 0 : 1 + (number % 2)] as Kind;

const EXPORT_HEAD = `<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE HealthData [
<!-- HealthKit Export Version: 14 -->
<!ELEMENT HealthData (ExportDate,Me,(Record|Correlation|Workout|ActivitySummary|ClinicalRecord)*)>
<!ATTLIST HealthData
  locale CDATA #REQUIRED
>
<!ELEMENT Record ((MetadataEntry|HeartRateVariabilityMetadataList)*)>
<!ATTLIST Record
  type          CDATA #REQUIRED
  startDate     CDATA #REQUIRED
>
]>
<HealthData locale="en_US">
 <ExportDate value="2024-05-01 08:00:00 -0500"/>
 <Me HKCharacteristicTypeIdentifierDateOfBirth="1970-01-31" HKCharacteristicTypeIdentifierBiologicalSex="HKBiologicalSexFemale" HKCharacteristicTypeIdentifierBloodType="HKBloodTypeNotSet" HKCharacteristicTypeIdentifierFitzpatrickSkinType="HKFitzpatrickSkinTypeNotSet" HKCharacteristicTypeIdentifierCardioFitnessMedicationsUse="None"/>
`;

function exportRecord(number: number, random: Random): string {
  const kind = kindOf(number);
  const time = `${timeOf(number * 20).replace('T', ' ')} -0500`;
  const value = kind.value(random);
  const open = ` <Record type="HKQuantityTypeIdentifier${kind.type}" sourceName="Robin’s Apple Watch" sourceVersion="9.1" device="${WATCH}" unit="${kind.unit}" creationDate="${time}" startDate="${time}" endDate="${time}" value="${value}"`;
  if (kind.type !== 'HeartRate') return `${open}/>\n`;
  return `${open}>\n  <MetadataEntry key="HKMetadataKeyHeartRateMotionContext" value="${number % 3}"/>\n </Record>\n`;
}

function cdaComponent(number: number, random: Random): string {
  const { value, ...kind } = kindOf(number);
  return cdaSample({
    ...kind,
    value: value(random),
    time: `${timeOf(number * 20).replace(/[-:T]/g, '')}-0500`,
    context: kind.type === 'HeartRate' ? String(number % 3) : undefined,
  });
}

const SHAPES = {
  export: { head: EXPORT_HEAD, item: exportRecord, foot: '</HealthData>\n' },
  cda: { head: `${CDA_HEAD}${ORGANIZER.head}`, item: cdaComponent, foot: `${ORGANIZER.foot}\n</ClinicalDocument>\n` },
} as const;

/** Pieces of the file, about 64 KiB each, until `bytes` are reached. */
export function* generate(shape: keyof typeof SHAPES, bytes: number): Generator<string> {
  const { head, item, foot } = SHAPES[shape];
  const random = createRandom(1);
  let size = 0;
  let piece: string = head;
  for (let number = 0; size + piece.length < bytes; number++) {
    piece += item(number, random);
    if (piece.length < 65536) continue;
    size += piece.length;
    yield piece;
    piece = '';
  }
  yield piece + foot;
}

async function write(shape: keyof typeof SHAPES, bytes: number, path: string): Promise<void> {
  const file = createWriteStream(path);
  for (const piece of generate(shape, bytes)) if (!file.write(piece)) await once(file, 'drain');
  file.end();
  await once(file, 'close');
}

const [shape, megabytes, path] = process.argv.slice(2);
if (import.meta.url === `file://${process.argv[1]}`) {
  if ((shape !== 'export' && shape !== 'cda') || path === undefined)
    throw new Error('Usage: bench/generate-apple.ts export|cda MEGABYTES FILE');
  await write(shape, Number(megabytes) * 1e6, path);
}
