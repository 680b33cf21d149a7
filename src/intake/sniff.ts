/** What bytes are, told by the bytes; the rules are those of `mappings/recognition.yaml`. */
import { closeSync, openSync, readSync } from 'node:fs';
import { INTAKE } from '../intake.gen.js';
import { DATA_URL } from './archive/base64.js';
import type { KindData, Magic, Role } from './data.js';
import type { Entry } from './entry.js';

/** Bytes looked at: a comment or a processing instruction may stand before the root element. */
export const HEAD = 8192;

export const kindData = (kind: string): KindData =>
  INTAKE.kinds[kind] ?? { type: 'application/octet-stream', role: 'none', words: kind };

export const roleOf = (kind: string): Role => kindData(kind).role;

const known = new WeakMap<Entry, Promise<string>>();

/**
 * The kind of an entry's content, looked at once.
 * @throws what opening it throws
 */
export function sniff(entry: Entry): Promise<string> {
  const kind = known.get(entry) ?? lookAt(entry);
  known.set(entry, kind);
  return kind;
}

async function lookAt(entry: Entry): Promise<string> {
  const { file, inside } = entry.locator;
  return kindOfBytes(inside || file === '-' ? await readHead(entry.open()) : headOf(file));
}

/** A plain file's first bytes, read synchronously: there may be 80,000 of them. */
function headOf(path: string): Uint8Array {
  const file = openSync(path, 'r');
  try {
    const head = Buffer.alloc(HEAD);
    return head.subarray(0, readSync(file, head, 0, HEAD, 0));
  } finally {
    closeSync(file);
  }
}

/** Says what an entry is where its bytes were looked at already. */
export const setKind = (entry: Entry, kind: string): void => {
  known.set(entry, Promise.resolve(kind));
};

/** The first bytes of a source, which is then given up. */
export async function readHead(source: AsyncIterable<Uint8Array>, size = HEAD): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  let length = 0;
  for await (const piece of source) {
    pieces.push(piece);
    length += piece.length;
    if (length >= size) break;
  }
  return Buffer.concat(pieces).subarray(0, size);
}

/** @param head the first bytes, at best `HEAD` of them */
export function kindOfBytes(head: Uint8Array): string {
  if (head.length === 0) return 'empty';
  const magic = INTAKE.magic.find((rule) => fits(rule, head));
  return magic?.kind ?? kindOfText(decode(head));
}

function fits({ at, within, text, hex }: Magic, head: Uint8Array): boolean {
  const wanted = hex === undefined ? Buffer.from(text ?? '', 'latin1') : Buffer.from(hex, 'hex');
  const start = Number(at ?? 0);
  const part = Buffer.from(head.buffer, head.byteOffset, head.length);
  if (within !== undefined) return part.subarray(0, Number(within)).includes(wanted);
  return part.subarray(start, start + wanted.length).equals(wanted);
}

function decode(head: Uint8Array): string {
  const [first = 0, second = 0] = head;
  if ((first === 0xff && second === 0xfe) || (first !== 0 && second === 0)) return decodeAs('utf-16le', head);
  if ((first === 0xfe && second === 0xff) || (first === 0 && second !== 0)) return decodeAs('utf-16be', head);
  return decodeAs('utf-8', head);
}

const decodeAs = (label: string, head: Uint8Array): string => new TextDecoder(label).decode(head);

function kindOfText(decoded: string): string {
  const text = decoded.trimStart();
  if (text.startsWith('<')) return kindOfXml(text);
  if (/[\0-\x08\x0e-\x1a]/.test(text)) return 'unknown';
  if (/^[{[]/.test(text))
    return Object.entries(INTAKE.keys).find(([key]) => new RegExp(`"${key}"\\s*:`).test(text))?.[1] ?? 'json';
  if (isMail(text)) return 'mail';
  if (isWrapped(text)) return 'base64';
  const upper = text.toUpperCase();
  return INTAKE.texts.find(({ all }) => all.every((words) => upper.includes(words)))?.kind ?? 'text';
}

/** Skips what may stand before the root element; if that is not in sight, the CDA reader decides. */
function kindOfXml(text: string): string {
  let at = 0;
  for (;;) {
    while (/\s/.test(text.charAt(at))) at++;
    const end = text.startsWith('<?', at) ? '?>' : text.startsWith('<!--', at) ? '-->' : undefined;
    if (end !== undefined) {
      const found = text.indexOf(end, at);
      if (found < 0) return 'xml';
      at = found + end.length;
    } else if (text.startsWith('<!', at)) {
      if (/^<!doctype\s+html/i.test(text.slice(at, at + 40))) return 'html';
      // It names the root element, and is often longer than what is looked at.
      const [, declared = ''] = /^<!DOCTYPE\s+([\w.-]+)/i.exec(text.slice(at, at + 200)) ?? [];
      if (Object.hasOwn(INTAKE.roots, declared)) return INTAKE.roots[declared] ?? 'xml';
      at = endOfDoctype(text, at);
      if (at < 0) return 'xml';
    } else break;
  }
  const [, name = '', attributes = ''] = /^<(?:[^\s<>:/]+:)?([^\s<>:/]+)([^>]*)/.exec(text.slice(at)) ?? [];
  const namespace = Object.entries(INTAKE.namespaces).find(([uri]) => new RegExp(`["']${uri}["']`).test(attributes));
  return namespace?.[1] ?? (Object.hasOwn(INTAKE.roots, name) ? INTAKE.roots[name] : undefined) ?? 'xml';
}

function endOfDoctype(text: string, at: number): number {
  const bracket = text.indexOf('[', at);
  const close = text.indexOf('>', at);
  if (close < 0) return -1;
  if (bracket < 0 || bracket > close) return close + 1;
  const end = text.indexOf(']', bracket);
  const after = end < 0 ? -1 : text.indexOf('>', end);
  return after < 0 ? -1 : after + 1;
}

function isMail(text: string): boolean {
  if (!/^[A-Za-z][\w-]*:[^\r\n]*\r?\n/.test(text)) return false;
  const [head = ''] = text.split(/\r?\n\r?\n/, 1);
  return /^(mime-version|content-type|message-id|received):/im.test(head) && /^(from|to|subject|date):/im.test(head);
}

/** Base64 of something that is known; a word of letters alone is no proof. */
function isWrapped(text: string): boolean {
  const data = text.replace(DATA_URL, '').replace(/\s+/g, '');
  if (data.length < 40 || !/^[A-Za-z0-9+/]+={0,2}$/.test(data)) return false;
  const inner = kindOfBytes(Buffer.from(data.slice(0, data.length - (data.length % 4)), 'base64'));
  return roleOf(inner) !== 'none' && inner !== 'base64';
}
