/**
 * Meaning is never inverted (GE-01..04): a statement that becomes negated, nullified, planned or void must not leave
 * the output as it was. Tried on every statement of the samples that reaches the output at all; each in a document of
 * the header, its section and its entry alone, so that no other entry can stand in for it.
 */
import { describe, expect, it } from 'vitest';
import { convertWhole, decode, type LeafTrace, listDocuments } from './documents.js';
import { type Element, parse, rewrite } from './xml.js';

const STATEMENTS = new Set([
  'act',
  'encounter',
  'observation',
  'organizer',
  'procedure',
  'substanceAdministration',
  'supply',
]);

/** Takes the change back. */
type Undo = () => void;

interface Modifier {
  readonly name: string;
  /** Changes the statement; nothing to undo if it says so already. */
  apply(statement: Element): Undo | undefined;
}

function setAttribute(element: Element, name: string, value: string): Undo | undefined {
  const was = element.attributes[name];
  if (was === value) return undefined;
  element.attributes[name] = value;
  return () => {
    if (was === undefined) delete element.attributes[name];
    else element.attributes[name] = was;
  };
}

const localName = (element: Element): string => element.name.replace(/^.*:/, '');

const isElement = (item: Element | string): item is Element => typeof item !== 'string';

const childOf = (element: Element, name: string): Element | undefined =>
  element.content.filter(isElement).find((item) => localName(item) === name);

const MODIFIERS: readonly Modifier[] = [
  { name: 'negated', apply: (statement) => setAttribute(statement, 'negationInd', 'true') },
  { name: 'void', apply: (statement) => setAttribute(statement, 'nullFlavor', 'NI') },
  {
    name: 'planned',
    apply: (statement) =>
      ['EVN', undefined].includes(statement.attributes.moodCode)
        ? setAttribute(statement, 'moodCode', 'INT')
        : undefined,
  },
  {
    name: 'nullified',
    apply: (statement) => {
      const status = childOf(statement, 'statusCode');
      return status && setAttribute(status, 'code', 'nullified');
    },
  },
];

/** Rules that write the same whatever the modifier, with the reason: modifier and rule. */
const NO_MATTER: Readonly<Record<string, string>> = {
  'planned medication-request.step': 'a step of a taper is an instruction of its order, whose own mood decides',
  'planned no-medication': 'that there is no medication to list is the same for what is taken and what is ordered',
};

/** Neither an event nor a plan any more: that it was negated or planned too adds nothing. */
const TAKEN_BACK = new Set(['aborted', 'cancelled', 'nullified']);

/** IM-19: CVX 998 is no vaccine; that it was not given is what it says by itself. */
const saysNoVaccine = (statement: Element): boolean =>
  [...find(statement, new Set(['manufacturedMaterial']))].some((material) => {
    const code = childOf(material, 'code')?.attributes;
    return code?.code === '998' && code.codeSystem === '2.16.840.1.113883.12.292';
  });

const isTakenBack = (statement: Element): boolean =>
  TAKEN_BACK.has(childOf(statement, 'statusCode')?.attributes.code ?? '') || saysNoVaccine(statement);

function* find(element: Element, names: ReadonlySet<string>): Generator<Element> {
  if (names.has(localName(element))) yield element;
  for (const item of element.content) if (isElement(item)) yield* find(item, names);
}

const holds = (element: Element, wanted: Element): boolean =>
  element === wanted || element.content.some((item) => isElement(item) && holds(item, wanted));

/** Other entries, and the visit of the header: a statement about it becomes part of the header's Encounter. */
const STAND_INS = new Set(['entry', 'componentOf']);

/** The document without other entries and other sections; what is left is shared with it. */
function isolate(element: Element, entry: Element): Element {
  if (element === entry) return element;
  const content = element.content.flatMap((item): (Element | string)[] => {
    if (!isElement(item)) return [item];
    if (holds(item, entry)) return [isolate(item, entry)];
    return STAND_INS.has(localName(item)) || [...find(item, new Set(['section']))].length > 0 ? [] : [item];
  });
  return { ...element, content };
}

