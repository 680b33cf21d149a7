/** Tells by its shape whether a resource was written in an older version of FHIR. */
import type { Json, JsonObject } from '../fhir/json.js';
import { contentName, type FoundElement, lookupElement } from '../fhir/shapes.js';
import { isMisshapen, isObject } from './adapt.js';
import { shippedUpgrades } from './shipped.js';
import type { OldVersion, UpgradeRule, UpgradeRules } from './table.js';

/** True if an element is there that only the older version has, or has so. */
export function hasSigns(resource: JsonObject, version: OldVersion): boolean {
  const type = String(resource.resourceType);
  const table = shippedUpgrades().tables.get(`${version} ${type}`);
  if (!table) return false;
  return table.make !== type || showsVersion(resource, table, type);
}

/** Elements by owner and name: most resources are R4, and all are asked. */
const elements = new Map<string, FoundElement | undefined>();

function elementAt(owner: string, name: string): FoundElement | undefined {
  const key = `${owner}.${name}`;
  if (!elements.has(key)) elements.set(key, lookupElement(owner, name));
  return elements.get(key);
}

function showsVersion(content: JsonObject, rules: UpgradeRules, owner: string): boolean {
  for (const key in content) {
    const value = content[key];
    if (value === undefined || key === 'resourceType' || key.startsWith('_')) continue;
    const found = elementAt(owner, key);
    const rule = rules.of.get(key);
    if (rule ? isRuled(value, key, rule, found, owner) : found && isMisshapen(value, found)) return true;
  }
  return false;
}

function isRuled(value: Json, key: string, rule: UpgradeRule, found: FoundElement | undefined, owner: string): boolean {
  if (!found) return true;
  if (isMisshapen(value, found)) return true;
  const text = typeof value === 'object' ? undefined : String(value);
  if (text !== undefined && (rule.values?.has(text) || rule.map?.[text] !== undefined)) return true;
  const { rules } = rule;
  if (!rules) return false;
  const inner = contentName(owner, key, found);
  return (Array.isArray(value) ? value : [value]).some((item) => isObject(item) && showsVersion(item, rules, inner));
}
