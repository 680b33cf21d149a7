/** The structural walk: what R4 says of every element, and the constraints, over one resource. */
import { isElementName, isResourceName, isResourceType } from '../fhir/shapes.js';
import { isRecord, type JsonRecord, navigate, toStep, truth } from './collection.js';
import type { Scope } from './expression.js';
import type { Plan, Property, Rule } from './plan.js';
import { checkXhtml } from './xhtml.js';

/** Ids of the issues found by code; `ref-1`, `txt-1` and those of constraints are the names FHIR gave them. */
export type StructureIssue =
  | 'structure-required'
  | 'structure-cardinality'
  | 'structure-unknown'
  | 'structure-code'
  | 'structure-format'
  | 'structure-empty'
  | 'structure-type'
  | 'structure-depth'
  | 'structure-choice'
  | 'structure-blank'
  | 'structure-reference'
  | 'ref-1'
  | 'dom-3'
  | 'txt-1'
  | 'txt-2';

/** One walk: where it is, and where it tells what it finds. */
export interface Walk {
  readonly planOf: (name: string) => Plan | undefined;
  readonly path: string[];
  readonly scope: Scope;
  report(issue: StructureIssue | Rule, name?: string): void;
}

/** Elements within each other; no resource needs as many, and what has no end must not take the stack. */
const MOST_DEPTH = 100;

const CONTAINED = toStep('contained');

const isPresent = (record: JsonRecord, names: readonly string[]): boolean =>
  names.some((name) => record[name] !== undefined || record[`_${name}`] !== undefined);

function applyRules(rules: readonly Rule[], item: unknown, walk: Walk): void {
  const focus = [item];
  for (const rule of rules) {
    const matters = rule.trigger.length === 0 || rule.trigger.some((step) => navigate(focus, step).length > 0);
    // An undecided rule (dates of different precision) is not broken.
    if (matters && truth(rule.evaluate(focus, walk.scope)) === false) walk.report(rule);
  }
}

/** Checks the content of one element (or resource) against its plan. */
export function checkContent(record: JsonRecord, plan: Plan, walk: Walk): void {
  if (walk.path.length > MOST_DEPTH) {
    walk.report('structure-depth');
    return;
  }
  let size = 0;
  let chosen: Map<string, string> | undefined;
  for (const key in record) {
    const value = record[key];
    if (value === undefined) continue;
    size++;
    if (key === 'resourceType') continue;
    const isNote = key.charCodeAt(0) === 95;
    const name = isNote ? key.slice(1) : key;
    const property = plan.properties.get(name);
    if (!property || (isNote && (!property.isLegal || property.isAttribute)))
      walk.report('structure-unknown', isElementName(key) ? key : undefined);
    else {
      if (property.choice !== undefined) {
        chosen ??= new Map();
        const other = chosen.get(property.choice);
        if (other !== undefined && other !== name) walk.report('structure-choice', property.choice);
        chosen.set(property.choice, name);
      }
      walk.path.push(key);
      if (isNote) checkNotes(value, property, walk);
      else checkValue(value, record, key, property, walk);
      walk.path.pop();
    }
  }
  if (size === 0) walk.report('structure-empty');
  for (const names of plan.required) if (!isPresent(record, names)) walk.report('structure-required', names[0]);
  if (plan.rules.length > 0) applyRules(plan.rules, record, walk);
}

/** The `_name` beside a primitive: its id and extensions. */
function checkNotes(notes: unknown, property: Property, walk: Walk): void {
  const plan = walk.planOf('Element');
  if (property.repeats !== Array.isArray(notes)) walk.report('structure-cardinality');
  else if (plan) {
    for (const note of Array.isArray(notes) ? notes : [notes]) {
      if (isRecord(note)) checkContent(note, plan, walk);
      else if (note !== null) walk.report('structure-type');
    }
  }
}

