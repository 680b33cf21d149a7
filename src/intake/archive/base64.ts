/** One file as base64 text, with or without the head of a `data:` URL. */
import { refusalError } from '../refusals.js';
import type { Archive } from './archive.js';

export const DATA_URL = /^\s*data:[^,]{0,200};base64,/;

export const base64: Archive = {
  isPackage: false,
  async *list() {
    yield { name: '', step: '' };
  },
  async *open(bytes) {
    let rest = '';
    let first = true;
    const decoder = new TextDecoder();
    for await (const piece of bytes.stream()) {
      let text = decoder.decode(piece, { stream: true });
      if (first) text = text.replace(DATA_URL, '');
      first = false;
      text = rest + text.replace(/\s+/g, '');
      const whole = text.length - (text.length % 4);
      rest = text.slice(whole);
      if (whole > 0) yield decode(text.slice(0, whole));
    }
    if (rest !== '') yield decode(rest);
  },
};

function decode(text: string): Uint8Array {
  if (!/^[A-Za-z0-9+/]*={0,2}$/.test(text)) throw refusalError('archive-damaged');
  return Buffer.from(text, 'base64');
}
