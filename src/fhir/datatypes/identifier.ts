/** II to Identifier (II-01 to II-13). */
import { attribute, isLeaf, type Leaf, type Node } from '../../read/node.js';
import type { Context } from '../context.js';
import type { JsonObject } from '../json.js';
import { absentExtension, convertAbsent, filled, isMasked } from './absent.js';
import { toUri } from './uri.js';

const URI_SYSTEM = 'urn:ietf:rfc:3986';
/** Its extensions are URIs: how FHIR identifiers travel in v3 (II-08, II-09). */
const URI_ROOT = '2.16.840.1.113883.4.873';
/** The identifier a node's `@root` and `@extension` make; a leaf is a value without system. */
export function convertIdentifier(source: Node | Leaf, context: Context): JsonObject | undefined {
  if (isLeaf(source)) return source.value.trim() === '' ? undefined : { value: context.take(source) };
  context.lose(attribute(source, 'displayable'), 'declared');
  const identifier = attribute(source, 'nullFlavor') ? absentIdentifier(source, context) : present(source, context);
  const authority = filled(source, 'assigningAuthorityName');
  if (identifier !== undefined && authority) identifier.assigner = { display: context.take(authority) };
  return identifier;
}

/** II-10: the system is known, the value is not; II-11: nothing is known. No extension of such an id is ever written. */
function absentIdentifier(node: Node, context: Context): JsonObject | undefined {
  context.lose(attribute(node, 'extension'), 'withheld');
  context.test(attribute(node, 'nullFlavor'));
  const root = filled(node, 'root');
  const system = root && systemOf(root.value.trim(), context);
  if (root === undefined || system === undefined) {
    isMasked(node, context);
    return undefined;
  }
  context.take(root);
  return { system, _value: absentExtension(convertAbsent(node, context) ?? 'unknown') };
}

const systemOf = (root: string, context: Context): string | undefined => context.identifierSystem(root) ?? toUri(root);

function present(node: Node, context: Context): JsonObject | undefined {
  const [root, extension] = [filled(node, 'root'), filled(node, 'extension')];
  if (root === undefined) return extension && { value: context.take(extension) };
  if (extension === undefined) return fromRoot(root, context);
  if (root.value.trim() === URI_ROOT) return fromUri(root, extension, context);
  const system = systemOf(root.value.trim(), context);
  if (system === undefined) {
    context.lose(root, 'narrowed');
    context.report('code-system-unknown', root);
    return { value: context.take(extension) };
  }
  context.take(root);
  return { system, value: context.take(extension) };
}

/** II-04, II-05: the root is the identifier itself; II-06: it is a namespace whose value is missing. */
function fromRoot(root: Leaf, context: Context): JsonObject {
  const text = context.take(root);
  const system = context.identifierSystem(text);
  if (system !== undefined) return { system, _value: absentExtension('unknown') };
  const uri = toUri(text);
  return uri === undefined ? { value: text } : { system: URI_SYSTEM, value: uri };
}

/** II-08: a URL is split at its last `/`; II-09: a URN at its last `:`. */
function fromUri(root: Leaf, extension: Leaf, context: Context): JsonObject {
  context.test(root);
  const uri = context.take(extension);
  const cut = uri.lastIndexOf(/^https?:/i.test(uri) ? '/' : ':');
  const [start, value] = [uri.slice(0, cut), uri.slice(cut + 1)];
  const system = cut > 0 && value !== '' && /:\/\/.|^urn:./i.test(start) ? toUri(start) : undefined;
  if (system !== undefined) return { system, value };
  const whole = toUri(uri);
  return whole === undefined ? { value: uri } : { system: URI_SYSTEM, value: whole };
}
