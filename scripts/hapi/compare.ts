/** What is on a server against what was pushed. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Bundle, CapabilityStatement, CodeableConcept, FhirResource, Observation } from 'fhir/r4.js';

/** Told of each promise whether it holds. */
export type Expect = (what: string, holds: boolean, detail?: string) => void;

/** Resources by `Type/id`. */
export type Pushed = ReadonlyMap<string, FhirResource>;

/** Every resource of the Bundles below a folder; of several with one id the first. */
export function readBundles(folder: string): Pushed {
  const found = new Map<string, FhirResource>();
  for (const name of (readdirSync(folder, { recursive: true }) as string[]).sort()) {
    if (!name.endsWith('.json') || name.endsWith('.loss.json') || name.endsWith('run.json')) continue;
    const { entry = [] } = JSON.parse(readFileSync(join(folder, name), 'utf8')) as Bundle<FhirResource>;
    for (const { resource } of entry) {
      const key = resource && `${resource.resourceType}/${resource.id}`;
      if (key !== undefined && !found.has(key)) found.set(key, resource as FhirResource);
    }
  }
  return found;
}

/** HAPI answers a search it knows as it did a minute ago; and it closes connections while the commands are waited for. */
const HEADERS = { accept: 'application/fhir+json', 'cache-control': 'no-cache', connection: 'close' };

async function get<T>(url: string): Promise<T> {
  const answer = await fetch(url, { headers: HEADERS });
  if (!answer.ok) throw new Error(`The search ${new URL(url).search} was answered with HTTP ${answer.status}.`);
  return (await answer.json()) as T;
}

/** The resources of all pages of a search. */
async function search(url: string, query: string): Promise<FhirResource[]> {
  const found: FhirResource[] = [];
  let next: string | undefined = `${url}/${query}${query.includes('?') ? '&' : '?'}_count=200&_elements=id,meta`;
  while (next !== undefined) {
    const { entry = [], link = [] }: Bundle<FhirResource> = await get(next);
    for (const { resource } of entry) if (resource) found.push(resource);
    next = link.find(({ relation }) => relation === 'next')?.url;
  }
  return found;
}

/** Each type has as many resources as were pushed, and each of them its first version. */
export async function compareCounts(url: string, pushed: Pushed, expect: Expect): Promise<void> {
  for (const [type, resources] of groupBy([...pushed.values()], ({ resourceType }) => resourceType)) {
    const there = await search(url, type);
    const newer = there.filter(({ meta }) => meta?.versionId !== '1').length;
    expect(`${type}: ${resources.length}`, sameIds(there, resources) && newer === 0, `${newer} beyond version 1`);
  }
}

/** Of no type the server knows is anything left. */
export async function compareNothing(url: string, expect: Expect): Promise<void> {
  const { rest = [] } = await get<CapabilityStatement>(`${url}/metadata`);
  const types = new Set(rest.flatMap(({ resource = [] }) => resource.map(({ type }) => type)));
  const left: string[] = [];
  for (const type of types) {
    const { total = 0 } = await get<Bundle>(`${url}/${type}?_summary=count`);
    if (total > 0) left.push(`${total} ${type}`);
  }
  expect(`nothing is left of ${types.size} types`, left.length === 0, left.join(', '));
}

/** Searches by patient, category, code and date give the resources they should, and no others. */
export async function compareSearches(url: string, pushed: Pushed, expect: Expect): Promise<void> {
  for (const [query, wanted] of listSearches([...pushed.values()])) {
    const there = await search(url, query);
    expect(query, wanted.length > 0 && sameIds(there, wanted), `${there.length} found, ${wanted.length} wanted`);
  }
}

const BY_PATIENT = ['AllergyIntolerance', 'Condition', 'Encounter', 'Immunization', 'Observation', 'Procedure'];
/** How many different patients, codes and days are searched for. */
const SEARCHES = 5;

function listSearches(all: readonly FhirResource[]): [query: string, wanted: FhirResource[]][] {
  const observations = all.filter((one) => one.resourceType === 'Observation');
  const conditions = all.filter((one) => one.resourceType === 'Condition');
  const searches: [string, FhirResource[]][] = [];
  for (const [patient, own] of commonest(all.filter(patientOf), patientOf)) {
    for (const type of BY_PATIENT) {
      const wanted = own.filter(({ resourceType }) => resourceType === type);
      if (wanted.length > 0) searches.push([`${type}?patient=${patient}`, wanted]);
    }
    const days = commonest(own.filter((one) => one.resourceType === 'Observation').filter(dayOf), dayOf);
    for (const [day, wanted] of days) searches.push([`Observation?patient=${patient}&date=${day}`, wanted]);
  }
  for (const category of ['laboratory', 'vital-signs', 'social-history'])
    searches.push([`Observation?category=${category}`, observations.filter((one) => hasCode(one.category, category))]);
  const listed = conditions.filter((one) => hasCode(one.category, 'problem-list-item'));
  searches.push(['Condition?category=problem-list-item', listed]);
  for (const some of [observations, conditions])
    for (const [token] of commonest(some.filter(tokenOf), tokenOf)) {
      const wanted = some.filter(({ code }) => code?.coding?.some((one) => `${one.system}|${one.code}` === token));
      searches.push([`${some[0]?.resourceType}?code=${encodeURIComponent(token)}`, wanted]);
    }
  return searches;
}

/** The most frequent values, each with what has it. */
const commonest = <T>(items: readonly T[], nameOf: (item: T) => string | undefined): [string, T[]][] =>
  [...groupBy(items, nameOf)].sort(([, one], [, other]) => other.length - one.length).slice(0, SEARCHES);

function groupBy<T>(items: readonly T[], nameOf: (item: T) => string | undefined): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const name = nameOf(item) ?? '';
    const group = groups.get(name);
    if (group) group.push(item);
    else groups.set(name, [item]);
  }
  return groups;
}

/** Id of the patient, however the reference is written. */
function patientOf(resource: FhirResource): string | undefined {
  const { subject, patient } = resource as { subject?: { reference?: string }; patient?: { reference?: string } };
  return (subject ?? patient)?.reference?.replace(/^(Patient\/|urn:uuid:)/, '');
}

/** The day of an observation that was made on one. */
const dayOf = ({ effectiveDateTime }: Observation): string | undefined =>
  /^\d{4}-\d\d-\d\d/.exec(effectiveDateTime ?? '')?.[0];

function tokenOf({ code }: { code?: CodeableConcept | undefined }): string | undefined {
  const coding = code?.coding?.find((one) => one.system && one.code);
  return coding && `${coding.system}|${coding.code}`;
}

const hasCode = (concepts: readonly CodeableConcept[] | undefined, code: string): boolean =>
  concepts?.some(({ coding = [] }) => coding.some((one) => one.code === code)) === true;

function sameIds(some: readonly FhirResource[], others: readonly FhirResource[]): boolean {
  const ids = new Set(some.map(({ id }) => id));
  return some.length === others.length && ids.size === some.length && others.every(({ id }) => ids.has(id));
}
