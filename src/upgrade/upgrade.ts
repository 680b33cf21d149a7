/** FHIR DSTU2 and STU3 to R4, by the tables of `mappings/upgrade/`. */
import type { FhirResource } from 'fhir/r4.js';
import type { JsonObject } from '../fhir/json.js';
import { isResourceName } from '../fhir/shapes.js';
import { FINDINGS, type Finding, type FindingCode } from '../finding.js';
import { carryResource } from './carry.js';
import { shippedUpgrades } from './shipped.js';
import { hasSigns } from './signs.js';
import { renameSystems } from './systems.js';
import { OLD_VERSIONS, type OldVersion } from './table.js';

export interface Upgraded {
  /** The resource in R4; absent if it has no safe meaning there. An R4 resource comes back as it is. */
  readonly resource?: FhirResource;
  /** What could not be carried over. Paths are those of the older version, never values. */
  readonly findings: readonly Finding[];
  /** The version it was written in, if that was not R4. */
  readonly from?: OldVersion;
}

/**
 * Brings a resource to R4. The version is told by its shape: elements only an older version has, one value where R4 has
 * a list, codes where R4 has concepts.
 * @param options `version`, if it is known from elsewhere (the manifest of an export): then nothing is guessed
 * @see https://hl7.org/fhir/R4/diff.html
 */
export function upgradeResource(
  resource: FhirResource,
  options: { readonly version?: OldVersion | 'R4' } = {},
): Upgraded {
  const { tables, gone } = shippedUpgrades();
  const source = resource as unknown as JsonObject;
  const type = String(source.resourceType);
  const known = options.version;
  if (known === 'R4') return { resource, findings: [] };
  if (gone.has(type)) return { findings: [toFinding('upgrade-unsupported', type)] };
  if (known && !tables.has(`${known} ${type}`)) return { findings: [toFinding('upgrade-unsupported', type)] };
  const versions = (known ? [known] : OLD_VERSIONS).filter((version) => tables.has(`${version} ${type}`));
  // Where both versions might be meant, the one that loses less is; what both say alike is the same either way.
  const [best] = versions
    .filter((version) => known || hasSigns(source, version))
    .map((version) => ({ version, carried: carryResource(source, version, carryContained) }))
    .sort((one, other) => countLosses(one.carried.notes) - countLosses(other.carried.notes));
  if (!best) return { resource: renameSystems(source) as unknown as FhirResource, findings: [] };
  const { carried, version } = best;
  const findings = [...carried.notes].map(([key, count]) => {
    const [code = '', path = ''] = key.split(' ');
    return { ...toFinding(code as FindingCode, path), ...(count > 1 && { count }) };
  });
  return {
    ...(carried.resource && { resource: carried.resource as unknown as FhirResource }),
    findings,
    from: version,
  };
}

/** True for a resource type of R4, or of an older version the tables know; what else calls itself one may be anything. */
export function isKnownType(type: string): boolean {
  const { tables, gone } = shippedUpgrades();
  return isResourceName(type) || gone.has(type) || OLD_VERSIONS.some((version) => tables.has(`${version} ${type}`));
}

function toFinding(code: FindingCode, path: string): Finding {
  const [severity, message] = FINDINGS[code];
  return { code, severity, message, path };
}

function carryContained(inner: JsonObject, version: OldVersion) {
  const { resource, findings } = upgradeResource(inner as unknown as FhirResource, { version });
  return { resource: resource as unknown as JsonObject | undefined, findings };
}

const countLosses = (notes: ReadonlyMap<string, number>): number =>
  [...notes.keys()].filter((key) => !key.startsWith('value-superseded')).length;
