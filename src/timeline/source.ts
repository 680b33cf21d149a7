/** What is merged: sources, each read to the end, in R4, with references to its own records written `Type/id`. */
import type { FhirResource } from 'fhir/r4.js';
import { sha256 } from '#digest';
import { contentOf } from '../assemble/identity.js';
import type { Event, LossReport } from '../event.js';
import { nameId } from '../fhir/ids.js';
import type { JsonObject } from '../fhir/json.js';
import { FINDINGS, type Finding } from '../finding.js';
import { upgradeResource } from '../upgrade/upgrade.js';
import type { SourceFinding, SourceKind, SourceLoss, TimelineSource } from './model.js';
import { inElementOrder } from './order.js';
import { isObject, listOf } from './path.js';
import { redirect } from './references.js';

/** A resource with the full URL its Bundle gives it: others refer to it by that. */
export interface SourcedResource {
  readonly resource: FhirResource;
  readonly fullUrl?: string;
}

type Item = FhirResource | SourcedResource | Event;
export type Items = Iterable<Item> | AsyncIterable<Item>;

/** One source with what is known about it. */
export interface SourceInput {
  /** For people: the file's name; a document's own title comes before it. */
  readonly title?: string;
  readonly kind?: SourceKind;
  readonly author?: string;
  /** When it was written, FHIR date. A document's own date comes before it. */
  readonly date?: string;
  readonly loss?: LossReport;
  readonly findings?: readonly Finding[];
  readonly resources: Items;
}

/** One source, read. */
export interface Source {
  readonly about: TimelineSource;
  readonly resources: readonly JsonObject[];
}

/**
 * Reads a source. Bundles are taken apart, older FHIR is upgraded, what has no id gets one from its content.
 * @throws what the iterable throws: InputError of a conversion, JsonError of a reader
 */
export async function readSource(input: SourceInput): Promise<Source> {
  const collected = createCollected(input);
  for await (const item of input.resources) collected.add(item);
  return collected.finish();
}

function createCollected(input: SourceInput) {
  const resources = new Map<string, JsonObject>();
  const urls = new Map<string, string>();
  const findings: SourceFinding[] = (input.findings ?? []).map(toSourceFinding);
  let { loss, date } = input;
  let upgradedFrom: 'DSTU2' | 'STU3' | undefined;
  let isConverted = false;

  function take(resource: FhirResource, fullUrl?: string): void {
    const { resource: now, findings: own, from } = upgradeResource(resource);
    findings.push(...own.map(toSourceFinding));
    upgradedFrom = from ?? upgradedFrom;
    if (!now) return;
    const plain = now as unknown as JsonObject;
    const id = typeof plain.id === 'string' ? plain.id : nameId(`${fullUrl ?? ''}\n${contentOf(plain)}`);
    const key = `${plain.resourceType}/${id}`;
    if (fullUrl !== undefined) urls.set(fullUrl, key);
    urls.set(`urn:uuid:${id}`, key);
    resources.set(key, plain.id === undefined ? { ...plain, id } : plain);
  }

  function add(item: Item): void {
    if ('resourceType' in item) addResource(item);
    else if (!('kind' in item)) addResource(item.resource, item.fullUrl);
    else {
      isConverted = true;
      if (item.kind === 'resource') take(item.resource);
      if (item.kind === 'end') loss = item.loss;
    }
  }

  /** A Bundle stands for its entries, Bundles in it included. */
  function addResource(resource: FhirResource, fullUrl?: string): void {
    if (resource.resourceType !== 'Bundle') take(resource, fullUrl);
    else {
      date ??= resource.timestamp;
      for (const entry of resource.entry ?? [])
        if (entry.resource) addResource(entry.resource as FhirResource, entry.fullUrl);
    }
  }

  function finish(): Source {
    const all = [...resources.values()].map((resource) => inElementOrder(redirect(resource, resolve) as JsonObject));
    const composition = all.find(({ resourceType }) => resourceType === 'Composition');
    const title = typeof composition?.title === 'string' ? composition.title : undefined;
    const written = typeof composition?.date === 'string' ? composition.date : date;
    const author = findAuthor(composition, all) ?? input.author;
    return {
      resources: all,
      about: {
        id: sourceId(all),
        title: title ?? input.title ?? loss?.source.name ?? 'Records',
        kind: input.kind ?? (isConverted ? 'ccd' : 'bundle'),
        ...(upgradedFrom && { upgradedFrom }),
        ...(author !== undefined && { author }),
        ...(written !== undefined && { date: written }),
        ...(loss && { loss: summarizeLoss(loss) }),
        resources: countTypes(all),
        findings: countFindings(findings),
      },
    };
  }

  function resolve(reference: string): string {
    if (resources.has(reference)) return reference;
    const [, plain = reference] = /^(.*?)(?:\/_history\/[^/]+)?$/.exec(reference) ?? [];
    return urls.get(reference) ?? urls.get(plain) ?? (resources.has(plain) ? plain : reference);
  }

  return { add, finish };
}

