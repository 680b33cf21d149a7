/** The paths and conditions of `mappings/reconcile.yaml`, over plain resources. */
import type { Json, JsonObject } from '../fhir/json.js';

export type Resolve = (reference: string) => JsonObject | undefined;
export type Path = readonly string[];

/** `path=code|code`; without codes: the element is there. */
export interface Condition {
  readonly path: Path;
  readonly codes?: ReadonlySet<string>;
}

export const isObject = (value: Json | undefined): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

export const listOf = (value: Json | undefined): readonly Json[] =>
  Array.isArray(value) ? value : value === undefined ? [] : [value];

export const parsePath = (text: string): Path => text.split('.');

/** Every value at the path; lists are entered, `resolve()` goes on in what a reference refers to. */
export function valuesAt(value: Json | undefined, path: Path, resolve: Resolve, from = 0): Json[] {
  if (value === undefined || value === null) return [];
  if (Array.isArray(value)) return value.flatMap((item) => valuesAt(item, path, resolve, from));
  const step = path[from];
  if (step === undefined) return [value];
  if (!isObject(value)) return [];
  if (step !== 'resolve()') return valuesAt(value[step], path, resolve, from + 1);
  const { reference } = value;
  return typeof reference === 'string' ? valuesAt(resolve(reference), path, resolve, from + 1) : [];
}

/** Codes a value stands for: its own text, or those of its codings. */
function codesOf(value: Json): string[] {
  if (!isObject(value)) return [String(value)];
  if (Array.isArray(value.coding)) return value.coding.flatMap(codesOf);
  return typeof value.code === 'string' ? [value.code] : [];
}

const NOTHING: Resolve = () => undefined;

/** True if one of the conditions holds. */
export function isSo(resource: JsonObject, conditions: readonly Condition[]): boolean {
  return conditions.some(({ path, codes }) => {
    const found = valuesAt(resource, path, NOTHING);
    return codes ? found.some((value) => codesOf(value).some((code) => codes.has(code))) : found.length > 0;
  });
}

/** Adds to the list under a key, made if there is none. */
export function addTo<Key, Item>(lists: Map<Key, Item[]>, key: Key, item: Item): void {
  const list = lists.get(key);
  if (list) list.push(item);
  else lists.set(key, [item]);
}
