/** A small stand-in for the engine: builds nodes from XML snippets, keeps the account, looks up in inline tables. */
import { SaxesParser } from 'saxes';
import type { Context } from '../../src/fhir/context.js';
import type { FindingCode } from '../../src/finding.js';
import { type LeafState, RANK } from '../../src/ledger.js';
import { isLeaf, type Leaf, leaves, type Node } from '../../src/read/node.js';
import { ALL_REPAIRS } from '../../src/repairs.js';

/** Reads a snippet without namespaces; prefixes stay as written, so canonical names are typed by hand. */
export function build(xml: string): Node {
  const parser = new SaxesParser();
  const root: Node = { name: '#root', parent: undefined, attributes: [], content: [], line: 0 };
  let [open, index] = [root, 0];
  const leaf = (name: string, value: string, owner: Node): Leaf => ({ name, value, owner, index: index++ });
  parser.on('opentag', (tag) => {
    const node: Node = { name: tag.name, parent: open, attributes: [], content: [], line: parser.line };
    for (const [name, value] of Object.entries(tag.attributes)) node.attributes.push(leaf(`@${name}`, value, node));
    open.content.push(node);
    open = node;
  });
  parser.on('text', (text) => {
    if (open === root) return;
    if (text.trim() === '') open.content.push({ name: '#text', value: text, owner: open, index: -1 });
    else open.content.push(leaf('#text', text, open));
  });
  parser.on('closetag', () => {
    open = open.parent ?? root;
  });
  parser.write(xml).close();
  const node = root.content.find((item) => !isLeaf(item));
  if (node === undefined || isLeaf(node)) throw new Error('a snippet needs an element');
  return node;
}

const TABLES: Record<string, Record<string, string>> = {
  'name-use': { L: 'usual', C: 'official', A: 'nickname', P: 'anonymous', OR: 'official' },
  'address-use': { H: 'home', HP: 'home', HV: 'home', WP: 'work', DIR: 'work', TMP: 'temp', BAD: 'old' },
  'telecom-use': { H: 'home', HP: 'home', WP: 'work', MC: 'mobile', TMP: 'temp', BAD: 'old', PG: 'mobile' },
  'telecom-type': { tel: 'phone', fax: 'fax', mailto: 'email', http: 'url', https: 'url', sms: 'sms' },
  'null-flavor': { UNK: 'unknown', NI: 'unknown', MSK: 'masked', OTH: 'unsupported', ASKU: 'asked-unknown' },
  'period-unit': { min: 'min', h: 'h', d: 'd', wk: 'wk', mo: 'mo', a: 'a' },
  'timing-when': { HS: 'HS', AC: 'AC', ACM: 'ACM', PC: 'PC', C: 'C', CM: 'CM', IC: 'C' },
};
const CODE_SYSTEMS: Record<string, string> = {
  '2.16.840.1.113883.6.96': 'http://snomed.info/sct',
  '2.16.840.1.113883.6.1': 'http://loinc.org',
  '2.16.840.1.113883.6.8': 'http://unitsofmeasure.org',
};
const NAMES: Record<string, string> = { 'SNOMED CT': 'http://snomed.info/sct', LOINC: 'http://loinc.org' };
const IDENTIFIER_SYSTEMS: Record<string, string> = { '2.16.840.1.113883.4.1': 'http://hl7.org/fhir/sid/us-ssn' };
const UNITS: Record<string, string> = { lbs: '[lb_av]' };
const UCUM = new Set('mg mg/dL kg mm[Hg] h d a min wk % 1 mL'.split(' '));

/** What a converter did: findings in order, and the state each leaf ended in. */
export interface Account {
  readonly context: Context;
  readonly findings: FindingCode[];
  /** State of a leaf; touches of a converter that wrote nothing do not count, as the engine rolls them back. */
  state(leaf: Leaf, wrote: boolean): LeafState;
}

export function account(options: { offset?: string; narrative?: string } = {}): Account {
  const [lasting, touched] = [new Map<Leaf, LeafState>(), new Map<Leaf, LeafState>()];
  const raise = (states: Map<Leaf, LeafState>, leaf: Leaf, state: LeafState): void => {
    if (RANK[state] > RANK[states.get(leaf) ?? 'unread']) states.set(leaf, state);
  };
  const findings: FindingCode[] = [];
  const narrative = options.narrative === undefined ? undefined : build(options.narrative);
  const context: Context = {
    take(leaf) {
      raise(touched, leaf, 'copied');
      return leaf.value.trim();
    },
    imply: (leaf) => leaf && raise(touched, leaf, 'implied'),
    test: (leaf) => leaf && raise(lasting, leaf, 'tested'),
    lose(item, reason) {
      if (item === undefined) return;
      for (const leaf of isLeaf(item) ? [item] : leaves(item)) raise(lasting, leaf, reason);
    },
    narrate: () => undefined,
    report: (code) => findings.push(code),
    narrative: (id) => narrative && find(narrative, id.replace(/^#/, '')),
    codeSystem: (oid) => CODE_SYSTEMS[oid],
    codeSystemByName: (name) => NAMES[name],
    identifierSystem: (oid) => IDENTIFIER_SYSTEMS[oid],
    isValueSet: (oid) => oid.startsWith('2.16.840.1.113883.3.88.12.'),
    code: (table, code) => TABLES[table]?.[code],
    ucum: (unit) => (UCUM.has(unit) ? unit : UNITS[unit]),
    offset: options.offset,
    repairs: ALL_REPAIRS,
  };
  const state = (leaf: Leaf, wrote: boolean): LeafState => {
    const [kept, touch] = [lasting.get(leaf) ?? 'unread', (wrote && touched.get(leaf)) || 'unread'];
    return RANK[touch] > RANK[kept] ? touch : kept;
  };
  return { context, findings, state };
}

function find(node: Node, id: string): Node | undefined {
  if (node.attributes.some((leaf) => leaf.name === '@ID' && leaf.value === id)) return node;
  for (const item of node.content) {
    const found = isLeaf(item) ? undefined : find(item, id);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** The leaf at a relative path such as `translation/@code`, `low[2]/@value` or `originalText/#text`. */
export function leafAt(node: Node, path: string): Leaf {
  const steps = path.split('/');
  const last = steps.pop();
  let at: Node = node;
  for (const step of steps) {
    const [, name, position = '1'] = /^([^[]+)(?:\[(\d+)\])?$/.exec(step) ?? [];
    const next = at.content.filter((item) => !isLeaf(item) && item.name === name)[Number(position) - 1];
    if (next === undefined || isLeaf(next)) throw new Error(`no element at ${path}`);
    at = next;
  }
  const found = [...at.attributes, ...at.content.filter(isLeaf)].find((leaf) => leaf.name === last && leaf.index >= 0);
  if (found === undefined) throw new Error(`no leaf at ${path}`);
  return found;
}
