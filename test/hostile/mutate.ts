/** Mutations of documents: of their structure, and of their bytes. */
import fc from 'fast-check';
import { type Element, rewrite } from '../property/xml.js';

export const KINDS = [
  'drop',
  'duplicate',
  'move',
  'rename',
  'swap',
  'drop attribute',
  'rename attribute',
  'retype',
  'text',
] as const;

/** One change; the numbers are counted round and round. */
export interface Mutation {
  readonly kind: (typeof KINDS)[number];
  readonly at: number;
  readonly to: number;
  readonly value: string;
}

/** What a statement means depends on these: who changes them may change the meaning. */
const MODIFIERS = new Set([
  'negationInd',
  'moodCode',
  'nullFlavor',
  'typeCode',
  'classCode',
  'inversionInd',
  'contextConductionInd',
]);
const MODIFYING = new Set([
  'statusCode',
  'subject',
  'code',
  'value',
  'translation',
  'priorityCode',
  'effectiveTime',
  'actReference',
]);

/** Values that have been trouble somewhere: of every type, at its edges and beyond. */
const VALUES: readonly string[] = [
  ...[
    '',
    ' ',
    '0',
    '-1',
    '1e400',
    'NaN',
    'Infinity',
    '99999999999999999999.5',
    '.5',
    '5.',
    '1,5',
    '0x10',
    'true',
    'TRUE',
    'x',
  ],
  ...[
    '2020',
    '20201301',
    '20200230',
    '00000000',
    '99991231235960+9999',
    '202001011200+0000',
    '2020-01-01',
    '20200101T12:00',
  ],
  ...[
    '2.16.840.1.113883.6.1',
    '2.16',
    '1..2',
    'urn:uuid:x',
    'F2A5C8D0-0000-4000-8000-000000000000',
    '2.16.840.1.113883.10.20.22.4.4',
  ],
  ...[
    '#',
    '#x',
    'javascript:alert(1)',
    'tel:',
    'mailto:',
    'http://',
    '//x',
    '../..',
    '%',
    'constructor',
    '__proto__',
    'toString',
  ],
  ...[
    'PQ',
    'CD',
    'ED',
    'IVL_PQ',
    'IVL_TS',
    'PIVL_TS',
    'RTO_PQ_PQ',
    'ST',
    'BL',
    'INT',
    'SXPR_TS',
    'EIVL_TS',
    'TS',
    'xsd:string',
  ],
  ...[
    'NI',
    'UNK',
    'OTH',
    'NASK',
    'ACT',
    'EVN',
    'INT',
    'completed',
    'active',
    'nullified',
    'mg',
    '{x}',
    '1',
    '10*3/uL',
    '%',
  ],
  ...['\u00a0', '\u202e', '\ud83d\ude00', '&lt;b&gt;', 'a'.repeat(5000), '\ufffd', "'", '"', ']]>', '\t', '\n'],
];
const NAMES: readonly string[] = [
  ...[
    'act',
    'observation',
    'procedure',
    'substanceAdministration',
    'supply',
    'encounter',
    'organizer',
    'entry',
    'section',
    'component',
  ],
  ...[
    'entryRelationship',
    'participant',
    'participantRole',
    'playingEntity',
    'author',
    'performer',
    'consumable',
    'manufacturedProduct',
  ],
  ...[
    'id',
    'code',
    'value',
    'text',
    'title',
    'effectiveTime',
    'statusCode',
    'low',
    'high',
    'translation',
    'originalText',
    'reference',
  ],
  ...[
    'name',
    'given',
    'addr',
    'telecom',
    'time',
    'quantity',
    'table',
    'td',
    'list',
    'ClinicalDocument',
    'constructor',
    'x',
  ],
];

export const mutations = fc.array(
  fc.record({ kind: fc.constantFrom(...KINDS), at: fc.nat(), to: fc.nat(), value: fc.constantFrom(...VALUES) }),
  { minLength: 1, maxLength: 6 },
);

const isElement = (item: Element | string): item is Element => typeof item !== 'string';

interface Place {
  readonly element: Element;
  readonly parent: Element | undefined;
}

function listPlaces(element: Element, parent?: Element): Place[] {
  return [{ element, parent }, ...element.content.filter(isElement).flatMap((item) => listPlaces(item, element))];
}

const pick = <Item>(items: readonly Item[], at: number): Item | undefined => items[at % items.length];
const local = (element: Element): string => element.name.replace(/^.*:/, '');
const copyOf = (element: Element): Element => structuredClone(element);

/** Something in or at the element says more than that it is there. */
const hasModifier = (element: Element): boolean =>
  MODIFYING.has(local(element)) ||
  Object.keys(element.attributes).some((name) => MODIFIERS.has(name)) ||
  element.content.some((item) => isElement(item) && hasModifier(item));

