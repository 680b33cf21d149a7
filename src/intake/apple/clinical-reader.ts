/** Reads the files of clinical-records: twice, as a reference may lead to a file that comes later. */
import type { FhirResource } from 'fhir/r4.js';
import type { Json, JsonObject } from '../../fhir/json.js';
import { isResourceType } from '../../fhir/shapes.js';
import type { Finding, FindingCode } from '../../finding.js';
import { isKnownType, upgradeResource } from '../../upgrade/upgrade.js';
import type { Account } from '../output/account.js';
import { readResources } from '../resources.js';
import { baseOf, type ClinicalRecord, createOrigins, rewrite, stampSource } from './clinical.js';
import { reportable } from './sample.js';
import { createTimes } from './time.js';

export interface ClinicalFile {
  /** Without folders. */
  readonly name: string;
  open(): AsyncIterable<Uint8Array>;
}

export interface ClinicalSetup {
  /** What export.xml says, by file name. */
  readonly records: ReadonlyMap<string, ClinicalRecord>;
  readonly account: Account;
  finding(finding: Finding): void;
  report(code: FindingCode, place?: Pick<Finding, 'line' | 'path'>): void;
  emit(resource: JsonObject): boolean;
  /** Counts the bytes of a source. */
  count(source: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array>;
}

/** Creates the reader: it yields after every file, when the resources of it were emitted. */
export function createClinicalReader(setup: ClinicalSetup): (files: readonly ClinicalFile[]) => AsyncGenerator<void> {
  const { records, account, report, emit } = setup;
  const readTime = createTimes();
  const origins = createOrigins(emit);

  /** Every resource of the files under its server and name. */
  async function index(files: readonly ClinicalFile[]): Promise<ReadonlySet<string>> {
    const known = new Set<string>();
    for (const file of files) {
      const record = records.get(file.name);
      for await (const resource of tryRead(file.open()))
        known.add(keyOf(baseOf(record, resource), `${resource.resourceType}/${resource.id}`));
    }
    return known;
  }

  function convertOne(resource: JsonObject, record: ClinicalRecord | undefined, known: ReadonlySet<string>): void {
    if (!isKnownType(String(resource.resourceType))) {
      loseUnknown(resource, record);
      return;
    }
    const path = `clinical-records[${resource.resourceType}]`;
    const base = baseOf(record, resource);
    const upgraded = upgradeResource(resource as unknown as FhirResource, versionOf(record));
    const current = upgraded.resource as unknown as JsonObject | undefined;
    for (const finding of upgraded.findings)
      setup.finding({ ...finding, path: `${path} ${finding.path ?? ''}`.trim() });
    account.statement(path, record?.line ?? 0, current !== undefined);
    if (current === undefined) {
      account.lose('withheld', path, record?.line ?? 0, countLeaves(resource));
      return;
    }
    const own = rewrite(current, {
      base,
      has: (server, reference) => known.has(keyOf(server, reference)),
      dangling: () => report('reference-dangling', { path }),
    });
    emit(stampSource(own, record));
    account.keep('copied', countLeaves(resource));
    if (record) origins.add(record, readTime(record.receivedDate), `${own.resourceType}/${own.id}`);
  }

  return async function* read(files) {
    const known = await index(files);
    const found = new Set<string>();
    for (const file of files) {
      const record = records.get(file.name);
      let converted = 0;
      for await (const resource of tryRead(setup.count(file.open()))) {
        convertOne(resource, record, known);
        converted++;
      }
      if (converted === 0) {
        report('record-unreadable');
        account.statement('clinical-records', 0, false);
      } else found.add(file.name);
      yield;
    }
    for (const [name, record] of records) {
      if (found.has(name)) account.keep('copied', record.leaves);
      else loseStub(record);
    }
    origins.finish();
    yield;
  };

  /** Neither files nor messages are named by what is no type. */
  function loseUnknown(resource: JsonObject, record: ClinicalRecord | undefined): void {
    const [path, line] = ['clinical-records', record?.line ?? 0];
    report('resource-unknown', { path });
    account.statement(path, line, false);
    account.lose('withheld', path, line, countLeaves(resource));
  }

  /** A stub without its file: the record itself is not in the export. */
  function loseStub({ type, leaves, line }: ClinicalRecord): void {
    const path = `ClinicalRecord[${isResourceType(type) ? type : reportable(type)}]`;
    report('reference-dangling', { line, path });
    account.statement(path, line, false);
    account.lose('withheld', path, line, leaves);
  }
}

/** The version export.xml names; without it the resource's own shape tells. */
function versionOf(record: ClinicalRecord | undefined): { readonly version?: 'DSTU2' | 'STU3' | 'R4' } {
  const major = record?.fhirVersion.slice(0, 2);
  return major === '1.'
    ? { version: 'DSTU2' }
    : major === '3.'
      ? { version: 'STU3' }
      : major === '4.'
        ? { version: 'R4' }
        : {};
}

/** Primitive values. */
function countLeaves(value: Json | undefined): number {
  if (typeof value !== 'object' || value === null) return value === undefined ? 0 : 1;
  let number = 0;
  for (const item of Object.values(value)) number += countLeaves(item);
  return number;
}

const keyOf = (base: string, reference: string): string => `${base}\n${reference}`;

/** Resources up to where the file can be read. */
async function* tryRead(source: AsyncIterable<Uint8Array>): AsyncGenerator<JsonObject, void> {
  try {
    for await (const resource of readResources(source)) yield resource as unknown as JsonObject;
  } catch (error) {
    if (!(error instanceof Error) || error.name !== 'JsonError') throw error;
  }
}
