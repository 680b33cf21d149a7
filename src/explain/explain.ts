/** What a rule, deliberate loss, table, code table or row of the checklist means, as titled lines for a person. */
import { type Json, stringify } from '../fhir/json.js';
import { isShipped } from '../map/shipped.js';
import type { CodeTable, Loss, Mappings, Place, Rule, Table } from '../map/table.js';
import { findCiting, findSubject, idOf, listSubjects, type Subject } from './find.js';
import { loadRows, type Rows } from './rows.js';
import { sayCondition, sayList, sayPath, templatesIn } from './words.js';

/** One subject: `fields` are pairs of label and lines. */
export interface Explanation {
  readonly title: string;
  /** `mappings/allergy.yaml:12`. */
  readonly place: string;
  readonly fields: readonly (readonly [label: string, lines: readonly string[]])[];
}

type Field = Explanation['fields'][number];

/**
 * Explains whatever has the name.
 * @param name a rule (`allergy.reaction.severity`), table (`allergy`), code table, or row of the checklist
 * @returns explanations, or names like it if there is nothing of that name
 */
export async function explain(
  name: string,
  mappings: Mappings,
): Promise<{ readonly explanations: readonly Explanation[]; readonly like: readonly string[] }> {
  const { rows, citations } = await loadRows();
  const { subjects, like } = findSubject(name, mappings);
  const row = name.toUpperCase();
  if (subjects.length === 0 && rows[row])
    return { explanations: [explainRow(row, rows, findCiting(row, mappings), citations[row] ?? [])], like: [] };
  return { explanations: subjects.map((subject) => explainSubject(subject, mappings, rows)), like };
}

/** Where it is written; the shipped files are under `mappings/`. */
const sayPlace = ({ file, line }: Place): string => `${isShipped(file) ? 'mappings/' : ''}${file}:${line}`;

function explainSubject(subject: Subject, mappings: Mappings, rows: Rows): Explanation {
  switch (subject.kind) {
    case 'rule':
      return explainRule(subject.rule, subject.table, subject.parents, mappings, rows);
    case 'loss':
      return explainLoss(subject.loss, subject.table, rows);
    case 'table':
      return explainTable(subject.table, rows);
    default:
      return explainCodes(subject.codes, mappings, rows);
  }
}

function explainRule(rule: Rule, table: Table, parents: readonly Rule[], mappings: Mappings, rows: Rows): Explanation {
  const paths = [...rule.from, ...rule.each];
  return {
    title: `Rule ${rule.id}`,
    place: sayPlace(rule),
    fields: present([
      ['Checklist', sayRows(rule.row, rows)],
      ['Guide', [sayGuide(table.ig)]],
      ['Table', [`${table.name}: ${sayMakes(table)}`]],
      ['Within', parents.flatMap((parent) => [parent.id, ...parent.each.map((path) => `for each ${sayPath(path)}`)])],
      ['For each', sayAlternatives(rule.each)],
      ['Reads', sayAlternatives(rule.from)],
      ['Picks', rule.pick ? [`the ${rule.pick} one, if there are several`] : []],
      [
        'Joins',
        rule.join === undefined ? [] : [`all of them into one text, with ${JSON.stringify(rule.join)} between`],
      ],
      ['Looks up', rule.map === undefined ? [] : sayCodes(rule.map, mappings)],
      ['Value', rule.value === undefined ? [] : [`always ${sayValue(rule.value)}`]],
      ['Says', rule.say === undefined ? [] : [`“${rule.say}”, with the source's own words for {}`]],
      ['Makes', rule.build === undefined ? [] : [sayBuild(rule.build, mappings)]],
      [
        'Refers to',
        rule.link.length > 0 ? [`the ${sayList(rule.link)} made of the document's entry with this id`] : [],
      ],
      ['Writes', rule.to === undefined ? [] : [sayTarget(rule, table, parents)]],
      ['Only if', rule.when.map(sayCondition)],
      ['Not if', rule.unless.map(sayCondition)],
      ['Fallback', rule.fallback === undefined ? [] : [`only where ${siblingOf(rule, rule.fallback)} found nothing`]],
      ['If nothing', listSubjects(mappings).flatMap((other) => sayNext(other, rule))],
      ['Needs', sayNeeds(rule.needs)],
      ['Parts', rule.rules.map((part) => `${part.id}${part.to ? `  to ${part.to}` : ''}`)],
      ['Templates', sayTemplates(templatesIn(paths), mappings)],
    ]),
  };
}

const sayNeeds = (needs: readonly string[]): string[] =>
  needs.length === 0
    ? []
    : [`${needs.map((need) => sayList(need.split('|'))).join(', ')}: without, there is nothing to say`];

const present = (fields: readonly Field[]): Field[] => fields.filter(([, lines]) => lines.length > 0);

const siblingOf = (rule: Rule, key: string): string => `${rule.id.slice(0, rule.id.lastIndexOf('.'))}.${key}`;

const sayNext = (other: Subject, rule: Rule): string[] =>
  other.kind === 'rule' && other.rule.fallback !== undefined && siblingOf(other.rule, other.rule.fallback) === rule.id
    ? [`${other.rule.id} is tried`]
    : [];

/** Each alternative in words, with the path as it is written below. */
const sayAlternatives = (paths: Rule['from']): string[] =>
  paths.flatMap((path, index) => [
    `${index > 0 ? 'else ' : ''}${sayPath(path)}`,
    `  = ${path.text.replace(/\s+/g, ' ')}`,
  ]);

function sayTarget(rule: Rule, table: Table, parents: readonly Rule[]): string {
  const outer = parents.flatMap((parent) => (parent.to && parent.to !== '.' ? [parent.to] : []));
  const own = rule.to === '.' ? [] : [rule.to ?? ''];
  return `${[table.into ?? table.make, ...outer, ...own].join('.')}${rule.as ? `, as ${rule.as}` : ''}`;
}

