/** Mail messages (RFC 5322, MIME), as Direct and portals send records: each attachment is a member. */
import { INTAKE_LIMITS } from '../limits.js';
import { refusalError, refuse } from '../refusals.js';
import { kindOfBytes } from '../sniff.js';
import type { Archive, Bytes } from './archive.js';
import { readWhole } from './guard.js';

/** S/MIME: encrypted for the recipient, or signed with the content inside the signature. */
const SEALED = /^application\/(x-)?pkcs7-mime$/i;
const SIGNATURE = /^application\/(x-)?pkcs7-signature$/i;

export const mail: Archive = {
  isPackage: true,
  async *list(bytes) {
    const { attachments, text, html } = await parse(bytes);
    for (const [index, { filename, mimeType, content }] of attachments.entries()) {
      const name = (filename ?? `attachment-${index + 1}`).replace(/^.*[/\\]/, '') || `attachment-${index + 1}`;
      const refusal = SEALED.test(mimeType)
        ? refuse(kindOf(content) === 'signed-mail' ? 'archive-method' : 'archive-encrypted')
        : SIGNATURE.test(mimeType)
          ? refuse('package-part', 'the signature of the message')
          : undefined;
      yield { name, step: String(index), size: sizeOf(content), ...(refusal && { refusal }) };
    }
    if (`${text ?? ''}${html ?? ''}`.trim() !== '')
      yield { name: 'message', step: '', refusal: refuse('package-part', 'the text of the message') };
  },
  async *open(bytes, step) {
    const { attachments } = await parse(bytes);
    const content = attachments[Number(step)]?.content;
    if (!(content instanceof ArrayBuffer)) throw refusalError('archive-damaged');
    yield new Uint8Array(content);
  },
};

const kindOf = (content: unknown): string =>
  content instanceof ArrayBuffer ? kindOfBytes(new Uint8Array(content)) : 'unknown';

const sizeOf = (content: unknown): number | undefined =>
  content instanceof ArrayBuffer ? content.byteLength : undefined;

async function parse(bytes: Bytes) {
  const { default: PostalMime } = await import('postal-mime');
  const whole = await readWhole(bytes.stream(), INTAKE_LIMITS.whole);
  try {
    return await PostalMime.parse(whole, { attachmentEncoding: 'arraybuffer', rfc822Attachments: true });
  } catch {
    throw refusalError('archive-damaged');
  }
}
