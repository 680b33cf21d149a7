/** Checks resources against FHIR R4 and US Core. */
import type { FhirResource } from 'fhir/r4.js';
import { isResourceName, isResourceType } from '../fhir/shapes.js';
import { FALSE, type JsonRecord, toStep } from './collection.js';
import type { CheckData, InvariantData, OwnChecks, UsCore } from './data.js';
import { compileExpression, type Evaluate, type Scope } from './expression.js';
import { loadEngine } from './fhirpath.js';
import { createPlans, type Rule } from './plan.js';
import { codesOf, compileProfiles, type Profile } from './profiles.js';
import { checkContained, checkContent, type StructureIssue, type Walk } from './structure.js';

export interface CheckIssue {
  /** `structure-required`, the name of a FHIR constraint (`obs-7`), or `profile:rule`. */
  readonly id: string;
  readonly severity: 'information' | 'warning' | 'error';
  /** The element concerned (`AllergyIntolerance.code`), or the one around it if its name is none of FHIR's; never a value. */
  readonly target: string;
  /** The page that states the rule. */
  readonly source?: string;
}

export interface CheckResult {
  readonly issues: readonly CheckIssue[];
  /** Canonical URLs of the US Core profiles the resource is meant for and satisfies. */
  readonly profiles: readonly string[];
}

export type Checker = (resource: FhirResource) => CheckResult;

export interface CheckOptions {
  /** `fast`: without the rules that need the whole FHIRPath engine. */
  readonly level: 'fast' | 'full';
  readonly usCore: UsCore;
  /** The user's own rules, from `loadChecks`; they run at either level. */
  readonly checks?: OwnChecks | undefined;
}

const NOTHING: Evaluate = () => [];

/** A rule that cannot be evaluated on a resource (several values where it expects one) does not hold for it. */
const failSafe =
  (evaluate: Evaluate): Evaluate =>
  (focus, scope) => {
    try {
      return evaluate(focus, scope);
    } catch {
      return FALSE;
    }
  };

function indexRules(
  invariants: readonly InvariantData[],
  compile: (expression: string, type: string) => Evaluate,
): Map<string, Rule[]> {
  const index = new Map<string, Rule[]>();
  for (const { id, on, severity, source, trigger, expression } of invariants) {
    const rule: Rule = {
      id,
      severity: severity === 'error' || severity === 'information' ? severity : 'warning',
      source,
      trigger: trigger.map(toStep),
      evaluate: compile(expression, on),
    };
    index.set(on, [...(index.get(on) ?? []), rule]);
  }
  return index;
}

/** White space alone is advised against only: "strings SHOULD always contain non-whitespace content" (datatypes.html#string). */
const severityOf = (issue: StructureIssue): CheckIssue['severity'] =>
  issue === 'structure-blank' ? 'warning' : 'error';

function createWalk(planOf: Walk['planOf'], type: string, scope: Scope, issues: CheckIssue[]): Walk {
  const path = [type];
  return {
    planOf,
    path,
    scope,
    report(issue, name) {
      const target = name === undefined ? path.join('.') : `${path.join('.')}.${name}`;
      if (typeof issue === 'string') issues.push({ id: issue, severity: severityOf(issue), target });
      else issues.push({ id: issue.id, severity: issue.severity, target, source: issue.source });
    },
  };
}

/** The profiles satisfied; what the others lack is added to the issues as warnings. */
function claimProfiles(profiles: readonly Profile[], scope: Scope, issues: CheckIssue[]): string[] {
  const isSound = !issues.some((issue) => issue.severity === 'error');
  const claimed: string[] = [];
  const codes = profiles.length > 0 ? codesOf(scope.resource) : new Set<unknown>();
  for (const { url, source, hints, applies, rules } of profiles) {
    if (hints?.some((code) => codes.has(code)) === false) continue;
    if (!applies(scope.resource, scope)) continue;
    const broken = rules.filter((rule) => !rule.holds(scope.resource, scope));
    for (const { id, target } of broken) issues.push({ id, severity: 'warning', target, source });
    if (isSound && broken.length === 0) claimed.push(url);
  }
  return claimed;
}

/** Compiled when first evaluated: a document meets few of the rules. */
function compileLate(compile: () => Evaluate): Evaluate {
  let evaluate: Evaluate | undefined;
  return (...args) => {
    evaluate ??= compile();
    return evaluate(...args);
  };
}

/**
 * Prepares a checker from the rules in `data`. Checking neither changes the resource nor throws. The first error-free
 * result costs a few milliseconds more than later ones, as plans are prepared when first needed.
 */
export async function createChecker(data: CheckData, { level, usCore, checks }: CheckOptions): Promise<Checker> {
  const invariants = [
    ...data.invariants.filter((rule) => level === 'full' || rule.speed === 'fast'),
    ...(checks?.invariants ?? []),
  ];
  const isHard = ({ expression }: InvariantData) => compileExpression(expression) === undefined;
  const engine = level === 'full' || checks?.invariants.some(isHard) ? await loadEngine() : undefined;
  const compile = (expression: string, type: string): Evaluate =>
    compileLate(() => compileExpression(expression) ?? (engine ? failSafe(engine(expression, type)) : NOTHING));
  const planOf = createPlans(indexRules(invariants, compile));
  const profiles = usCore === 'none' ? undefined : compileProfiles(data, usCore, compile);

  return (resource) => {
    const type = String(resource.resourceType);
    const plan = isResourceType(type) ? planOf(type) : undefined;
    const issues: CheckIssue[] = [];
    if (!plan) {
      const target = isResourceName(type) ? type : 'Resource';
      return { issues: [{ id: 'structure-type', severity: 'error', target }], profiles: [] };
    }
    const scope: Scope = { resource: [resource], root: [resource] };
    const record = resource as unknown as JsonRecord;
    const walk = createWalk(planOf, type, scope, issues);
    checkContent(record, plan, walk);
    if (!issues.some(({ id }) => id === 'structure-depth')) checkContained(record, walk);
    return { issues, profiles: claimProfiles(profiles?.get(type) ?? [], scope, issues) };
  };
}
