/** TS-03: the offset for times that have none. */
import { parseTimestamp } from './datatypes/timestamp.js';

/**
 * @param policy `document`, `drop`, `Z` or an offset `+hh:mm`
 * @param documentTime the document's effectiveTime, as written
 * @returns the offset to use, or undefined to cut such times to their date
 */
export function documentOffset(policy: string, documentTime: string | undefined): string | undefined {
  if (policy === 'drop') return undefined;
  if (policy !== 'document') return policy;
  const stamp = parseTimestamp(documentTime ?? '');
  return stamp?.time === undefined ? undefined : stamp.offset;
}
