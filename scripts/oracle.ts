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
  // It knows no urn: references; whether references resolve is checked by the caller.
  const isNoise = (text: string | undefined) => text?.startsWith('Invalid reference: got') === true;
  return issues
    .filter((issue) => !isNoise(issue.details?.text))
    .map(({ severity, details, expression }) => ({
      severity,
      message: redact(details?.text ?? ''),
      path: (expression?.[0] ?? resource.resourceType).replace(/\[\d+\]/g, ''),
    }));
}
