/** OIDs, UUIDs, URIs and links (II-02 to II-05, ED-05). */
import { isLeaf, type Leaf, type Node } from '../../read/node.js';
import type { Context } from '../context.js';
import { isAbsent } from './absent.js';
import { valueLeaf } from './decimal.js';

const OID = /^[0-2](?:\.(?:0|[1-9]\d*))+$/;
const UUID = /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/i;
const SCHEME = /^([a-z][a-z\d+.-]*):/i;

/** Schemes a link may use (ED-05): none of them can run code. */
const LINK_SCHEMES = new Set(['http', 'https', 'ftp', 'ftps', 'sftp', 'mailto', 'tel', 'urn']);

export const isOid = (text: string): boolean => OID.test(text);
export const isUuid = (text: string): boolean => UUID.test(text);

/** The scheme of a URI in lower case, without its colon. */
export const schemeOf = (text: string): string | undefined => SCHEME.exec(text)?.[1]?.toLowerCase();

/** A relative link or one of an allowed scheme, without white space; undefined for any other, and for a broken URN. */
export function toLink(text: string): string | undefined {
  const scheme = schemeOf(text);
  if (text === '' || /[\s<>"]/.test(text) || (scheme !== undefined && !LINK_SCHEMES.has(scheme))) return undefined;
  return URN.test(text) ? toUri(text) : text;
}

const URN = /^urn:(oid|uuid):/i;

/** An OID or UUID as URI, any other absolute URI as it is; undefined for plain text and for a broken OID or UUID. */
export function toUri(text: string): string | undefined {
  const bare = text.replace(URN, '');
  if (isOid(bare)) return `urn:oid:${bare}`;
  if (isUuid(bare)) return `urn:uuid:${bare.toLowerCase()}`;
  if (bare !== text) return undefined;
  return SCHEME.test(text) && !/\s/.test(text) ? text : undefined;
}

/** The leaf of a URI: a leaf, `@value`, `@root` is not looked at. Absent or blank: undefined. */
function uriLeaf(source: Node | Leaf, context: Context): Leaf | undefined {
  if (!isLeaf(source) && isAbsent(source, context)) return undefined;
  const leaf = valueLeaf(source);
  return leaf?.value.trim() ? leaf : undefined;
}

/** A URI; OIDs and UUIDs get their `urn:`. What holds white space is no URI: lost and reported. */
export function convertUri(source: Node | Leaf, context: Context): string | undefined {
  const leaf = uriLeaf(source, context);
  if (leaf === undefined) return undefined;
  const text = leaf.value.trim();
  if (/\s/.test(text)) return refuse(leaf, context, 'type-unsupported');
  const uri = toUri(text);
  if (uri === undefined && URN.test(text)) return refuse(leaf, context, 'type-unsupported');
  context.take(leaf);
  return uri ?? text;
}

/** A link; one of a scheme that is not allowed is lost and reported `url-refused` (ED-05). */
export function convertUrl(source: Node | Leaf, context: Context): string | undefined {
  const leaf = uriLeaf(source, context);
  if (leaf === undefined) return undefined;
  const link = toLink(leaf.value.trim());
  if (link === undefined) return refuse(leaf, context, 'url-refused');
  context.take(leaf);
  return link;
}

/** An OID as `urn:oid:`; anything else is lost and reported. */
export function convertOid(source: Node | Leaf, context: Context): string | undefined {
  const leaf = uriLeaf(source, context);
  if (leaf === undefined) return undefined;
  const oid = leaf.value.trim().replace(/^urn:oid:/i, '');
  if (!isOid(oid)) return refuse(leaf, context, 'type-unsupported');
  context.take(leaf);
  return `urn:oid:${oid}`;
}

/** A FHIR id: 1 to 64 letters, digits, `-` and `.`; anything else is lost and reported. */
export function convertId(source: Node | Leaf, context: Context): string | undefined {
  const leaf = uriLeaf(source, context);
  if (leaf === undefined) return undefined;
  if (!/^[A-Za-z0-9.-]{1,64}$/.test(leaf.value.trim())) return refuse(leaf, context, 'type-unsupported');
  return context.take(leaf);
}

function refuse(leaf: Leaf, context: Context, finding: 'type-unsupported' | 'url-refused'): undefined {
  context.lose(leaf, 'narrowed');
  context.report(finding, leaf);
}
