/** Elements in the order FHIR has them, so that the same records give the same bytes whoever wrote them. */
import { type JsonObject, LEXICAL } from '../fhir/json.js';
import { choiceName, elementsOf } from '../fhir/shapes.js';

const orders = new Map<string, ReadonlyMap<string, number>>();

/** The resource with its own elements in order; what is in them stays as it is. */
export function inElementOrder(resource: JsonObject): JsonObject {
  const type = String(resource.resourceType);
  const order = orders.get(type) ?? orderOf(type);
  orders.set(type, order);
  const rank = (key: string): number => order.get(key.replace(/^_/, '')) ?? order.size;
  const keys = Object.keys(resource).sort((one, other) => rank(one) - rank(other) || (one < other ? -1 : 1));
  const sorted: JsonObject = {};
  for (const key of keys) sorted[key] = resource[key];
  if (resource[LEXICAL] !== undefined) sorted[LEXICAL] = resource[LEXICAL];
  return sorted;
}

function orderOf(type: string): ReadonlyMap<string, number> {
  const names = [...(elementsOf(type) ?? [])].flatMap(([name, { types }]) =>
    name.endsWith('[x]') ? types.map((each) => choiceName(name, each)) : [name],
  );
  return new Map(['resourceType', ...names].map((name, index) => [name, index]));
}
