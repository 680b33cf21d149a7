/** What the loader checks beyond spelling: that tables, code tables and rules fit each other and FHIR. */
import { isPrimitive, lookupElement } from '../fhir/shapes.js';
import { MappingError } from '../finding.js';
import { contradict, type Literal, literals } from './exclude.js';
import type { CodeTable, Mappings, Place, Rule, Table } from './table.js';
import { compileTarget, type Target } from './target.js';

/**
 * Checks loaded mappings.
 * @param rows ids of the checklist, where they are at hand (when the package is built)
 * @throws MappingError with file and line for the first table or rule that cannot be right
 */
export function verifyMappings(mappings: Mappings, rows?: ReadonlySet<string>): void {
  for (const table of mappings.tables.values()) verifyTable(table, mappings, rows);
  if (rows) for (const table of mappings.codes.values()) verifyRows(table.row, table.name, table, rows);
}

function fail(where: Place, message: string): never {
  throw new MappingError(message, where.file, where.line);
}

function verifyTable(table: Table, mappings: Mappings, rows: ReadonlySet<string> | undefined): void {
  for (const name of [...table.choose, ...(table.into === undefined ? [] : [table.into])]) {
    if (!mappings.tables.has(name)) fail(table, `${table.name}: there is no table "${name}"`);
  }
  if (table.choose.length === 0 && !table.make) fail(table, `${table.name}: a table needs \`make\` or \`choose\``);
  const host = table.into === undefined ? undefined : mappings.tables.get(table.into);
  if (host && host.make !== table.make) fail(table, `${table.name}: "${host.name}" makes no ${table.make} to add to`);
  const ids = new Set(table.rules.map(({ id }) => id));
  for (const loss of table.lost) {
    verifyRows(loss.row, loss.id, loss, rows);
    if (ids.has(loss.id)) fail(loss, `${loss.id}: a rule has this name; reports could not tell the two apart`);
  }
  verifyNeeds(table.needs, table.make, table.name, table);
  verifyGroup(table.rules, table.make, mappings, rows);
}

/** What is needed must be elements of what is made. */
function verifyNeeds(needs: readonly string[], owner: string, id: string, where: Place): void {
  for (const name of needs.flatMap((need) => need.split('|'))) {
    if (!lookupElement(owner, name)) fail(where, `${id}: FHIR R4 has no element ${owner}.${name}`);
  }
}

function verifyRows(row: readonly string[], id: string, where: Place, rows: ReadonlySet<string> | undefined): void {
  const unknown = rows && row.find((name) => !rows.has(name));
  if (unknown !== undefined) fail(where, `${id}: the checklist has no row ${unknown}`);
}

const keyOf = (rule: Rule): string => rule.id.slice(rule.id.lastIndexOf('.') + 1);

/** Sibling rules, which write into one object of the type `make`. */
function verifyGroup(
  rules: readonly Rule[],
  make: string,
  mappings: Mappings,
  rows: ReadonlySet<string> | undefined,
): void {
  const keys = new Map(rules.map((rule) => [keyOf(rule), rule]));
  const targets = rules.map((rule) => targetOf(rule, make, mappings));
  for (const [index, rule] of rules.entries()) {
    verifyRows(rule.row, rule.id, rule, rows);
    const target = targets[index];
    if (rule.fallback !== undefined && !keys.has(rule.fallback)) {
      fail(rule, `${rule.id}: \`fallback\` names no sibling rule: "${rule.fallback}"`);
    }
    if (rule.build !== undefined && !mappings.tables.has(rule.build)) {
      fail(rule, `${rule.id}: there is no table "${rule.build}"`);
    }
    if (rule.map !== undefined) verifyCodes(rule, target, mappings.codes.get(rule.map));
    if (rule.needs.length > 0 && (!target || rule.each.length === 0)) {
      fail(rule, `${rule.id}: \`needs\` stands beside \`each\`, \`rules\` and \`to\``);
    }
    verifyNeeds(rule.needs, target?.path ?? make, rule.id, rule);
    verifyGroup(rule.rules, target?.path ?? make, mappings, rows);
  }
  verifyRivals(rules, targets, keys);
}

function targetOf(rule: Rule, make: string, mappings: Mappings): Target | undefined {
  if (rule.to === undefined) return undefined;
  try {
    return compileTarget(make, rule.to, mappings.extensions);
  } catch (error) {
    return fail(rule, `${rule.id}: ${error instanceof Error ? error.message : error}`);
  }
}

/** Every code the table can give must be one the element allows, when FHIR closes the list. */
function verifyCodes(rule: Rule, target: Target | undefined, table: CodeTable | undefined): void {
  if (!table) fail(rule, `${rule.id}: there is no code table "${rule.map}"`);
  const legal = target?.codes;
  if (!legal) return;
  const given = [...table.codes.values()].flatMap(({ code, system }) => (code === undefined ? [] : [{ code, system }]));
  if (table.default !== undefined) given.push({ code: table.default, system: undefined });
  for (const { code } of given) {
    if (!legal.includes(code)) fail(rule, `${rule.id}: ${table.name} gives "${code}", which ${rule.to} does not allow`);
  }
}

/** Two rules for one single element: one goes before the other, or they never apply together. */
function verifyRivals(
  rules: readonly Rule[],
  targets: readonly (Target | undefined)[],
  keys: ReadonlyMap<string, Rule>,
): void {
  for (const [index, rule] of rules.entries()) {
    const target = targets[index];
    if (!target || target.array) continue;
    for (const [before, other] of rules.slice(0, index).entries()) {
      if (targets[before]?.slot !== target.slot) continue;
      if (isBehind(rule, other, keys) || isBehind(other, rule, keys)) continue;
      if (isShared(rule, other, target)) continue;
      if (contradict(conditionsOf(rule), conditionsOf(other))) continue;
      fail(rule, `${rule.id} and ${other.id} both write ${rule.to}: make one the \`fallback\` of the other`);
    }
  }
}

/** What must hold for a rule to say anything: its conditions, and that there is something to take. */
function conditionsOf(rule: Rule): Literal[] {
  const [path, further] = rule.from;
  const source: Literal[] = path && !further ? [{ condition: { kind: 'exists', path }, holds: true }] : [];
  return [...literals(rule.when, rule.unless), ...source];
}

/** True if the rule falls back, over any number of steps, from the other. */
function isBehind(rule: Rule, other: Rule, keys: ReadonlyMap<string, Rule>): boolean {
  const seen = new Set<Rule>();
  for (let at: Rule | undefined = rule; at && !seen.has(at); ) {
    seen.add(at);
    at = at.fallback === undefined ? undefined : keys.get(at.fallback);
    if (at === other) return true;
  }
  return false;
}

/** Different parts of one object, or the same constant. */
function isShared(rule: Rule, other: Rule, target: Target): boolean {
  if (rule.value !== undefined && JSON.stringify(rule.value) === JSON.stringify(other.value)) return true;
  if (target.choice || target.references || isPrimitive(target.type)) return false;
  if (rule.each.length > 0 || other.each.length > 0 || rule.as !== other.as) return true;
  // A converter of another name than the type gives some members only (`as: TimingRepeat`).
  return rule.as !== undefined && rule.as !== target.type;
}
