/** `check` for library users. */
import type { FhirResource } from 'fhir/r4.js';
import type { CheckOptions, CheckResult } from './check.js';
import { shippedChecker } from './shipped.js';

/**
 * Checks one resource against FHIR R4 and US Core.
 * @param resource an R4 resource
 * @param options level (default `fast`) and US Core version (default `6.1.0`)
 * @returns issues without values, and the profiles the resource satisfies
 */
export async function checkResource(resource: FhirResource, options: Partial<CheckOptions> = {}): Promise<CheckResult> {
  const checker = await shippedChecker({ level: options.level ?? 'fast', usCore: options.usCore ?? '6.1.0' });
  return checker(resource);
}
