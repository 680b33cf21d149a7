/** Tar archives: their members are listed in one pass and then read at their place. */
import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream';
import { extract, type Header } from 'tar-stream';
import { INTAKE_LIMITS } from '../limits.js';
import { type Refusal, refusalError, refuse } from '../refusals.js';
import type { Archive } from './archive.js';

/** The header of a member stands right before its content. */
const HEADER = 512;

export const tar: Archive = {
  isPackage: true,
  async *list(bytes) {
    const members = extract();
    // An error ends the loop below as well.
    pipeline(createReadStream(await bytes.file()), members, () => undefined);
    try {
      for await (const member of members) {
        const { header, offset } = member;
        member.resume();
        if (header.type === 'directory') continue;
        const name = header.name.replaceAll('\\', '/').replace(/^(\.\/)+/, '');
        const refusal = refusalOf(header, name);
        const { size } = header;
        yield { name, step: `${offset + HEADER},${size}`, size, ...(refusal && { refusal }) };
      }
    } catch (error) {
      throw error instanceof Error && 'syscall' in error ? error : refusalError('archive-damaged');
    }
  },
  async *open(bytes, step) {
    const [start = 0, size = 0] = step.split(',').map(Number);
    if (size === 0) return;
    let read = 0;
    for await (const piece of createReadStream(await bytes.file(), { start, end: start + size - 1 })) {
      read += piece.length;
      yield piece;
    }
    if (read < size) throw refusalError('archive-damaged');
  },
};

const FILES = new Set<Header['type']>(['file', 'contiguous-file']);

function refusalOf({ type, size }: Header, name: string): Refusal | undefined {
  if (/^(\/|[A-Za-z]:)|(^|\/)\.\.(\/|$)|\0/.test(name)) return refuse('archive-path');
  if (!FILES.has(type)) return refuse('archive-link');
  return size > INTAKE_LIMITS.member ? refuse('limit-size') : undefined;
}
