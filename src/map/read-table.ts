/** Reads one table: words checked, paths parsed. */
import type { Json } from '../fhir/json.js';
import { MappingError } from '../finding.js';
import { type Groups, type Layers, mergeHead, mergeLayers, useGroups } from './merge-tables.js';
import { once } from './once.js';
import { parseCondition, parsePath } from './path.js';
import { entries, isPlain, map, mentions, strings, text } from './raw.js';
import { type Loss, PICKS, type Pick, type Place, type Rule, type Table } from './table.js';
import type { Raw, RawMap } from './yaml.js';

const TABLE_WORDS = new Set(
  'table extends ig in each choose make into at known-by needs use modifiers when unless withhold conflict anywhere provenance rules lost frame $line $file'.split(
    ' ',
  ),
);
const LOSS_WORDS = new Set('row from why $line $file'.split(' '));
const RULE_WORDS = new Set(
  'row from to as map join when unless fallback value say pick build link each rules needs why $line $file'.split(' '),
);

/** @param around what the map stands in: only maps from another file than that say their own */
function place(raw: RawMap, around?: Place): Place {
  return { file: text(raw.$file) ?? around?.file ?? '', line: Number(raw.$line ?? 1) };
}

/** Runs a parser, adding file and line to what it says. */
function at<T>(where: Place, name: string, parse: () => T): T {
  try {
    return parse();
  } catch (error) {
    if (error instanceof MappingError) throw error;
    throw new MappingError(`${name}: ${error instanceof Error ? error.message : error}`, where.file, where.line);
  }
}

function checkWords(raw: RawMap, known: ReadonlySet<string>, name: string, where: Place): void {
  for (const word of Object.keys(raw)) {
    if (!known.has(word))
      throw new MappingError(`${name}: "${word}" is not a word of the mapping language`, where.file, where.line);
  }
}

/**
 * Reads a table. What it makes of a node (`rules`, `lost`, `frame`) is read when first asked for: a document needs few of
 * the tables.
 * @throws MappingError with file and line; for rules and lists, when these are asked for
 */
export function readTable(name: string, layers: Layers, groups: Groups): Table {
  const raw = mergeHead(layers);
  const where = place(raw);
  checkWords(raw, TABLE_WORDS, name, where);
  const body = once(() => useGroups(mergeLayers(layers), groups));
  const rules = once(() => readRules(name, body().rules, where));
  const lost = once(() => entries(body().lost).map(([key, loss]) => readLoss(`${name}.${key}`, map(loss), where)));
  const withhold = once(() => at(where, name, () => strings(body().withhold).map(parseCondition)));
  const frame = once(() => at(where, name, () => strings(body().frame).map(parsePath)));
  const speaksOfVoid = once(() => [raw.when, raw.unless, body().rules].some((part) => mentions(part, 'nullified')));
  return at(where, name, () => ({
    file: where.file,
    line: where.line,
    name,
    ig: text(raw.ig),
    in: strings(raw.in).map(parsePath),
    each: strings(raw.each ?? '.').map(parsePath),
    choose: strings(raw.choose),
    make: text(raw.make) ?? '',
    into: text(raw.into),
    at: raw.at === undefined ? undefined : parsePath(String(raw.at)),
    knownBy: raw['known-by'] === undefined ? undefined : parsePath(String(raw['known-by'])),
    needs: strings(raw.needs),
    modifiers: strings(raw.modifiers).map(parsePath),
    when: strings(raw.when).map(parseCondition),
    unless: strings(raw.unless).map(parseCondition),
    conflict: strings(raw.conflict).map(parseCondition),
    anywhere: raw.anywhere === 'on',
    provenance: raw.provenance !== 'off',
    get withhold() {
      return withhold();
    },
    get rules() {
      return rules();
    },
    get lost() {
      return lost();
    },
    get frame() {
      return frame();
    },
    get speaksOfVoid() {
      return speaksOfVoid();
    },
  }));
}

function readRules(prefix: string, raw: Raw | undefined, where: Place): Rule[] {
  return entries(raw)
    .filter(([, rule]) => rule !== 'off')
    .map(([key, rule]) => {
      const id = `${prefix}.${key}`;
      if (!isPlain(rule)) throw new MappingError(`${id}: a rule must be a map, or "off"`, where.file, where.line);
      return readRule(id, rule, where);
    });
}

function readRule(id: string, raw: RawMap, around: Place): Rule {
  const where = place(raw, around);
  checkWords(raw, RULE_WORDS, id, where);
  return at(where, id, () => ({
    file: where.file,
    line: where.line,
    id,
    row: strings(raw.row),
    from: strings(raw.from).map(parsePath),
    to: text(raw.to),
    as: text(raw.as),
    map: text(raw.map),
    when: strings(raw.when).map(parseCondition),
    unless: strings(raw.unless).map(parseCondition),
    fallback: text(raw.fallback),
    value: raw.value === undefined ? undefined : toJson(raw.value),
    join: text(raw.join),
    say: readSay(text(raw.say)),
    pick: readPick(text(raw.pick)),
    build: text(raw.build),
    link: strings(raw.link),
    each: strings(raw.each).map(parsePath),
    rules: readRules(id, raw.rules, where),
    needs: strings(raw.needs),
  }));
}

function readSay(said: string | undefined): string | undefined {
  if (said !== undefined && !said.includes('{}')) throw new Error('`say` needs {} where the source goes');
  return said;
}

function readPick(name: string | undefined): Pick | undefined {
  const pick = PICKS.find((known) => known === name);
  if (name !== undefined && pick === undefined) throw new Error(`\`pick\` is one of ${PICKS.join(', ')}`);
  return pick;
}

function readLoss(id: string, raw: RawMap, around: Place): Loss {
  const where = place(raw, around);
  checkWords(raw, LOSS_WORDS, id, where);
  return at(where, id, () => {
    const [from, why] = [text(raw.from), text(raw.why)];
    if (!from || !why) throw new Error('a deliberate loss needs `from` and `why`');
    return { ...where, id, row: strings(raw.row), from: parsePath(from), why };
  });
}

function toJson(raw: Raw): Json {
  if (typeof raw === 'string') return raw;
  if (Array.isArray(raw)) return raw.map(toJson);
  return Object.fromEntries(entries(raw).map(([key, value]) => [key, toJson(value)]));
}
