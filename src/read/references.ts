/** The references XML itself defines; all others go the long way (`entities.ts`). */

const CHARACTERS: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" };

let lastText = '';
let lastResolved: string | undefined;

/**
 * A text with the five references XML defines resolved; undefined if it has another one, or a bare `&`. The last one is
 * remembered: exports of devices say the same words a million times.
 */
export function resolveReferences(text: string): string | undefined {
  if (text === lastText) return lastResolved;
  let good = true;
  const resolved = text.replace(/&(?:(lt|gt|amp|quot|apos);)?/g, (_, name: string | undefined) => {
    good &&= name !== undefined;
    return CHARACTERS[name ?? ''] ?? '';
  });
  lastText = text;
  lastResolved = good ? resolved : undefined;
  return lastResolved;
}
