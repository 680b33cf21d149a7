/** The frame of every page: one HTML file that needs no network, runs no script but its own, and holds data as JSON. */
import { sha256 } from '#digest';

/** The script and style of a page, each in one piece (scripts/bundle-pages.ts). */
export interface PageAssets {
  readonly script: string;
  readonly style: string;
}

export interface PageParts {
  /** Plain text. */
  readonly title: string;
  /** HTML: written here, or escaped. */
  readonly body: string;
  /** What the script reads: it becomes JSON, and reaches the page as text only. */
  readonly data: unknown;
  readonly assets: PageAssets;
}

/** The whole HTML. Nothing may be loaded or run but what is written into it, whatever the data hold. */
export function toPage({ title, body, data, assets: { script, style } }: PageParts): string {
  const policy = [
    "default-src 'none'",
    `script-src 'sha256-${digest(script)}'`,
    `style-src 'sha256-${digest(style)}'`,
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="referrer" content="no-referrer">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)}</title>
<style>${style}</style>
</head>
<body>
${body}
<noscript><p>This page needs its own script to show its content. It loads nothing and sends nothing.</p></noscript>
<script type="application/json" id="data">${escapeJson(JSON.stringify(data))}</script>
<script>${script}</script>
</body>
</html>
`;
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** A text as HTML. */
export const escapeHtml = (text: string): string => text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? '');

/** JSON that cannot end the element it stands in, nor open a comment. */
const escapeJson = (text: string): string =>
  text.replace(/[<>&\u2028\u2029]/g, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);

/** SHA-256 in base64, as the content security policy names what may run. */
function digest(text: string): string {
  const hash = sha256();
  hash.update(new TextEncoder().encode(text));
  const bytes = (hash.hex().match(/../g) ?? []).map((pair) => Number.parseInt(pair, 16));
  return btoa(String.fromCharCode(...bytes));
}