function checkValue(value: unknown, record: JsonRecord, key: string, property: Property, walk: Walk): void {
  if (property.repeats !== Array.isArray(value)) walk.report('structure-cardinality');
  else if (!Array.isArray(value)) checkItem(value, property, walk);
  else {
    const notes = record[`_${key}`];
    if (value.length === 0) walk.report('structure-empty');
    for (let i = 0; i < value.length; i++) {
      const item: unknown = value[i];
      // A null keeps the place of a primitive that has extensions only.
      if (item !== null || !Array.isArray(notes) || !isRecord(notes[i])) checkItem(item, property, walk);
    }
  }
}

const isText = ({ type }: Property): boolean => type === 'string' || type === 'markdown';

function checkItem(item: unknown, property: Property, walk: Walk): void {
  if (property.isLegal) {
    if (item === '') walk.report('structure-empty');
    else if (!property.isLegal(item)) walk.report('structure-format');
    else if (property.type === 'xhtml') for (const issue of checkXhtml(String(item))) walk.report(issue);
    else if (isText(property) && !/\S/.test(String(item))) walk.report('structure-blank');
    else if (property.codes && !property.codes.has(String(item))) walk.report('structure-code');
    if (property.rules.length > 0) applyRules(property.rules, item, walk);
    return;
  }
  if (!isRecord(item) || Array.isArray(item)) {
    walk.report('structure-type');
    return;
  }
  if (property.content === 'Resource') checkResource(item, walk);
  else {
    const plan = walk.planOf(property.content);
    if (plan) checkContent(item, plan, walk);
  }
  if (property.codes && !isBound(item, property)) walk.report('structure-code');
  if (property.type === 'Reference') checkReference(item, property, walk);
  if (property.rules.length > 0) applyRules(property.rules, item, walk);
}

/** A resource inside another: an entry of a Bundle, or contained. */
function checkResource(record: JsonRecord, walk: Walk): void {
  const type = typeof record.resourceType === 'string' ? record.resourceType : '';
  const plan = isResourceType(type) ? walk.planOf(type) : undefined;
  if (plan) checkContent(record, plan, { ...walk, scope: { resource: [record], root: walk.scope.root } });
  else if (!isResourceName(type)) walk.report('structure-type');
}

/** A required binding: the Coding, or one of the CodeableConcept's, is in the value set. */
function isBound(record: JsonRecord, { type, codes, system }: Property): boolean {
  const codings: unknown = type === 'CodeableConcept' ? record.coding : [record];
  if (record.extension !== undefined && !Array.isArray(codings)) return true;
  const fits = (coding: unknown): boolean =>
    isRecord(coding) && codes?.has(String(coding.code)) === true && (!system || coding.system === system);
  return Array.isArray(codings) && codings.some(fits);
}

/** What is contained has an id; dom-3: it is referred to from elsewhere in the resource, or refers to the resource it is in. */
export function checkContained(record: JsonRecord, walk: Walk): void {
  const { contained } = record;
  if (!Array.isArray(contained)) return;
  const whole = JSON.stringify(record);
  for (const each of contained) {
    if (!isRecord(each)) continue;
    if (typeof each.id !== 'string') {
      walk.report('structure-required', 'contained.id');
      continue;
    }
    const isUsed = whole.includes(JSON.stringify(`#${each.id}`)) || JSON.stringify(each).includes('"reference":"#"');
    if (!isUsed) walk.report('dom-3', 'contained');
  }
}

function containedType(id: string, walk: Walk): string | undefined {
  const found = navigate(walk.scope.root, CONTAINED).find((each) => isRecord(each) && each.id === id);
  return isRecord(found) ? String(found.resourceType) : undefined;
}

/** The type a Reference points to, as far as it tells; `undefined` when it does not. */
function checkReference({ reference, type }: JsonRecord, { targets }: Property, walk: Walk): void {
  let target = typeof type === 'string' ? type : undefined;
  if (typeof reference === 'string') {
    if (reference.startsWith('#') && reference.length > 1) {
      target = containedType(reference.slice(1), walk);
      if (!target) walk.report('ref-1');
    } else
      target = /(?:^|\/)([A-Z][A-Za-z]+)\/[A-Za-z0-9\-.]{1,64}(?:\/_history\/[^/]+)?$/.exec(reference)?.[1] ?? target;
  }
  if (target && targets && !targets.has(target)) walk.report('structure-reference');
}
