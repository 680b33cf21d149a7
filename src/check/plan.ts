/** What to check of each type, prepared once: properties by JSON name, required ones, constraints. */
import { choiceName, contentName, type ElementShape, elementsOf, isPrimitive } from '../fhir/shapes.js';
import type { Step } from './collection.js';
import type { Evaluate } from './expression.js';
import { LEXICAL_RULES } from './lexical.js';

export interface Rule {
  readonly id: string;
  readonly severity: 'information' | 'warning' | 'error';
  readonly source: string;
  /** Elements of which one must be present for the rule to matter; none: it always does. */
  readonly trigger: readonly Step[];
  readonly evaluate: Evaluate;
}

export interface Property {
  readonly type: string;
  readonly repeats: boolean;
  /** The JSON value of a primitive is legal; undefined for complex types. */
  readonly isLegal: ((value: unknown) => boolean) | undefined;
  readonly codes: ReadonlySet<string> | undefined;
  readonly system: string | undefined;
  readonly targets: ReadonlySet<string> | undefined;
  /** Name of the plan for the content; `Resource` for any resource. */
  readonly content: string;
  /** The choice it is one type of (`value[x]`). */
  readonly choice: string | undefined;
  /** An attribute in XML: it has no extensions. */
  readonly isAttribute: boolean;
  /** Constraints of this very element, beside those of its type. */
  readonly rules: readonly Rule[];
}

export interface Plan {
  readonly properties: ReadonlyMap<string, Property>;
  /** Of each required element, the JSON names it may have. */
  readonly required: readonly (readonly string[])[];
  readonly rules: readonly Rule[];
}

type RuleIndex = ReadonlyMap<string, readonly Rule[]>;
const NO_RULES: readonly Rule[] = [];

function prepareProperty(owner: string, name: string, shape: ElementShape, type: string, rules: RuleIndex): Property {
  const content = contentName(owner, name, { shape, type });
  return {
    type,
    repeats: shape.max === '*',
    isLegal: isPrimitive(type) ? LEXICAL_RULES[type] : undefined,
    codes: shape.codes && new Set(shape.codes),
    system: shape.system,
    targets: type === 'Reference' && shape.targets ? new Set(shape.targets) : undefined,
    content,
    choice: name.endsWith('[x]') ? name : undefined,
    isAttribute: owner === 'Extension' ? name === 'url' || name === 'id' : name === 'id' && type === 'string',
    // The constraints of a backbone element are found under its own path already.
    rules: content === `${owner}.${name}` ? NO_RULES : (rules.get(`${owner}.${name}`) ?? NO_RULES),
  };
}

/** Plans by content name (`Patient`, `Patient.contact`, `Quantity`), each prepared when first asked for. */
export function createPlans(rules: RuleIndex): (name: string) => Plan | undefined {
  const plans = new Map<string, Plan>();
  const prepare = (owner: string): Plan | undefined => {
    const content = elementsOf(owner);
    if (!content) return undefined;
    const properties = new Map<string, Property>();
    const required: string[][] = [];
    for (const [name, shape] of content) {
      const isChoice = name.endsWith('[x]');
      const names = isChoice ? shape.types.map((type) => choiceName(name, type)) : [name];
      names.forEach((each, i) => {
        const type = (isChoice ? shape.types[i] : shape.types[0]) ?? '';
        properties.set(each, prepareProperty(owner, name, shape, type, rules));
      });
      if (shape.min > 0) required.push(names);
    }
    const shared = content.has('contained') ? (rules.get('DomainResource') ?? NO_RULES) : NO_RULES;
    return { properties, required, rules: [...shared, ...(rules.get(owner) ?? NO_RULES)] };
  };
  return (name) => {
    let plan = plans.get(name);
    if (!plan) {
      plan = prepare(name);
      if (plan) plans.set(name, plan);
    }
    return plan;
  };
}
