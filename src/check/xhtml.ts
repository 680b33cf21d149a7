/** Narrative against what FHIR allows of XHTML (narrative.html: txt-1, txt-2). */

const NAMESPACE = 'http://www.w3.org/1999/xhtml';

/** HTML 4.0, chapters 7 to 11 and 15, without active content and forms. */
const ELEMENTS = new Set(
  `a abbr acronym address area b bdo big blockquote br caption cite code col colgroup dd dfn div dl dt em h1 h2 h3 h4 h5
  h6 hr i img kbd li map ol p pre q samp small span strong sub sup table tbody td tfoot th thead tr tt ul var`.split(
    /\s+/,
  ),
);
const ATTRIBUTES = new Set(
  `abbr accesskey align alt axis border cellpadding cellspacing char charoff charset cite class clear colspan compact
  coords dir frame headers height href hreflang id lang longdesc name noshade nowrap rel rev rowspan rules scope shape
  size span src start style summary tabindex target title type usemap valign value width xml:lang xmlns`.split(/\s+/),
);

/** A comment, a tag, text, or a reference to a character: nothing else may stand in the narrative. */
const PIECE =
  /<!--[\s\S]*?-->|<(\/?)([A-Za-z][\w.-]*)((?:\s+[\w:.-]+\s*=\s*(?:"[^"<]*"|'[^'<]*'))*)\s*(\/?)>|[^<&]+|&(?:lt|gt|amp|quot|apos|#\d+|#x[\dA-Fa-f]+);/y;
const ATTRIBUTE = /([\w:.-]+)\s*=\s*(?:"([^"]*)"|'([^']*)')/g;
const SCRIPT = /^\s*(?:javascript|vbscript):/i;

/**
 * What is wrong with a narrative.
 * @param text the value of `div`: one well-formed `<div xmlns="http://www.w3.org/1999/xhtml">`
 * @returns `txt-1` for what is not well-formed or not allowed, `txt-2` if there is nothing to read; empty if it is sound
 */
export function checkXhtml(text: string): ('txt-1' | 'txt-2')[] {
  const open: string[] = [];
  let hasContent = false;
  const source = text.trim();
  PIECE.lastIndex = 0;
  while (PIECE.lastIndex < source.length) {
    const start = PIECE.lastIndex;
    const piece = PIECE.exec(source);
    if (!piece) return ['txt-1'];
    const [whole, closing, name, attributes = '', empty] = piece;
    if (name === undefined) {
      if (whole.startsWith('<!--')) continue;
      if (open.length === 0) return ['txt-1'];
      hasContent ||= /\S/.test(whole);
    } else if (closing) {
      if (attributes !== '' || empty || open.pop() !== name) return ['txt-1'];
      if (open.length === 0) return PIECE.lastIndex < source.length ? ['txt-1'] : hasContent ? [] : ['txt-2'];
    } else {
      if (start === 0 && !isRoot(name, attributes)) return ['txt-1'];
      if (open.length === 0 && start > 0) return ['txt-1'];
      if (!ELEMENTS.has(name) || !areAllowed(attributes)) return ['txt-1'];
      hasContent ||= name === 'img';
      if (!empty) open.push(name);
      else if (start === 0) return ['txt-2'];
    }
  }
  return ['txt-1'];
}

const isRoot = (name: string, attributes: string): boolean =>
  name === 'div' &&
  [...attributes.matchAll(ATTRIBUTE)].some((at) => at[1] === 'xmlns' && (at[2] ?? at[3]) === NAMESPACE);

const areAllowed = (attributes: string): boolean =>
  [...attributes.matchAll(ATTRIBUTE)].every(
    ([, name = '', double, single]) => ATTRIBUTES.has(name) && !SCRIPT.test(double ?? single ?? ''),
  );