/** What a statement is, for the message. */
const describeStatement = (statement: Element): string =>
  `${localName(statement)} ${childOf(statement, 'templateId')?.attributes.root ?? ''}`.trim();

/** Clinical resources only: sections and provenance list what there is. */
const facts = (resources: readonly string[]): string =>
  resources.filter((line) => !/^\{"resourceType":"(Composition|Provenance)"/.test(line)).join('\n');

/** People, organizations and places are what they are, whatever is said to have happened there. */
const isOfBystander = (rule: string): boolean =>
  /^(provenance|practitioner|organization|agent|device|location)/.test(rule);

/** The statements of which a leaf of their own (not of one inside them) was copied into a clinical resource, and by which rule. */
function findShown(root: Element, entry: Element, leaves: readonly LeafTrace[]): Map<Element, string> {
  const owners = new Map<Element, Element>();
  const visit = (element: Element, statement: Element | undefined): void => {
    const own = STATEMENTS.has(localName(element)) ? element : statement;
    if (own) owners.set(element, own);
    for (const item of element.content) if (isElement(item)) visit(item, own);
  };
  visit(entry, undefined);
  const shown = new Map<Element, string>();
  rewrite(root, (ordinal, value, _name, element) => {
    const statement = owners.get(element);
    const leaf = leaves[ordinal];
    if (statement && leaf?.state === 'copied' && !isOfBystander(leaf.rule)) shown.set(statement, leaf.rule);
    return value;
  });
  return shown;
}

const convertTree = (root: Element) => convertWhole(rewrite(root, (_ordinal, value) => value));

interface Trial {
  readonly root: Element;
  readonly entry: Element;
  readonly before: string;
  readonly statements: readonly Element[];
}

async function prepare(text: string): Promise<Trial[]> {
  const document = parse(text);
  const trials: Trial[] = [];
  for (const entry of find(document, new Set(['entry']))) {
    const root = isolate(document, entry);
    const { resources, leaves } = await convertTree(root);
    trials.push({ root, entry, before: facts(resources), statements: [...findShown(root, entry, leaves).keys()] });
  }
  return trials;
}

async function findUnmoved(trials: readonly Trial[], modifier: Modifier): Promise<string[]> {
  const unmoved = new Set<string>();
  for (const { root, entry, before, statements } of trials) {
    for (const statement of statements) {
      if (isTakenBack(statement) && modifier.name !== 'nullified') continue;
      const undo = modifier.apply(statement);
      if (!undo) continue;
      const { resources, leaves } = await convertTree(root);
      // The facts may be the same because another statement says so too; but this one must not count as their source.
      const rule = facts(resources) === before ? findShown(root, entry, leaves).get(statement) : undefined;
      if (rule !== undefined && !isWithoutMeaning(modifier, rule))
        unmoved.add(`${modifier.name} ${describeStatement(statement)} (${rule})`);
      undo();
    }
  }
  return [...unmoved];
}

const isWithoutMeaning = (modifier: Modifier, rule: string): boolean =>
  Object.keys(NO_MATTER).some((each) => `${modifier.name} ${rule}`.startsWith(each));

describe.each(listDocuments(['samples']))('$name', ({ bytes }) => {
  const trials = parses(bytes) ? prepare(decode(bytes).replace(/^\uFEFF/, '')) : undefined;
  it.runIf(trials).each(MODIFIERS)('a statement that becomes $name shows', { timeout: 120_000 }, async (modifier) => {
    expect(await findUnmoved((await trials) ?? [], modifier)).toEqual([]);
  });
});

/** Broken documents are repaired before they are read; here only sound ones can be altered. */
function parses(bytes: Buffer): boolean {
  try {
    return Boolean(parse(decode(bytes).replace(/^\uFEFF/, '')));
  } catch {
    return false;
  }
}
