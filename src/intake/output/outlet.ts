/** Where resources leave: each id once, checked, with the profiles it satisfies. */
import type { FhirResource } from 'fhir/r4.js';
import type { Checker, CheckResult } from '../../check/check.js';
import type { JsonObject } from '../../fhir/json.js';
import type { Findings } from '../../findings.js';
import { createSeen } from './seen.js';

export interface Outlet {
  /** Takes a resource that is like all of its shape, so that one of them is checked. False if its id was written. */
  emit(resource: JsonObject, shape: string): boolean;
  /** Takes a resource like no other. */
  emitWhole(resource: JsonObject): boolean;
  /** Resources by type. */
  readonly resources: Readonly<Record<string, number>>;
}

/** Shapes remembered; more are checked again. */
const MOST_SHAPES = 2000;

export function createOutlet(
  checker: Checker | undefined,
  findings: Findings,
  put: (resource: FhirResource) => void,
): Outlet {
  const seen = createSeen();
  const shapes = new Map<string, CheckResult>();
  const resources: Record<string, number> = {};

  function check(resource: JsonObject): CheckResult {
    return checker?.(resource as unknown as FhirResource) ?? { issues: [], profiles: [] };
  }

  function checkShape(resource: JsonObject, shape: string): CheckResult {
    const known = shapes.get(shape);
    if (known !== undefined) return known;
    const result = check(resource);
    if (shapes.size < MOST_SHAPES) shapes.set(shape, result);
    return result;
  }

  function send(resource: JsonObject, { issues, profiles }: CheckResult): void {
    const type = String(resource.resourceType);
    resources[type] = (resources[type] ?? 0) + 1;
    for (const issue of issues) findings.failed(issue);
    if (profiles.length > 0) resource.meta = { ...(resource.meta as JsonObject | undefined), profile: [...profiles] };
    put(resource as unknown as FhirResource);
  }

  return {
    resources,
    emit(resource, shape) {
      if (!seen.add(String(resource.id))) return false;
      send(resource, checkShape(resource, shape));
      return true;
    },
    emitWhole(resource) {
      if (!seen.add(String(resource.id))) return false;
      send(resource, check(resource));
      return true;
    },
  };
}
