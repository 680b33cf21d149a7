/** Which US Core profiles a resource is meant for, and whether it satisfies them. */
import { type Items, isRecord, navigate, toStep, truth } from './collection.js';
import type { CheckData, ProfileData } from './data.js';
import type { Evaluate, Scope } from './expression.js';

const CANONICAL = 'http://hl7.org/fhir/us/core/StructureDefinition/';
const PAGES = 'https://hl7.org/fhir/us/core/';

export interface ProfileRule {
  readonly id: string;
  /** The element concerned. */
  readonly target: string;
  readonly holds: (resource: Items, scope: Scope) => boolean;
}

export interface Profile {
  readonly url: string;
  readonly source: string;
  /** Codes of which the resource's `code` or `category` must hold one for the profile to apply; absent: unknown. */
  readonly hints: readonly string[] | undefined;
  readonly applies: (resource: Items, scope: Scope) => boolean;
  readonly rules: readonly ProfileRule[];
}

/** Orders versions `a.b.c`. */
function compareVersions(a: string, b: string): number {
  const [x, y] = [a.split('.').map(Number), b.split('.').map(Number)];
  for (let i = 0; i < 3; i++) if (x[i] !== y[i]) return (x[i] ?? 0) - (y[i] ?? 0);
  return 0;
}

/** `a.b`: every `a` there is has a `b`. */
function requireElement(path: string): ProfileRule['holds'] {
  const steps = path.split('.').map(toStep);
  const last = steps.pop();
  return (resource) => {
    let focus = resource;
    for (const step of steps) focus = navigate(focus, step);
    return focus.every((item) => last && navigate([item], last).length > 0);
  };
}

const CODED = [toStep('code'), toStep('category')];
const CODING = toStep('coding');
const CODE = toStep('code');

/** The codes a resource has as its `code` and `category`. */
export function codesOf(resource: Items): Set<unknown> {
  const concepts = CODED.flatMap((step) => navigate(resource, step)).filter(isRecord);
  return new Set(navigate(navigate(concepts, CODING), CODE));
}

/** A condition that starts by asking for certain codes is not worth evaluating without any of them. */
function hintsOf(when: string | undefined): string[] | undefined {
  const where = /^(?:code|category)\.coding\.where\((.*?)\)\.exists\(\)(?! or )/.exec(when ?? '')?.[1];
  if (!where?.includes('code ')) return undefined;
  return [...where.matchAll(/'([^']*)'/g)].flatMap(([, text]) => (text && !text.startsWith('http') ? [text] : []));
}

type Compile = (expression: string, type: string) => Evaluate;

function compileRules(data: ProfileData, version: string, compile: Compile): ProfileRule[] {
  const expressions: Record<string, string> = { ...data.rules };
  for (const [since, rules] of Object.entries(data.rulesSince ?? {}))
    if (compareVersions(since, version) <= 0) Object.assign(expressions, rules);
  const required = (data.require ?? []).map((path) => ({
    id: `${data.profile}:required`,
    target: `${data.on}.${path}`,
    holds: requireElement(path),
  }));
  const rules = Object.entries(expressions).map(([id, expression]) => {
    const evaluate = compile(expression, data.on);
    const holds: ProfileRule['holds'] = (resource, scope) => truth(evaluate(resource, scope)) !== false;
    const element = /^\(?([a-z][A-Za-z]*)/.exec(expression)?.[1];
    return { id: `${data.profile}:${id}`, target: element ? `${data.on}.${element}` : data.on, holds };
  });
  return [...required, ...rules];
}

/** The profiles of one US Core version by resource type. */
export function compileProfiles(
  { profiles: data, releases }: Pick<CheckData, 'profiles' | 'releases'>,
  version: string,
  compile: Compile,
): ReadonlyMap<string, readonly Profile[]> {
  const profiles = new Map<string, Profile[]>();
  for (const each of data) {
    if (compareVersions(each.since ?? '0', version) > 0 || compareVersions(each.until ?? '99', version) < 0) continue;
    const base = data.find((other) => other.profile === each.base);
    const when = each.when === undefined ? undefined : compile(each.when, each.on);
    const profile: Profile = {
      url: CANONICAL + each.profile,
      source: `${PAGES}${releases[version] ?? version}/StructureDefinition-${each.profile}.html`,
      hints: hintsOf(each.when),
      applies: (resource, scope) => !when || truth(when(resource, scope)) === true,
      rules: [
        ...(base ? compileRules({ ...base, profile: each.profile }, version, compile) : []),
        ...compileRules(each, version, compile),
      ],
    };
    profiles.set(each.on, [...(profiles.get(each.on) ?? []), profile]);
  }
  return profiles;
}
