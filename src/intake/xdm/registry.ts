/** ebXML registry metadata (ebRIM 3.0) as plain objects. */
import { XMLParser } from 'fast-xml-parser';
import { refusalError } from '../refusals.js';

export interface Slots {
  /** Values by name, in their order. */
  readonly slots: ReadonlyMap<string, readonly string[]>;
}

export interface Classification extends Slots {
  readonly scheme: string;
  readonly code: string;
  readonly name: string | undefined;
}

/** One ExtrinsicObject: a document of the package. */
export interface RegistryObject extends Slots {
  readonly id: string;
  readonly objectType: string;
  readonly mimeType: string | undefined;
  /** The last part: `Approved`, `Deprecated`. */
  readonly status: string;
  readonly name: string | undefined;
  readonly description: string | undefined;
  readonly classifications: readonly Classification[];
  readonly identifiers: readonly { readonly scheme: string; readonly value: string }[];
}

export interface Association {
  /** The last part: `RPLC`, `HasMember`. */
  readonly type: string;
  readonly source: string;
  readonly target: string;
}

export interface Registry {
  readonly documents: readonly RegistryObject[];
  readonly associations: readonly Association[];
}

type Element = { readonly [name: string]: unknown };

const parser = new XMLParser({
  ignoreAttributes: false,
  attributeNamePrefix: '@',
  removeNSPrefix: true,
  parseTagValue: false,
  parseAttributeValue: false,
  trimValues: true,
});

/**
 * Reads METADATA.XML. Elements are found wherever they stand, as senders wrap them in requests of several kinds.
 * @throws InputError `archive-damaged` if it is not well formed or has a DOCTYPE
 */
export function readRegistry(text: string): Registry {
  if (/<!DOCTYPE/i.test(text)) throw refusalError('archive-damaged');
  const documents: RegistryObject[] = [];
  const associations: Association[] = [];
  const root = parse(text);
  const queue: unknown[] = [root];
  for (let value = queue.pop(); value !== undefined; value = queue.pop()) {
    if (Array.isArray(value)) queue.push(...value);
    if (!isElement(value)) continue;
    for (const [name, child] of Object.entries(value)) {
      if (name === 'ExtrinsicObject') documents.push(...elements(child).map(readObject));
      else if (name === 'Association') associations.push(...elements(child).map(readAssociation));
      else queue.push(child);
    }
  }
  return { documents, associations };
}

function parse(text: string): unknown {
  try {
    return parser.parse(text, true);
  } catch {
    throw refusalError('archive-damaged');
  }
}

const isElement = (value: unknown): value is Element =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const elements = (value: unknown): Element[] => (Array.isArray(value) ? value : [value]).filter(isElement);

const attribute = (element: Element, name: string): string | undefined => {
  const value = element[`@${name}`];
  return typeof value === 'string' && value.trim() !== '' ? value.trim() : undefined;
};

/** `urn:oasis:names:tc:ebxml-regrep:StatusType:Approved` says `Approved`; older writers say so at once. */
const lastPart = (urn: string | undefined): string => urn?.replace(/^.*[:/]/, '') ?? '';

function readObject(element: Element): RegistryObject {
  return {
    id: attribute(element, 'id') ?? '',
    objectType: attribute(element, 'objectType') ?? '',
    mimeType: attribute(element, 'mimeType'),
    status: lastPart(attribute(element, 'status')),
    name: words(element.Name),
    description: words(element.Description),
    slots: readSlots(element),
    classifications: elements(element.Classification).map((one) => ({
      scheme: attribute(one, 'classificationScheme') ?? '',
      code: attribute(one, 'nodeRepresentation') ?? '',
      name: words(one.Name),
      slots: readSlots(one),
    })),
    identifiers: elements(element.ExternalIdentifier).map((one) => ({
      scheme: attribute(one, 'identificationScheme') ?? '',
      value: attribute(one, 'value') ?? '',
    })),
  };
}

const readAssociation = (element: Element): Association => ({
  type: lastPart(attribute(element, 'associationType')),
  source: attribute(element, 'sourceObject') ?? '',
  target: attribute(element, 'targetObject') ?? '',
});

const words = (value: unknown): string | undefined =>
  elements(value)
    .flatMap((one) => elements(one.LocalizedString))
    .map((one) => attribute(one, 'value'))
    .find((text) => text !== undefined);

function readSlots(element: Element): Map<string, string[]> {
  const slots = new Map<string, string[]>();
  for (const slot of elements(element.Slot)) {
    const name = attribute(slot, 'name');
    const values = elements(slot.ValueList).flatMap(({ Value }) => (Array.isArray(Value) ? Value : [Value]));
    const texts = values.map(textOf).filter((text) => text !== '');
    if (name !== undefined && texts.length > 0) slots.set(name, [...(slots.get(name) ?? []), ...texts]);
  }
  return slots;
}

const textOf = (value: unknown): string =>
  (typeof value === 'string' ? value : isElement(value) ? String(value['#text'] ?? '') : '').trim();
