/**
 * Meaning is never inverted (GE-01..04): a statement that becomes negated, nullified, planned or void must not leave
 * the output as it was. Tried on every statement of the samples that reaches the output at all.
 */
import { describe, expect, it } from 'vitest';
import { convertWhole, decode, listDocuments } from './documents.js';
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

interface Modifier {
  readonly name: string;
  /** Changes the statement; false if it says so already. */
  apply(statement: Element): boolean;
}

function setAttribute(statement: Element, name: string, value: string): boolean {
  if (statement.attributes[name] === value) return false;
  statement.attributes[name] = value;
  return true;
}

const statusOf = (statement: Element): Element | undefined =>
  statement.content.find((item): item is Element => typeof item !== 'string' && localName(item) === 'statusCode');

const localName = (element: Element): string => element.name.replace(/^.*:/, '');

const MODIFIERS: readonly Modifier[] = [
  { name: 'negated', apply: (statement) => setAttribute(statement, 'negationInd', 'true') },
  { name: 'void', apply: (statement) => setAttribute(statement, 'nullFlavor', 'NI') },
  {
    name: 'planned',
    apply: (statement) =>
      ['EVN', undefined].includes(statement.attributes.moodCode) && setAttribute(statement, 'moodCode', 'INT'),
  },
  {
    name: 'nullified',
    apply: (statement) => {
      const status = statusOf(statement);
      return status !== undefined && setAttribute(status, 'code', 'nullified');
    },
  },
];

function* statementsOf(element: Element): Generator<Element> {
  if (STATEMENTS.has(localName(element))) yield element;
  for (const item of element.content) if (typeof item !== 'string') yield* statementsOf(item);
}

/** Where a statement stands and what it is, for the message. */
function describeStatement(statement: Element): string {
  const template = statement.content.find(
    (item): item is Element => typeof item !== 'string' && localName(item) === 'templateId',
  );
  return `${localName(statement)} ${template?.attributes.root ?? ''}`;
}

/** Clinical resources only: sections and provenance list what there is. */
const facts = (resources: readonly string[]): string =>
  resources.filter((line) => !/^\{"resourceType":"(Composition|Provenance|DocumentReference)"/.test(line)).join('\n');

async function findUnmoved(text: string, modifier: Modifier): Promise<string[]> {
  const count = [...statementsOf(parse(text))].length;
  const plain = await convertWhole(rewrite(parse(text), (_ordinal, value) => value));
  const before = facts(plain.resources);
  const unmoved: string[] = [];
  for (let index = 0; index < count; index++) {
    const root = parse(text);
    const statement = [...statementsOf(root)][index];
    if (!statement || !modifier.apply(statement)) continue;
    const after = await convertWhole(rewrite(root, (_ordinal, value) => value));
    if (facts(after.resources) !== before) continue;
    if (reachesOutput(plain.leaves, text, index)) unmoved.push(`#${index} ${describeStatement(statement)}`);
  }
  return unmoved;
}

/** True if a leaf of the statement itself (not of one inside it) was copied into a resource. */
function reachesOutput(leaves: readonly { state: string; rule: string }[], text: string, index: number): boolean {
  let ordinal = 0;
  let at = -1;
  let reaches = false;
  const own: boolean[] = [];
  const root = parse(text);
  const wanted = [...statementsOf(root)][index];
  const walk = (element: Element): void => {
    if (STATEMENTS.has(localName(element))) at++;
    own.push(element === wanted || (own.at(-1) === true && !STATEMENTS.has(localName(element))));
    const touch = (): void => {
      const leaf = leaves[ordinal++];
      const counts =
        leaf?.state === 'copied' && !/^(provenance|practitioner|organization|agent|device)/.test(leaf.rule);
      if (own.at(-1) && counts) reaches = true;
    };
    for (const _name of Object.keys(element.attributes)) touch();
    if (element.content.length === 0 && Object.keys(element.attributes).length === 0) ordinal++;
    for (const item of element.content) {
      if (typeof item !== 'string') walk(item);
      else if (!/^[ \t\r\n]*$/.test(item)) touch();
    }
    own.pop();
  };
  walk(root);
  return reaches && at >= 0;
}

const documents = listDocuments(['samples']).filter(({ name }) =>
  /rich|c32|r11|discharge|operative|care-plan/.test(name),
);

describe.each(documents)('$name', ({ bytes }) => {
  it.each(MODIFIERS)('a statement that becomes $name shows', async (modifier) => {
    expect(await findUnmoved(decode(bytes), modifier)).toEqual([]);
  });
});
