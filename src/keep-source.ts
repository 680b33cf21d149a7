/**
 * The DocumentReference made of a document names its source by SHA-256 (PV-06) and, for archives that want both in one
 * place, leads to a Binary with the source itself (DO-03). Both are known at the end only.
 */
import { nameId } from './fhir/ids.js';
import type { Json, JsonObject } from './fhir/json.js';
import type { Node } from './read/node.js';

export interface Keeper {
  /** Told of each resource and the element it was made of. */
  made(node: Node, reference: () => string | undefined): void;
  /** Takes the next piece of the source. */
  add(bytes: Uint8Array): void;
  /** Holds the resource back if it is the one the source goes into; true if so. */
  hold(resource: JsonObject): boolean;
  /**
   * The resource held back, with the digest (hex), and the Binary with the source if it is kept. A part has no header to
   * make one of: it gets one of its own if its source is kept, else there is none.
   */
  release(sha256: string): { readonly reference?: JsonObject; readonly binary?: JsonObject };
}

/** The object identifier of the algorithm: the system in which a digest is a value. */
const SHA256 = 'urn:oid:2.16.840.1.101.3.4.2.1';

/** One keeper per document. `whole`: keeps the source too; its memory then follows the document. */
export function createKeeper(whole: boolean): Keeper {
  const pieces: Uint8Array[] = [];
  let size = 0;
  let wanted: (() => string | undefined) | undefined;
  let held: JsonObject | undefined;
  return {
    made(node, reference) {
      if (node.parent === undefined && reference()?.startsWith('DocumentReference/')) wanted ??= reference;
    },
    add(bytes) {
      if (!whole) return;
      pieces.push(bytes.slice());
      size += bytes.length;
    },
    hold(resource) {
      if (held || `${resource.resourceType}/${resource.id}` !== wanted?.()) return false;
      held = resource;
      return true;
    },
    release(sha256) {
      const base = held ?? (whole ? createReference(sha256) : undefined);
      if (!base) return {};
      const named = identify(base, sha256);
      if (!whole) return { reference: named };
      const binary = createBinary(sha256, toBase64(pieces, size));
      return { reference: attach(named, `Binary/${binary.id}`, size), binary };
    },
  };
}

/** Of a part nothing is known but its bytes. */
const createReference = (sha256: string): JsonObject => ({
  resourceType: 'DocumentReference',
  id: nameId(`source ${sha256}`),
  status: 'current',
  content: [],
});

const createBinary = (sha256: string, data: string): JsonObject => ({
  resourceType: 'Binary',
  id: nameId(`Binary\ntext/xml\n${sha256}`),
  contentType: 'text/xml',
  data,
});

/** Beside the identifiers the document gives itself. */
function identify(resource: JsonObject, sha256: string): JsonObject {
  const given = Array.isArray(resource.identifier) ? resource.identifier : [];
  return { ...resource, identifier: [...given, { system: SHA256, value: sha256 }] };
}

/** The entry that stands for the file gets it; beside the body of an unstructured document it is one more. */
function attach(resource: JsonObject, url: string, size: number): JsonObject {
  const content = Array.isArray(resource.content) ? resource.content.filter(isObject) : [];
  const file = content.find(
    ({ attachment }) => isObject(attachment) && attachment.data === undefined && isXml(attachment),
  );
  if (!file) content.push({ attachment: { contentType: 'text/xml', url, size } });
  else {
    // Why there is no address no longer matters.
    const { _url: _, ...attachment } = file.attachment as JsonObject;
    file.attachment = { ...attachment, url, size };
  }
  return { ...resource, content };
}

const isObject = (value: Json | undefined): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const isXml = ({ contentType }: JsonObject): boolean => contentType === 'text/xml';

/** A multiple of three, so that only the last piece is padded; small enough to be arguments of a call. */
const STEP = 3 * 8192;

function toBase64(pieces: readonly Uint8Array[], size: number): string {
  const all = new Uint8Array(size);
  let at = 0;
  for (const piece of pieces) {
    all.set(piece, at);
    at += piece.length;
  }
  let text = '';
  for (let from = 0; from < size; from += STEP) text += btoa(String.fromCharCode(...all.subarray(from, from + STEP)));
  return text;
}
