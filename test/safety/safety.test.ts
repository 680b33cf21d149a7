/**
 * Safety cases (GE-01 to GE-09): small entries that a careless reading turns into their opposite. Each says why that is
 * dangerous, what no resource may say (`never`) and what must be there instead: `must` (true of some resource), `count`
 * (how many of a type) or `finding` (told in the report). `plainly` replaces the words that make the difference: then
 * one of the `never` expressions has to hold, or the case would prove nothing.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fhirpath, { type Model } from 'fhirpath';
import r4 from 'fhirpath/fhir-context/r4/index.js';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { convert, stringify } from '../../src/index.js';
import { wrapEntry } from './document.js';

interface Case {
  readonly name: string;
  readonly danger: string;
  readonly section: string;
  readonly entry: string;
  readonly never?: readonly string[];
  readonly must?: readonly string[];
  readonly count?: Readonly<Record<string, number>>;
  readonly finding?: string;
  readonly plainly?: Readonly<Record<string, string>>;
}

interface Resource {
  readonly resourceType: string;
}

interface Converted {
  readonly resources: readonly Resource[];
  readonly findings: readonly string[];
}

const folder = join(import.meta.dirname, 'cases');
const files = readdirSync(folder).filter((name) => name.endsWith('.yaml'));
const topics = files.map(
  (file) => [file.slice(0, -5), parse(readFileSync(join(folder, file), 'utf8')) as Case[]] as const,
);

const compiled = new Map<string, (resource: Resource) => boolean>();

/** An expression begins with the type it speaks of (`Condition.where(…)`); it holds if anything but false is left. */
function compile(expression: string): (resource: Resource) => boolean {
  const known = compiled.get(expression);
  if (known) return known;
  const type = /^\w+/.exec(expression)?.[0];
  const evaluate = fhirpath.compile(expression, r4 as Model);
  const holds = (resource: Resource): boolean =>
    resource.resourceType === type && (evaluate(resource) as unknown[]).some((item) => item !== false);
  compiled.set(expression, holds);
  return holds;
}

async function convertEntry(section: string, entry: string): Promise<Converted> {
  const resources: Resource[] = [];
  let findings: string[] = [];
  const events = convert(new TextEncoder().encode(wrapEntry(section, entry)), { name: 'case.xml', onError: fail });
  for await (const event of events) {
    if (event.kind === 'resource') resources.push(JSON.parse(stringify(event.resource as never)) as Resource);
    if (event.kind === 'end') findings = event.loss.findings.map(({ code }) => code);
  }
  return { resources, findings };
}

function fail(error: unknown): never {
  throw error;
}

/** What is said of the patient: the answer to a failed case. */
const clinical = ({ resources }: Converted): readonly Resource[] =>
  resources.filter(
    ({ resourceType }) =>
      !/^(Patient|Practitioner|Organization|Composition|Provenance|DocumentReference)/.test(resourceType),
  );

const replaceAll = (entry: string, words: Readonly<Record<string, string>>): string =>
  Object.entries(words).reduce((text, [from, to]) => {
    expect(text).toContain(from);
    return text.replaceAll(from, to);
  }, entry);

describe.each(topics)('%s', (_topic, cases) => {
  it.each(cases)('$name', async (one) => {
    const made = await convertEntry(one.section, one.entry);
    const said = JSON.stringify(clinical(made));
    for (const never of one.never ?? [])
      expect(made.resources.some(compile(never)), `${one.danger}\nnever ${never}\n${said}`).toBe(false);
    for (const must of one.must ?? [])
      expect(made.resources.some(compile(must)), `must ${must}\n${made.findings}\n${said}`).toBe(true);
    for (const [type, count] of Object.entries(one.count ?? {}))
      expect(made.resources.filter(({ resourceType }) => resourceType === type).length, `${type}\n${said}`).toBe(count);
    if (one.finding) expect(made.findings, said).toContain(one.finding);
    if (!one.plainly) return;
    const plain = await convertEntry(one.section, replaceAll(one.entry, one.plainly));
    const nevers = (one.never ?? []).map(compile);
    const holds = plain.resources.some((resource) => nevers.some((never) => never(resource)));
    expect(holds, `said plainly, one of \`never\` must hold\n${JSON.stringify(clinical(plain))}`).toBe(true);
  });
});

describe('the cases themselves', () => {
  it.each(topics.flatMap(([, cases]) => cases))(
    '$name: proves something',
    ({ danger, never, must, count, finding }) => {
      expect(danger.length).toBeGreaterThan(20);
      expect(Boolean(must ?? count ?? finding), 'must, count or finding').toBe(true);
      expect(Boolean(never ?? count ?? must), 'never, count or must').toBe(true);
    },
  );
});
