/** @medplum/core as a second opinion: validates resources against the R4 and US Core definitions. */
import { indexStructureDefinitionBundle, loadDataType, OperationOutcomeError, validateResource } from '@medplum/core';
import type { FhirResource } from 'fhir/r4.js';
import { readDefinitions } from './definitions.js';

type Indexed = Parameters<typeof indexStructureDefinitionBundle>[0];
type Profile = Parameters<typeof loadDataType>[0];
type Validated = Parameters<typeof validateResource>[0];

export interface Complaint {
  readonly severity: string;
  /** What is wrong, without what may be a value of the document. */
  readonly message: string;
  /** Path without indexes. */
  readonly path: string;
}

/** The profiles by canonical URL; definitions are loaded once. */
function loadProfiles(): Map<string, Profile> {
  for (const file of ['profiles-types.json', 'profiles-resources.json'])
    indexStructureDefinitionBundle(readDefinitions(file) as unknown as Indexed);
  const profiles = new Map<string, Profile>();
  for (const file of ['testing/uscore-v5.0.1-structuredefinitions.json', 'testing/uscore-v7.0.0-smoking-status.json'])
    for (const definition of readDefinitions(file)) {
      if (definition.resourceType !== 'StructureDefinition') continue;
      const profile = definition as unknown as Profile;
      loadDataType(profile);
      profiles.set(definition.url, profile);
    }
  return profiles;
}

let profiles: Map<string, Profile> | undefined;

/** Messages quote values ("Invalid ... 'x'"): what stands in quotes or brackets goes. */
const redact = (text: string): string => text.replace(/(["'`“(]).*["'`”)]/g, '…').slice(0, 120);

/**
 * Complaints that are the oracle's own: it knows no urn: references (the caller checks whether references resolve), takes
 * ras-2 for broken where a risk has no probability, and has US Core 5.0.1, which asked for the requester of every
 * medication (since 6.0.0 only orders need one, us-core-21) and looked for the reason of an absent name at the Patient;
 * since 6.0.0 it stands at the name (us-core-6).
 */
const NOISE: readonly RegExp[] = [
  /^Invalid reference: got/,
  /^Constraint ras-2 not met/,
  /^Missing required property MedicationRequest\.requester$/,
  /^Constraint us-core-6 not met: Either Patient\.name/,
];

/** What is wrong with the resource as R4, or as the profile; undefined if the profile is not known. */
export function complain(resource: FhirResource, canonical?: string): Complaint[] | undefined {
  profiles ??= loadProfiles();
  const profile = canonical === undefined ? undefined : profiles.get(canonical.split('|')[0] ?? '');
  if (canonical !== undefined && !profile) return undefined;
  let issues: ReturnType<typeof validateResource>;
  try {
    issues = validateResource(resource as Validated, profile ? { profile } : {});
  } catch (problem) {
    if (!(problem instanceof OperationOutcomeError)) throw problem;
    issues = problem.outcome.issue;
  }
  const isNoise = (said: string) => NOISE.some((pattern) => pattern.test(said));
  return issues
    .filter((issue) => !isNoise(`${issue.details?.text} ${issue.expression?.[0]}`))
    .map(({ severity, details, expression }) => ({
      severity,
      message: redact(details?.text ?? ''),
      path: (expression?.[0] ?? resource.resourceType).replace(/\[\d+\]/g, ''),
    }));
}
