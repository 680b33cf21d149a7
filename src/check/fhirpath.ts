/** The full FHIRPath engine, for the few rules `expression.ts` cannot do. Loaded only when one is wanted. */
import { isResourceType } from '../fhir/shapes.js';
import { type Items, isRecord } from './collection.js';
import type { Evaluate } from './expression.js';

/** Compiles an expression for a type or element; throws where it is not FHIRPath. What is compiled throws if it fails. */
type Engine = (expression: string, base: string) => Evaluate;

const compiled = new Map<string, Evaluate>();
let loading: Promise<Engine> | undefined;

async function load(): Promise<Engine> {
  const [{ compile }, { default: model }] = await Promise.all([import('fhirpath'), import('fhirpath/fhir-context/r4')]);
  return (expression, base) => {
    const key = `${base} ${expression}`;
    const known = compiled.get(key);
    if (known) return known;
    const run = compile(isResourceType(base) ? expression : { base, expression }, model);
    // The engine leaves marks in what it evaluates: it gets a copy.
    const copy = (items: Items): unknown => (items.length === 0 ? [] : structuredClone(items[0]));
    const evaluate: Evaluate = (focus, scope) => {
      const result: unknown = run(copy(focus), { resource: copy(scope.resource), rootResource: copy(scope.root) });
      return Array.isArray(result) ? result.map((item: unknown) => (isRecord(item) ? { ...item } : item)) : [];
    };
    compiled.set(key, evaluate);
    return evaluate;
  };
}

/** The engine; compiles an expression for a type or element (`Observation.component`) once per process. */
export function loadEngine(): Promise<Engine> {
  loading ??= load();
  return loading;
}
