/** What must hold of the reading of any document, however broken. */
import type { FhirResource } from 'fhir/r4.js';
import { type ConvertOptions, convert, InputError, type LossReport } from '../../src/index.js';
import type { Element } from '../property/xml.js';

/** Processor seconds one document may take; the largest of the corpus takes far less. */
export const SECONDS = 10;

export interface Reading {
  readonly resources: readonly FhirResource[];
  readonly loss: LossReport | undefined;
  /** What must not be; empty if all is well. */
  readonly faults: readonly string[];
}

/** Reads a document and looks for faults. */
export async function readHostile(
  source: string | Uint8Array,
  check: ConvertOptions['check'] = 'full',
): Promise<Reading> {
  const faults: string[] = [];
  const resources: FhirResource[] = [];
  let loss: LossReport | undefined;
  const begun = process.cpuUsage();
  const onError = (error: unknown): void => {
    faults.push(
      `a rule failed: ${error instanceof Error ? error.stack?.split('\n').slice(0, 3).join(' ') : String(error)}`,
    );
  };
  try {
    for await (const event of convert(source, { check, onError })) {
      if (event.kind === 'resource') resources.push(event.resource);
      if (event.kind === 'end') loss = event.loss;
    }
  } catch (error) {
    if (!(error instanceof InputError)) faults.push(`thrown: ${error instanceof Error ? error.stack : String(error)}`);
    else if (error.line === undefined) faults.push(`no line: ${error.code}`);
    return { resources, loss, faults };
  }
  const { user, system } = process.cpuUsage(begun);
  if ((user + system) / 1e6 > SECONDS) faults.push(`took ${(user + system) / 1e6} s`);
  return { resources, loss, faults: [...faults, ...faultsOf(loss, resources)] };
}

function* faultsOf(loss: LossReport | undefined, resources: readonly FhirResource[]): Generator<string> {
  if (loss === undefined) return yield 'no loss report';
  const { total, ...states } = loss.leaves;
  const sum = Object.values(states).reduce((all, count) => all + count, 0);
  if (sum !== total) yield `${sum} of ${total} leaves are accounted for`;
  const rows = loss.lost.reduce((all, { count }) => all + count, 0);
  if (rows !== states.lost) yield `${states.lost} leaves are lost, ${rows} have a row`;
  for (const { code, severity, rule, target, line, path } of loss.findings) {
    if (code === 'check-failed' && severity === 'error') yield `invalid: ${rule} at ${target}`;
    if (code === 'rule-failed') yield `rule failed: ${rule} at ${path} ${line}`;
    if (/^xml-/.test(code) && line === undefined) yield `no line: ${code}`;
  }
  const truncated = loss.findings.some(({ code }) => code === 'xml-truncated');
  if (truncated === loss.complete) yield 'truncation and completeness differ';
  yield* danglingOf(resources);
}

function* danglingOf(resources: readonly FhirResource[]): Generator<string> {
  const ids = resources.map(({ resourceType, id }) => `${resourceType}/${id}`);
  const there = new Set(ids);
  if (there.size < ids.length) yield 'an id stands twice';
  for (const resource of resources)
    for (const reference of referencesOf(resource))
      if (!there.has(reference)) yield `dangling: ${resource.resourceType} to ${reference.replace(/\/.*/, '')}`;
}

function* referencesOf(value: unknown): Generator<string> {
  if (typeof value !== 'object' || value === null) return;
  for (const [key, item] of Object.entries(value)) {
    if (key === 'reference' && typeof item === 'string' && !item.startsWith('#')) yield item;
    else yield* referencesOf(item);
  }
}

const isElement = (item: Element | string): item is Element => typeof item !== 'string';
const local = (element: Element): string => element.name.replace(/^.*:/, '');

const PLANS = new Set(['INT', 'RQO', 'PRMS', 'PRP', 'ARQ', 'APT', 'GOL']);
const VOIDS = new Set(['nullified', 'cancelled', 'aborted']);

/** A statement that says something is not so: negated, refused, planned, void or about somebody else. */
const isDenied = (element: Element): boolean =>
  element.attributes.negationInd === 'true' ||
  PLANS.has(element.attributes.moodCode ?? '') ||
  element.content.some(
    (item) =>
      isElement(item) &&
      ((local(item) === 'statusCode' && VOIDS.has(item.attributes.code ?? '')) ||
        (local(item) === 'subject' &&
          item.content.some((inner) => isElement(inner) && local(inner) === 'relatedSubject'))),
  );

/** Codes that stand in denied statements only. */
export function deniedCodes(root: Element): Set<string> {
  const denied = new Set<string>();
  const stated = new Set<string>();
  const visit = (element: Element, within: boolean): void => {
    const here = within || isDenied(element);
    const { code, codeSystem } = element.attributes;
    if (code && codeSystem) (here ? denied : stated).add(code);
    for (const item of element.content) if (isElement(item)) visit(item, here);
  };
  visit(root, false);
  return new Set([...denied].filter((code) => !stated.has(code)));
}

const NOT_SO = new Set([
  'refuted',
  'entered-in-error',
  'not-done',
  'cancelled',
  'stopped',
  'not-taken',
  'on-hold',
  'draft',
  'intended',
  'unknown',
]);

/** Codes of what the resources say is so: no plans, no refusals, nothing of others. */
export function presentCodes(resources: readonly FhirResource[]): Set<string> {
  const codes = new Set<string>();
  for (const resource of resources) {
    const one = resource as unknown as Record<string, unknown>;
    if (!FACTS.has(resource.resourceType) || NOT_SO.has(String(one.status))) continue;
    if ('dataAbsentReason' in one || ('intent' in one && one.intent !== 'order')) continue;
    const verification = JSON.stringify(one.verificationStatus ?? '');
    if ([...NOT_SO].some((word) => verification.includes(`"${word}"`))) continue;
    for (const key of ['code', 'vaccineCode', 'medicationCodeableConcept', 'valueCodeableConcept'])
      for (const { code } of (one[key] as { coding?: { code?: string }[] } | undefined)?.coding ?? [])
        if (code) codes.add(code);
  }
  return codes;
}
const FACTS = new Set([
  'AllergyIntolerance',
  'Condition',
  'Immunization',
  'MedicationStatement',
  'Observation',
  'Procedure',
]);
