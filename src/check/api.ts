/** `check` for library users. */
import type { FhirResource } from 'fhir/r4.js';
import type { CheckOptions, CheckResult } from './check.js';
import { shippedChecker } from './shipped.js';

/**
 * Checks one resource against FHIR R4 and US Core.
 * @param resource an R4 resource
 * @param options level (default `fast`), US Core version (default `6.1.0`), rules of your own
 * @returns issues without values, and the profiles the resource satisfies
 */
export async function checkResource(resource: FhirResource, options: Partial<CheckOptions> = {}): Promise<CheckResult> {
  const { level = 'fast', usCore = '6.1.0', checks } = options;
  const checker = await shippedChecker({ level, usCore, checks });
  return checker(resource);
}
