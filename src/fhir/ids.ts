/** Name-based resource ids (UUID version 5, RFC 9562): the same name gives the same id on every machine. */
import { sha1Hex } from '#digest';

/** The namespace of this converter's names; changing it would change every id ever given. */
const NAMESPACE = 'ccd2fhir/1';

/** A UUID in lower case for a name. Two names never share one by accident: join parts with a separator they cannot hold. */
export function nameId(name: string): string {
  const hex = sha1Hex(`${NAMESPACE}\n${name}`);
  const variant = ((Number.parseInt(hex.charAt(16), 16) & 3) | 8).toString(16);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-5${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