const toSourceFinding = ({ code, severity, message, path, count }: Finding): SourceFinding => ({
  code,
  severity,
  message,
  ...(path !== undefined && { path }),
  ...(count !== undefined && { count }),
});

/** A finding about the source as a whole. */
export const noteFinding = (code: keyof typeof FINDINGS, path: string): SourceFinding => {
  const [severity, message] = FINDINGS[code];
  return { code, severity, message, path };
};

/** Equal findings are told once, with their number. */
export function countFindings(findings: readonly SourceFinding[]): SourceFinding[] {
  const found = new Map<string, SourceFinding>();
  for (const finding of findings) {
    const key = `${finding.code} ${finding.path}`;
    const there = found.get(key);
    const count = (there?.count ?? (there ? 1 : 0)) + (finding.count ?? 1);
    found.set(key, count > 1 ? { ...finding, count } : finding);
  }
  return [...found.keys()].sort().flatMap((key) => found.get(key) ?? []);
}

/** From the content alone: the same records are the same source, whatever the file is called. */
function sourceId(resources: readonly JsonObject[]): string {
  const digest = sha256();
  const encoder = new TextEncoder();
  const lines = resources.map((resource) => `${resource.resourceType}/${resource.id}\n${contentOf(resource)}\n`);
  for (const line of lines.sort()) digest.update(encoder.encode(line));
  return nameId(`source\n${digest.hex()}`);
}

function countTypes(resources: readonly JsonObject[]): Record<string, number> {
  const counts = new Map<string, number>();
  for (const { resourceType } of resources)
    counts.set(String(resourceType), (counts.get(String(resourceType)) ?? 0) + 1);
  return Object.fromEntries([...counts].sort(([one], [other]) => (one < other ? -1 : 1)));
}

/** Who keeps the document, else who wrote it; of plain records the organization that manages the patient's. */
function findAuthor(composition: JsonObject | undefined, resources: readonly JsonObject[]): string | undefined {
  const byKey = new Map(resources.map((resource) => [`${resource.resourceType}/${resource.id}`, resource]));
  const patients = resources.filter(({ resourceType }) => resourceType === 'Patient');
  const holders = composition
    ? [composition.custodian, ...listOf(composition.author)]
    : patients.length === 1
      ? [patients[0]?.managingOrganization]
      : [];
  for (const holder of holders) {
    const name = isObject(holder) ? nameOf(byKey.get(String(holder.reference)), byKey) : undefined;
    if (name) return name;
  }
  return undefined;
}

/** The name of a person, organization or role, in words. */
export function nameOf(
  resource: JsonObject | undefined,
  byKey: ReadonlyMap<string, JsonObject>,
  depth = 0,
): string | undefined {
  if (!resource || depth > 2) return undefined;
  const [name] = listOf(resource.name);
  if (typeof name === 'string') return name;
  if (isObject(name)) return nameText(name);
  for (const key of ['organization', 'practitioner']) {
    const holder = resource[key];
    const found = isObject(holder) ? nameOf(byKey.get(String(holder.reference)), byKey, depth + 1) : undefined;
    if (found) return found;
  }
  return undefined;
}

/** A HumanName in words. */
export function nameText(name: JsonObject): string | undefined {
  if (typeof name.text === 'string') return name.text;
  const parts = [...listOf(name.prefix), ...listOf(name.given), ...listOf(name.family), ...listOf(name.suffix)];
  return parts.length > 0 ? parts.join(' ') : undefined;
}

function summarizeLoss({ leaves, complete, sections, lost }: LossReport): SourceLoss {
  const sum = (pick: (section: LossReport['sections'][number]) => number): number =>
    sections.reduce((total, section) => total + pick(section), 0);
  return {
    leaves,
    complete,
    statements: sum(({ statements }) => statements),
    converted: sum(({ converted }) => converted),
    sections: sections.map(({ path, statements, converted }) => ({
      title: /^section\[(.*)\]$/.exec(path)?.[1] ?? path,
      statements,
      converted,
    })),
    lost: lost.map(({ reason, path, count }) => ({ reason, path, count })),
  };
}
