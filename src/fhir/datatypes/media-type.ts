/** The type of an attachment, told by its first bytes: a label can be wrong, by mistake or on purpose. */

/** Characters of base64 looked at. */
const HEAD = 1400;

/** What the first bytes, one character each, look like if they are of a type. */
const SIGNATURES: readonly (readonly [type: string, form: RegExp, narrower?: RegExp])[] = [
  ['application/pdf', /^[\s\S]{0,1000}%PDF-\d/],
  ['image/png', /^\x89PNG\r\n\x1a\n/],
  ['image/jpeg', /^\xff\xd8\xff/, /^image\/(pjpeg|jpg)$/],
  ['image/gif', /^GIF8[79]a/],
  ['image/tiff', /^(II\*\0|MM\0\*)/, /^image\/(tif|g3fax)$/],
  ['image/webp', /^RIFF[\s\S]{4}WEBP/],
  ['audio/wav', /^RIFF[\s\S]{4}WAVE/, /^audio\/(x-wav|wave|vnd\.wave|basic)$/],
  ['application/dicom', /^[\s\S]{128}DICM/],
  ['text/rtf', /^\s*\{\\rtf/, /^application\/(rtf|msword)$/],
  ['application/gzip', /^\x1f\x8b\x08/, /^application\/x-/],
  // Office files, EPUB and archives of all kinds.
  ['application/zip', /^PK\x03\x04/, /^application\/(?!pdf|dicom)/],
  ['application/x-ole-storage', /^\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1/, /^application\//],
  ['application/x-msdownload', /^MZ[\s\S]{58}/],
  [
    'image/svg+xml',
    /^(\xef\xbb\xbf)?\s*(<\?xml[^>]*>\s*)?(<!doctype svg[^>]*>\s*)?<svg[\s>]/i,
    /^(text|application)\/xml$/,
  ],
  [
    'text/html',
    /^(\xef\xbb\xbf)?\s*(<\?xml[^>]*>\s*)?<(!doctype html|html|head|body|script|iframe|img|div|p|table)[\s>]/i,
    /^(text|application)\/((xhtml\+)?xml|x-hl7-text\+xml)$/,
  ],
];

/** Types whose bytes are known: what is called so and does not look so is something else. */
const TELLING: ReadonlySet<string> = new Set([
  'application/pdf',
  'image/png',
  'image/jpeg',
  'image/jpg',
  'image/gif',
  'image/tiff',
  'image/webp',
]);
const UNKNOWN = 'application/octet-stream';

/**
 * The type of content, where its bytes tell more than its label.
 * @param data well-formed base64
 * @param label the media type it is said to be, if any is said
 * @returns undefined if nothing can be told, or the label is a narrower name of the same
 */
export function typeOfContent(data: string, label: string | undefined): { type: string; asSaid: boolean } | undefined {
  const said = label?.split(';')[0]?.trim().toLowerCase() ?? '';
  // Comments go first: an expression that may skip any number of them can take for ever.
  const head = atob(data.slice(0, HEAD)).replace(/<!--[\s\S]*?-->/g, '');
  const [type, , narrower] = SIGNATURES.find(([, form]) => form.test(head)) ?? [];
  if (type === undefined) return TELLING.has(said) ? { type: UNKNOWN, asSaid: false } : undefined;
  return narrower?.test(said) ? undefined : { type, asSaid: said === type };
}
