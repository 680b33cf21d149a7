/** The system of a code (CD-02, CD-05). */

import type { FindingCode } from '../../finding.js';
import type { Node } from '../../read/node.js';
import type { Context } from '../context.js';
import { filled } from './absent.js';
import { isOid, toUri } from './uri.js';

interface Found {
  readonly system?: string | undefined;
  readonly finding?: FindingCode;
}

/** The FHIR URI for a node's `@codeSystem`, else its `@codeSystemName`, without accounting for either. */
export function findSystem(node: Node, context: Context): string | undefined {
  return find(node, context).system;
}

/** The same, accounted for; never guessed from the code alone (CD-05). */
export function takeSystem(node: Node, context: Context): string | undefined {
  const { system, finding } = find(node, context);
  const [codeSystem, name] = [filled(node, 'codeSystem'), filled(node, 'codeSystemName')];
  const source = codeSystem ?? name;
  if (finding !== undefined) context.report(finding, source ?? node);
  if (source === undefined) return undefined;
  if (system === undefined) {
    context.lose(source, 'narrowed');
    context.lose(name, 'narrowed');
    return undefined;
  }
  context.take(source);
  if (codeSystem !== undefined) context.imply(name);
  return system;
}

function find(node: Node, context: Context): Found {
  const codeSystem = filled(node, 'codeSystem')?.value.trim();
  if (codeSystem !== undefined) return fromOid(withoutPrefix(codeSystem), context);
  const name = filled(node, 'codeSystemName')?.value.trim();
  const system = name === undefined ? undefined : context.codeSystemByName(name);
  return system === undefined ? { finding: 'code-without-system' } : { system };
}

/** An OID usually stands alone: it begins with a digit. */
const withoutPrefix = (text: string): string => (text.charCodeAt(0) <= 0x39 ? text : text.replace(/^urn:oid:/i, ''));

function fromOid(text: string, context: Context): Found {
  const known = context.codeSystem(text);
  if (known !== undefined) return { system: known };
  if (context.isValueSet(text)) return { finding: 'code-system-value-set' };
  if (isOid(text)) return { system: toUri(text), finding: 'code-system-unknown' };
  const system = toUri(text) ?? context.codeSystemByName(text);
  return system === undefined ? { finding: 'code-without-system' } : { system };
}
