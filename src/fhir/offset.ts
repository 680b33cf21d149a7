/** TS-03: the offset for times that have none. */

/**
 * @param policy `document`, `drop`, `Z` or an offset `+hh:mm`
 * @param documentTime the document's effectiveTime, as written
 * @returns the offset to use, or undefined to cut such times to their date
 */
export function documentOffset(policy: string, documentTime: string | undefined): string | undefined {
  if (policy === 'drop') return undefined;
  if (policy !== 'document') return policy;
  const match = /([+-])(\d{2}):?(\d{2})$/.exec(documentTime ?? '');
  if (!match || !/^\d{10,}/.test(documentTime ?? '')) return undefined;
  return `${match[1]}${match[2]}:${match[3]}`;
}
