/** Choice elements: value[x], effective[x], onset[x] (VA-01 to VA-10, TS-09, IP-05). */
import { attribute, isLeaf, type Leaf, type Node, xsiType } from '../../read/node.js';
import type { Context } from '../context.js';
import type { Json } from '../json.js';
import { isAbsent } from './absent.js';
import type { Converter } from './converter.js';
import { parseDecimal, parseInteger, valueLeaf } from './decimal.js';
import { correctType, inferType } from './infer.js';
import { boundsOf, isUpsideDown, startsAtZero } from './quantity.js';
import { isPlainText } from './text.js';
import { chooseTime } from './time-choice.js';
import { sayAsText } from './words.js';

/** A converted choice: the capitalised suffix of the element's name (`Quantity`, `DateTime`) and the value. */
export interface Choice {
  readonly type: string;
  readonly value: Json;
}

/** What each v3 type may become, best first; the first that the element allows is taken. */
const NATURAL: ReadonlyMap<string, readonly string[]> = new Map(
  Object.entries({
    BL: ['boolean', 'string'],
    BN: ['boolean', 'string'],
    INT: ['integer', 'positiveInt', 'unsignedInt', 'Quantity', 'SimpleQuantity', 'decimal', 'string'],
    REAL: ['Quantity', 'SimpleQuantity', 'decimal', 'string'],
    PQ: ['Quantity', 'SimpleQuantity', 'Age', 'Duration', 'string'],
    MO: ['string'],
    RTO: ['Ratio', 'string'],
    CD: ['CodeableConcept', 'Coding', 'code', 'string'],
    ST: ['string', 'markdown', 'Annotation', 'CodeableConcept'],
    II: ['Identifier', 'string'],
    TEL: ['ContactPoint', 'url', 'uri', 'string'],
    PN: ['HumanName', 'string'],
    AD: ['Address', 'string'],
  }),
);

/** v3 types that read like another one. */
const ALIKE: ReadonlyMap<string, string> = new Map(
  Object.entries({
    ...{ CE: 'CD', CV: 'CD', CO: 'CD', CS: 'CD', SC: 'ST', ON: 'ST', TN: 'ST', URL: 'TEL', EN: 'PN' },
    ...{ RTO_PQ_PQ: 'RTO', RTO_INT_INT: 'RTO', RTO_QTY_QTY: 'RTO', RTO_MO_PQ: 'RTO' },
    ...{ IVL_INT: 'IVL_PQ', IVL_REAL: 'IVL_PQ', PPD_PQ: 'PQ', ANY: 'ST' },
  }),
);

const suffix = (type: string): string => type.charAt(0).toUpperCase() + type.slice(1);

/**
 * Picks a FHIR type among `allowed` by the source's xsi:type (inferred and reported when missing, VA-10) and converts
 * to it. A type that fits nowhere is lost whole and reported `type-unsupported`.
 */
export function chooseFrom(
  converters: Readonly<Record<string, Converter>>,
  source: Node | Leaf,
  allowed: readonly string[],
  context: Context,
): Choice | undefined {
  const convert = (type: string): Choice | undefined => {
    const value = converters[type]?.(source, context);
    return value === undefined ? undefined : { type: suffix(type), value };
  };
  const type = typeOf(source, context);
  if (type === undefined) return undefined;
  if (type.endsWith('TS')) {
    const choice = chooseTime(source, allowed, context);
    return choice && { type: suffix(choice.type), value: choice.value };
  }
  const target = candidates(source, type).find((candidate) => allowed.includes(candidate));
  if (!isLeaf(source)) context.test(attribute(source, 'xsi:type'));
  if (target === undefined) return refuse(source, type, context);
  if (target === 'string' && type !== 'ST' && type !== 'ED') return sayAsText(source, type, context);
  return convert(target);
}

function typeOf(source: Node | Leaf, context: Context): string | undefined {
  const declared = isLeaf(source) ? undefined : xsiType(source);
  const type = declared ? (correctType(source as Node, declared, context) ?? declared) : inferType(source, context);
  return type && (ALIKE.get(type) ?? type);
}

/** The types to try, by v3 type and by what the value looks like inside. */
function candidates(source: Node | Leaf, type: string): readonly string[] {
  if (type === 'ED')
    return isLeaf(source) || isPlainText(source) ? [...(NATURAL.get('ST') ?? []), 'Attachment'] : ['Attachment'];
  if (type === 'IVL_PQ' && !isLeaf(source)) return intervalTypes(source);
  const value = valueLeaf(source)?.value;
  const natural = NATURAL.get(type) ?? [];
  if (value === undefined || !['INT', 'REAL', 'PQ'].includes(type)) return natural;
  if (parseDecimal(value) === undefined) return ['string'];
  return type === 'INT' && parseInteger(value) === undefined ? (NATURAL.get('REAL') ?? []) : natural;
}

/** IP-01 to IP-05: two bounds are a Range, the wrong way round text, one is a Quantity with comparator. */
function intervalTypes(node: Node): readonly string[] {
  const { low, high } = boundsOf(node);
  const both = low !== undefined && high !== undefined && !startsAtZero(low);
  if (both) return isUpsideDown(low, high) ? ['string', 'Range'] : ['Range', 'string'];
  return ['Quantity', 'Range', ...(low || high ? [] : ['SimpleQuantity', 'Age', 'Duration']), 'string'];
}

/** A null-flavored value of a type with no place is absent, not unsupported. */
function refuse(source: Node | Leaf, type: string, context: Context): undefined {
  if (type !== 'CD' && isAbsent(source, context)) return;
  context.lose(source, 'narrowed');
  context.report('type-unsupported', source);
}
