/** An Apple Health export as FHIR: export.xml, export_cda.xml and clinical records, as one account of one person. */
import { sha256 } from '#digest';
import { APPLE } from '../../apple.gen.js';
import type { Event } from '../../event.js';
import { InputError, type ReadErrorCode } from '../../finding.js';
import { LIMITS, REFUSALS } from '../../read/read.js';
import { createTokenReader } from '../../read/token-reader.js';
import { openLocator, type Part } from '../entry.js';
import { createOutput, type OutputOptions } from '../output/output.js';
import { createCdaReader } from './cda-reader.js';
import type { ClinicalRecord } from './clinical.js';
import { createClinicalReader } from './clinical-reader.js';
import { createExportReader } from './export-reader.js';
import { createOwner } from './patient.js';
import { withoutDoctype } from './prologue.js';
import { createRepeats, type Repeats } from './repeats.js';
import { createSamples } from './samples.js';

/** One file of an export. */
export interface ApplePart {
  /** `export`: export.xml; `cda`: export_cda.xml; `record`: one of clinical-records/*.json. */
  readonly kind: 'export' | 'cda' | 'record';
  /** Path within the export. */
  readonly name: string;
  open(): AsyncIterable<Uint8Array>;
}

const KINDS: Readonly<Record<string, ApplePart['kind']>> = {
  'apple-export': 'export',
  'apple-cda': 'cda',
  'apple-record': 'record',
};

/** A part as the recogniser named it. */
export const toPart = ({ name, kind, locator }: Part): ApplePart => ({
  name,
  kind: KINDS[kind] ?? 'record',
  open: () => openLocator(locator),
});

const ORDER: readonly ApplePart['kind'][] = ['export', 'cda', 'record'];

/**
 * Converts the files of one export. Samples that stand in several of them are written once; memory does not grow with
 * the samples but for eight bytes each.
 * @param parts in any order; export.xml may be missing, and so may the others. Records are opened twice
 * @returns the events of a conversion; `sections` of the report counts samples by type, in and converted
 * @throws InputError if a file is no XML, has a foreign DOCTYPE or exceeds a limit
 */
export async function* convertAppleHealth(
  parts: readonly ApplePart[],
  options: OutputOptions = {},
): AsyncGenerator<Event, void> {
  const { account, findings, report, drain, emit, emitWhole, end } = await createOutput(options);
  const owner = createOwner(APPLE);
  const samples = createSamples({ data: APPLE, account, findings, owner, emit });
  const records = new Map<string, ClinicalRecord>();
  const digest = sha256();
  let bytes = 0;
  let complete = true;

  async function* count(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void> {
    for await (const chunk of source) {
      digest.update(chunk);
      bytes += chunk.length;
      yield chunk;
    }
  }

  /** Opens one XML file; what its pieces give is in the queue. */
  function openXml({ kind, open }: ApplePart): { bytes: AsyncIterable<Uint8Array>; repeats: Repeats } {
    const source = count(open());
    const line = (): number => repeats.line();
    const shared = { data: APPLE, account, owner, samples, line };
    const clinical = (record: ClinicalRecord) => records.set(fileOf(record.path), record);
    const handler = kind === 'cda' ? createCdaReader(shared) : createExportReader({ ...shared, clinical, emit });
    const refuse = (code: ReadErrorCode): never => {
      throw new InputError(code, REFUSALS[code], line());
    };
    const reader = createTokenReader(handler, {
      report: (code) => report(code, { line: line() }),
      refuse,
      limits: LIMITS,
      roots: 'many',
    });
    const repeats = createRepeats({ reader, handler, misread: (code, at) => report(code, { line: at }) });
    return { bytes: kind === 'cda' ? source : withoutDoctype(source), repeats };
  }

  const sorted = ORDER.flatMap((kind) => parts.filter((part) => part.kind === kind));
  for (const part of sorted) {
    if (part.kind === 'record') continue;
    const { bytes: pieces, repeats } = openXml(part);
    for await (const piece of pieces) {
      repeats.write(piece);
      yield* drain();
    }
    complete = repeats.close() && complete;
    yield* drain();
  }
  for (const _ of samples.finish()) yield* drain();
  const files = sorted.filter(({ kind }) => kind === 'record').map(({ name, open }) => ({ name: fileOf(name), open }));
  const clinical = createClinicalReader({
    records,
    account,
    report,
    finding: findings.add,
    emit: emitWhole,
    count,
  });
  for await (const _ of clinical(files)) yield* drain();
  for (const resource of owner.finish()) emitWhole(resource);
  yield* drain();
  yield end({ name: options.name ?? '', sha256: digest.hex(), bytes }, complete);
}

/** Names of records are unique; folders may be called anything. */
const fileOf = (path: string): string => path.slice(path.lastIndexOf('/') + 1);