export interface Mutated {
  readonly text: string;
  /** A change may have changed what a statement means. */
  readonly touchesMeaning: boolean;
}

/** Makes the changes in a copy of the document. */
export function mutate(source: Element, changes: readonly Mutation[]): Mutated {
  const root = copyOf(source);
  let touchesMeaning = false;
  for (const change of changes) touchesMeaning = apply(root, change) || touchesMeaning;
  return { text: rewrite(root, (_ordinal, value) => value), touchesMeaning };
}

/** Returns whether the meaning of a statement may be another one now. */
function apply(root: Element, { kind, at, to, value }: Mutation): boolean {
  const places = listPlaces(root);
  const { element, parent } = pick(places, at) ?? { element: root, parent: undefined };
  const key = pick(Object.keys(element.attributes), to);
  const means = hasModifier(element);
  if (parent === undefined && ['drop', 'duplicate', 'move'].includes(kind)) return false;
  const index = parent?.content.indexOf(element) ?? -1;
  if (kind === 'drop') parent?.content.splice(index, 1);
  else if (kind === 'duplicate') {
    parent?.content.splice(index, 0, copyOf(element));
    return false;
  } else if (kind === 'move') {
    parent?.content.splice(index, 1);
    pick(listPlaces(root), to)?.element.content.push(element);
  } else if (kind === 'rename') (element as { name: string }).name = pick(NAMES, to) ?? 'x';
  else if (kind === 'swap') element.content.reverse();
  else if (kind === 'text') element.content.push(value);
  else if (key !== undefined) changeAttribute(element, key, kind, value);
  if (kind === 'swap') return false;
  return means || (kind !== 'text' && kind !== 'drop' && parent !== undefined && isMarked(root, element));
}

/** An element around it has a say in what it means. */
const isMarked = (around: Element, element: Element): boolean =>
  around.content.some(
    (item) =>
      isElement(item) &&
      (item === element || isMarked(item, element)) &&
      (Object.keys(around.attributes).some((name) => MODIFIERS.has(name)) || isMarked(item, element)),
  );

function changeAttribute({ attributes }: Element, key: string, kind: Mutation['kind'], value: string): void {
  const was = attributes[key] ?? '';
  if (kind !== 'retype') delete attributes[key];
  if (kind === 'retype') attributes[key] = value;
  if (kind === 'rename attribute') attributes[value.length % 2 ? 'value' : 'code'] = was;
}

export const BYTE_KINDS = ['flip', 'delete', 'insert', 'repeat', 'cut', 'overwrite'] as const;
const PIECES: readonly string[] = [
  ...[
    '<',
    '>',
    '&',
    '"',
    "'",
    '/',
    '</',
    '/>',
    '<!--',
    '-->',
    '<![CDATA[',
    ']]>',
    '<?',
    '?>',
    '&#0;',
    '&#xD800;',
    '\0',
    '\ufeff',
  ],
  ...[
    '<a>',
    '</entry>',
    '<entry>',
    '</section>',
    '<text>',
    '</text>',
    '</ClinicalDocument>',
    '<organizer>',
    ' xmlns="x"',
    '\r',
    '\u00e9',
  ],
];

export const byteMutations = fc.array(
  fc.record({
    kind: fc.constantFrom(...BYTE_KINDS),
    at: fc.nat(),
    length: fc.nat({ max: 300 }),
    piece: fc.constantFrom(...PIECES),
  }),
  { minLength: 1, maxLength: 8 },
);
export type ByteMutation = typeof byteMutations extends fc.Arbitrary<(infer One)[]> ? One : never;

export function mutateBytes(source: Buffer, changes: readonly ByteMutation[]): Buffer {
  let bytes = source;
  for (const { kind, at, length, piece } of changes) {
    const from = bytes.length === 0 ? 0 : at % bytes.length;
    const [before, here, after] = [
      bytes.subarray(0, from),
      bytes.subarray(from, from + length),
      bytes.subarray(from + length),
    ];
    const put = Buffer.from(piece);
    if (kind === 'flip')
      bytes = Buffer.concat([before, Buffer.of((bytes[from] ?? 0) ^ (1 << (length % 8))), bytes.subarray(from + 1)]);
    else if (kind === 'delete') bytes = Buffer.concat([before, after]);
    else if (kind === 'insert') bytes = Buffer.concat([before, put, here, after]);
    else if (kind === 'repeat') bytes = Buffer.concat([before, here, here, here, after]);
    else if (kind === 'cut') bytes = at % 5 === 0 ? Buffer.from(before) : bytes;
    else bytes = Buffer.concat([before, put, after]);
  }
  return bytes;
}
