/** What FHIR R4 says of each element: types, cardinality, closed codes. Decoded per type, on first use. */
import { ELEMENTS, RESOURCES, VALUE_SETS } from './shapes.gen.js';

export interface ElementShape {
  /** FHIR type codes; several for a choice, whose name ends in `[x]`. Empty with `content`. */
  readonly types: readonly string[];
  readonly min: number;
  readonly max: 1 | '*';
  /** The legal codes, when the binding is required and its value set can be listed. */
  readonly codes?: readonly string[];
  /** The code system of `codes`, when there is only one. */
  readonly system?: string;
  /** Resource types a Reference may point to; absent: any. */
  readonly targets?: readonly string[];
  /** The element whose content this one repeats (`QuestionnaireResponse.item`). */
  readonly content?: string;
}

/** Child elements by name, a choice as `value[x]`. */
export type Content = ReadonlyMap<string, ElementShape>;

/** An element found by `lookupElement`. */
export interface FoundElement {
  readonly shape: ElementShape;
  /** Its type; of an undecided choice (`value[x]`) the empty string. */
  readonly type: string;
  /** Its property name in JSON: `valueQuantity`. An undecided choice keeps `value[x]`. */
  readonly name: string;
}

/** `Patient.contact` and `Quantity` alike: the content of a type or of a backbone element. */
const contents = new Map<string, Map<string, ElementShape>>();
const decoded = new Set<string>();
const codeLists = new Map<string, { codes: string[]; system: string | undefined }>();

const PRIMITIVES = new Set(
  `base64Binary boolean canonical code date dateTime decimal id instant integer markdown oid positiveInt string time
  unsignedInt uri url uuid xhtml`.split(/\s+/),
);

/** True for `string`, `dateTime` and the other types that are one JSON value. */
export const isPrimitive = (type: string): boolean => PRIMITIVES.has(type);

/** True for a resource type of the shapes, or the abstract `Resource`. */
export const isResourceType = (type: string): boolean =>
  type === 'Resource' || /^(Domain)?Resource\n/.test(ELEMENTS[type] ?? '');

const resourceNames: ReadonlySet<string> = new Set(RESOURCES.split(' '));

/** True for the name of any R4 resource, also of those there are no shapes of. */
export const isResourceName = (name: string): boolean => resourceNames.has(name);

/** Names of elements and, for choices, what they are called in JSON; of all types here. */
function collectNames(): ReadonlySet<string> {
  const names = new Set<string>();
  for (const text of Object.values(ELEMENTS)) {
    for (const line of text.split('\n').slice(1)) {
      const [path = '', , kinds = ''] = line.split(' ');
      const name = path.slice(path.lastIndexOf('.') + 1);
      if (!name.endsWith('[x]')) names.add(name);
      else for (const type of kinds.replace(/\([^)]*\)/g, '').split('|')) names.add(choiceName(name, type));
    }
  }
  return names;
}

let elementNames: ReadonlySet<string> | undefined;

/** True if an element is called so somewhere in FHIR (or `_so`): what else a JSON text has for names may be anything. */
export function isElementName(name: string): boolean {
  elementNames ??= collectNames();
  return elementNames.has(name.replace(/^_/, ''));
}

/** `value[x]` and `Quantity` make `valueQuantity`. */
export const choiceName = (name: string, type: string): string =>
  name.slice(0, -3) + type.charAt(0).toUpperCase() + type.slice(1);

function decodeValueSet(name: string): { codes: string[]; system: string | undefined } {
  const known = codeLists.get(name);
  if (known) return known;
  const [system, ...codes] = (VALUE_SETS[name] ?? '-').split(' ');
  const list = { codes, system: system === '-' ? undefined : system };
  codeLists.set(name, list);
  return list;
}

function decodeElement(cardinality: string, kinds: string, valueSet: string | undefined): ElementShape {
  const min = Number(cardinality.split('..')[0]);
  const max = cardinality.endsWith('1') ? 1 : '*';
  if (kinds.startsWith('@')) return { types: [], min, max, content: kinds.slice(1) };
  const targets = /\(([^)]*)\)/.exec(kinds)?.[1]?.split(',');
  const types = kinds.replace(/\([^)]*\)/g, '').split('|');
  const { codes, system } = valueSet ? decodeValueSet(valueSet.slice(1)) : {};
  return { types, min, max, ...(codes && { codes }), ...(system && { system }), ...(targets && { targets }) };
}

function decode(type: string): void {
  decoded.add(type);
  const [base = '', ...lines] = (ELEMENTS[type] ?? '').split('\n');
  contents.set(type, new Map(base ? elementsOf(base) : []));
  for (const line of lines) {
    const [path = '', cardinality = '', kinds = '', valueSet] = line.split(' ');
    const dot = path.lastIndexOf('.');
    const owner = dot < 0 ? type : `${type}.${path.slice(0, dot)}`;
    // Timing.repeat is an Element, the others with children of their own are BackboneElements.
    const inherited = () => elementsOf(type === 'Timing' ? 'Element' : 'BackboneElement') ?? [];
    const content = contents.get(owner) ?? new Map(inherited());
    contents.set(owner, content.set(path.slice(dot + 1), decodeElement(cardinality, kinds, valueSet)));
  }
}

/**
 * The child elements of a type (`Quantity`) or of an element with content of its own (`Patient.contact`), base
 * elements included; undefined for primitives and unknown types.
 */
export function elementsOf(type: string): Content | undefined {
  const root = type.split('.', 1)[0] ?? '';
  if (!Object.hasOwn(ELEMENTS, root)) return undefined;
  if (!decoded.has(root)) decode(root);
  return contents.get(type);
}

/** Where the content of an element is described: `owner` is the type or backbone element it stands in. */
export function contentName(owner: string, name: string, found: { shape: ElementShape; type: string }): string {
  if (found.shape.content) return found.shape.content;
  const own = `${owner}.${name}`;
  return contents.has(own) ? own : found.type;
}

function findChild(owner: string, name: string): FoundElement | undefined {
  const content = elementsOf(owner);
  const plain = content?.get(name);
  if (plain) return { shape: plain, type: plain.types.length === 1 ? (plain.types[0] ?? '') : '', name };
  for (const [key, shape] of content ?? []) {
    if (!key.endsWith('[x]') || !name.startsWith(key.slice(0, -3))) continue;
    const type = shape.types.find((each) => choiceName(key, each) === name);
    if (type) return { shape, type, name };
  }
  return undefined;
}

/**
 * The element at a dotted path below a type, across data types, backbone elements and repeated content:
 * `lookupElement('AllergyIntolerance', 'reaction.severity')`, `('Timing', 'repeat.boundsPeriod.start')`. A choice is
 * spelled `value[x]` or `valueQuantity`. Undefined if FHIR has no such element.
 */
export function lookupElement(type: string, path: string): FoundElement | undefined {
  let owner = type;
  let found: FoundElement | undefined;
  for (const name of path.split('.')) {
    if (found && !owner) return undefined;
    found = findChild(owner, name);
    if (!found) return undefined;
    owner = contentName(owner, name, found);
  }
  return found;
}
