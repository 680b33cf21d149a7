/**
 * What CDA narrative may become in FHIR: closed lists, so that whatever is not named here cannot reach the output
 * (NA-02, NA-03). It is mechanism, not clinical mapping, hence TypeScript and not YAML.
 */

/** CDA narrative element -> XHTML element. HTML names are there because real documents use them by mistake. */
export const ELEMENTS: ReadonlyMap<string, string> = new Map(
  Object.entries({
    content: 'span',
    paragraph: 'p',
    list: 'ul',
    item: 'li',
    caption: 'caption',
    table: 'table',
    thead: 'thead',
    tbody: 'tbody',
    tfoot: 'tfoot',
    colgroup: 'colgroup',
    col: 'col',
    tr: 'tr',
    th: 'th',
    td: 'td',
    br: 'br',
    sub: 'sub',
    sup: 'sup',
    linkHtml: 'a',
    footnote: 'span',
    footnoteRef: 'a',
    renderMultiMedia: 'span',
    a: 'a',
    b: 'b',
    div: 'div',
    em: 'em',
    h1: 'h1',
    h2: 'h2',
    h3: 'h3',
    h4: 'h4',
    h5: 'h5',
    h6: 'h6',
    hr: 'hr',
    i: 'i',
    li: 'li',
    ol: 'ol',
    p: 'p',
    pre: 'pre',
    span: 'span',
    strong: 'strong',
    ul: 'ul',
  }),
);

/** Elements whose text is code or markup for a browser, never something to read. */
export const SILENT: ReadonlySet<string> = new Set(['script', 'style', 'iframe', 'object', 'embed', 'template']);

/** XHTML elements that have no content. */
export const VOID: ReadonlySet<string> = new Set(['br', 'hr', 'col']);

/** XHTML elements that start a line of their own in plain text. */
export const BLOCK: ReadonlySet<string> = new Set(
  'p div ul ol li table caption tr br hr pre h1 h2 h3 h4 h5 h6'.split(' '),
);

/** XHTML elements that hold only elements: white space in them is layout, and other text needs the wrapper named. */
export const CONTAINERS: ReadonlyMap<string, readonly string[]> = new Map(
  Object.entries({
    ul: ['li'],
    ol: ['li'],
    table: ['tbody', 'tr', 'td'],
    thead: ['tr', 'th'],
    tbody: ['tr', 'td'],
    tfoot: ['tr', 'td'],
    tr: ['td'],
    colgroup: [],
  }),
);

/** Attributes kept as they are on table parts, if the value has this form. */
export const TABLE_ATTRIBUTES: ReadonlyMap<string, RegExp> = new Map([
  ['colspan', /^[1-9]\d{0,3}$/],
  ['rowspan', /^[1-9]\d{0,3}$/],
  ['scope', /^(row|col|rowgroup|colgroup)$/],
]);
export const TABLE_PARTS: ReadonlySet<string> = new Set(['td', 'th']);

/** CDA styleCode values that survive, as a class (CDA R2, 4.3.5.11). */
export const STYLE_CODES: ReadonlyMap<string, string> = new Map(
  [
    ...['Bold', 'Underline', 'Italics', 'Emphasis'],
    ...['Lrule', 'Rrule', 'Toprule', 'Botrule'],
    ...['Arabic', 'LittleRoman', 'BigRoman', 'LittleAlpha', 'BigAlpha', 'Disc', 'Circle', 'Square'],
  ].map((code) => [code.toLowerCase(), code]),
);

/** The only forms of link target let through; anything else loses its href. */
export const SAFE_LINK = /^(https?:\/\/|mailto:|#)/i;