function sayMakes(table: Table): string {
  if (table.choose.length > 0) return `lets the first of ${table.choose.join(', ')} that fits make a resource`;
  return table.into === undefined ? `makes ${table.make}` : `adds to what the table ${table.into} makes`;
}

function sayBuild(name: string, mappings: Mappings): string {
  const table = mappings.tables.get(name);
  return `a resource of its own by the table ${name}${table ? ` (${table.make || 'one of several types'})` : ''}, and a reference to it`;
}

const sayValue = (value: Json): string => (typeof value === 'string' ? value : stringify(value));

/** The page of the HL7 guide C-CDA on FHIR. */
function sayGuide(ig: string | undefined): string {
  if (ig === undefined || ig === 'none') return 'not covered by the HL7 guide: a reading of our own';
  return `C-CDA on FHIR, https://hl7.org/fhir/us/ccda/${ig}.html`;
}

function sayRows(ids: readonly string[], rows: Rows): string[] {
  return ids.map((id) => {
    const row = rows[id];
    return row ? `${id}  ${row.block}${row.mark === 'IG' ? ' (guide)' : ' (our own)'}: ${row.text}` : id;
  });
}

function sayTemplates(names: readonly string[], mappings: Mappings): string[] {
  return names.map((name) => `${name} = ${[...(mappings.templates.get(name) ?? [])].join(', ')}`);
}

const MOST_CODES = 12;

function sayCodes(name: string, mappings: Mappings): string[] {
  const codes = mappings.codes.get(name);
  if (!codes) return [`code table ${name}`];
  const lines = listCodes(codes);
  const more = lines.length > MOST_CODES ? [`... and ${lines.length - MOST_CODES} more: explain ${name}`] : [];
  return [`code table ${name} (${sayPlace(codes)})`, ...lines.slice(0, MOST_CODES), ...more, sayMiss(codes)];
}

const listCodes = (codes: CodeTable): string[] =>
  [...codes.codes].map(
    ([from, to]) =>
      `  ${from} becomes ${to.code ?? `nothing: ${to.why ?? 'deliberately'}`}${to.display ? ` (${to.display})` : ''}`,
  );

const sayMiss = (codes: CodeTable): string =>
  codes.default === undefined
    ? '  any other code: no value, and a finding says so'
    : `  any other code becomes ${codes.default}`;

function explainLoss(loss: Loss, table: Table, rows: Rows): Explanation {
  return {
    title: `Deliberate loss ${loss.id}`,
    place: sayPlace(loss),
    fields: present([
      ['Why', [loss.why]],
      ['Checklist', sayRows(loss.row, rows)],
      ['Guide', [sayGuide(table.ig)]],
      ['Table', [`${table.name}: ${sayMakes(table)}`]],
      ['Leaves out', sayAlternatives([loss.from])],
    ]),
  };
}

function explainTable(table: Table, rows: Rows): Explanation {
  const cited = new Set(table.rules.flatMap((rule) => rule.row));
  return {
    title: `Table ${table.name}`,
    place: sayPlace(table),
    fields: present([
      ['Does', [sayMakes(table)]],
      ['Guide', [sayGuide(table.ig)]],
      ['Made of', table.in.length > 0 ? sayAlternatives(table.in) : ['what rules of other tables hand to it']],
      ['One for each', table.each.some((path) => path.text !== '.') ? sayAlternatives(table.each) : []],
      ['Only if', table.when.map(sayCondition)],
      ['Not if', table.unless.map(sayCondition)],
      ['Withheld if', table.withhold.map(sayCondition)],
      ['Reported if', table.conflict.map(sayCondition)],
      ['Needs', sayNeeds(table.needs)],
      ['Rules', listRules(table.rules, 0)],
      ['Left out', table.lost.map((loss) => `${loss.id}: ${loss.why}`)],
      ['Checklist', sayRows([...cited].sort(), rows)],
    ]),
  };
}

const listRules = (rules: readonly Rule[], depth: number): string[] =>
  rules.flatMap((rule) => [
    `${'  '.repeat(depth)}${rule.id}${rule.to && rule.to !== '.' ? `  to ${rule.to}` : ''}`,
    ...listRules(rule.rules, depth + 1),
  ]);

function explainCodes(codes: CodeTable, mappings: Mappings, rows: Rows): Explanation {
  const users = listSubjects(mappings).filter((part) => part.kind === 'rule' && part.rule.map === codes.name);
  return {
    title: `Code table ${codes.name}`,
    place: sayPlace(codes),
    fields: present([
      ['Checklist', sayRows(codes.row, rows)],
      ['From', codes.systems.map((oid) => `${mappings.systems.codeSystems.get(oid) ?? 'code system'} (${oid})`)],
      ['To', codes.system === undefined ? [] : [codes.system]],
      ['Codes', [...listCodes(codes), sayMiss(codes)]],
      ['Used by', users.map(idOf)],
    ]),
  };
}

function explainRow(id: string, rows: Rows, subjects: readonly Subject[], cited: readonly string[]): Explanation {
  const [line = id] = sayRows([id], rows);
  return {
    title: `Row ${line}`,
    place: 'docs/mapping-checklist.md',
    fields: present([
      ['Rules', subjects.filter(({ kind }) => kind === 'rule').map(idOf)],
      [
        'Left out',
        subjects.flatMap((subject) => (subject.kind === 'loss' ? [`${idOf(subject)}: ${subject.loss.why}`] : [])),
      ],
      ['Codes', subjects.filter(({ kind }) => kind === 'codes').map(idOf)],
      ['Cited in', cited],
    ]),
  };
}
