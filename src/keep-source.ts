/** Keeps the document itself in the DocumentReference made of it (DO-03), for archives that want both in one place. */
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
  /** The resource held back, or one of its own if the document made none (a part has no header), with the source in it. */
  release(sha256: string): JsonObject;
}

/** One keeper per document; its memory follows the document. */
export function createKeeper(): Keeper {
  const pieces: Uint8Array[] = [];
  let size = 0;
  let wanted: (() => string | undefined) | undefined;
  let held: JsonObject | undefined;
  return {
    made(node, reference) {
      if (node.parent === undefined && reference()?.startsWith('DocumentReference/')) wanted ??= reference;
    },
    add(bytes) {
      pieces.push(bytes.slice());
      size += bytes.length;
    },
    hold(resource) {
      if (held || `${resource.resourceType}/${resource.id}` !== wanted?.()) return false;
      held = resource;
      return true;
    },
    release: (sha256) => attach(held ?? createReference(sha256), toBase64(pieces, size), size),
  };
}

/** Of a part nothing is known but its bytes. */
const createReference = (sha256: string): JsonObject => ({
  resourceType: 'DocumentReference',
  id: nameId(`source ${sha256}`),
  status: 'current',
  content: [],
});

/** The entry that stands for the file gets it; beside the body of an unstructured document it is one more. */
function attach(resource: JsonObject, data: string, size: number): JsonObject {
  const content = Array.isArray(resource.content) ? resource.content.filter(isObject) : [];
  const file = content.find(
    ({ attachment }) => isObject(attachment) && attachment.data === undefined && isXml(attachment),
  );
  if (!file) content.push({ attachment: { contentType: 'text/xml', data, size } });
  else {
    // Why there is no address no longer matters.
    const { _url: _, ...attachment } = file.attachment as JsonObject;
    file.attachment = { ...attachment, data, size };
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
