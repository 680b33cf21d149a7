/**
 * How SMART Health Cards travel: a file of JSON, or the digits of a QR code, possibly in several chunks.
 * @see https://spec.smarthealth.cards
 */
import { refusalError, refuse, toError } from '../refusals.js';

/** Cards of one file; a card is a few kilobytes. */
const MOST_CARDS = 100;
/** Characters of one card: far more than a QR code or a wallet holds. */
const MOST_LENGTH = 1_000_000;

/**
 * The signed cards (JWS, compact) of a file or text.
 * @throws InputError `health-card-malformed` if there is none, or one is broken; `health-card-incomplete` if chunks are missing
 */
export function decodeCards(text: string): string[] {
  const trimmed = text.trim();
  const cards = trimmed.startsWith('{') ? fromFile(trimmed) : fromCodes(trimmed);
  if (cards.length === 0 || cards.length > MOST_CARDS) throw refusalError('health-card-malformed');
  for (const card of cards) if (card.length > MOST_LENGTH) throw refusalError('limit-size');
  return cards;
}

function fromFile(text: string): string[] {
  let credentials: unknown;
  try {
    credentials = (JSON.parse(text) as { verifiableCredential?: unknown }).verifiableCredential;
  } catch {
    throw refusalError('health-card-malformed');
  }
  const list = Array.isArray(credentials) ? credentials : [];
  if (!list.every((item) => typeof item === 'string')) throw refusalError('health-card-malformed');
  return list;
}

interface Code {
  readonly index: number;
  readonly total: number;
  readonly digits: string;
}

const CODE = /shc:\/(?:(\d{1,3})\/(\d{1,3})\/)?(\d+)/gi;

/** The cards of `shc:/` codes, wherever they stand in a text. */
function fromCodes(text: string): string[] {
  const cards: string[] = [];
  const chunks: Code[] = [];
  for (const [, index, total, digits = ''] of text.matchAll(CODE)) {
    if (index === undefined) cards.push(fromDigits(digits));
    else chunks.push({ index: Number(index), total: Number(total), digits });
  }
  return [...cards, ...joinChunks(chunks)];
}

/** Of how many chunks the card is that a text holds a part of only; undefined if it holds whole cards, or none. */
export function totalOf(text: string): number | undefined {
  const found = new Map<number, Set<string>>();
  for (const [, index, total] of text.matchAll(CODE))
    if (index !== undefined) found.set(Number(total), (found.get(Number(total)) ?? new Set()).add(index));
  return [...found].find(([total, indexes]) => indexes.size < total)?.[0];
}

/** `shc:/2/3/...` is the second of three; chunks may come in any order, and a card's may be given twice. */
function joinChunks(chunks: readonly Code[]): string[] {
  const sets = new Map<number, Map<number, string>>();
  for (const { index, total, digits } of chunks) {
    const set = sets.get(total) ?? new Map<number, string>();
    sets.set(total, set);
    // Two cards of as many chunks cannot be told apart.
    if ((set.get(index) ?? digits) !== digits) throw refusalError('health-card-mixed');
    set.set(index, digits);
  }
  return [...sets].map(([total, set]) => {
    const parts = Array.from({ length: total }, (_, at) => set.get(at + 1));
    const there = parts.filter((part) => part !== undefined).length;
    if (set.size > there) throw refusalError('health-card-malformed');
    if (there < total)
      throw toError(refuse('health-card-incomplete', `${there} of the ${total} codes of a health card`));
    return parts.map((digits) => fromDigits(digits ?? '')).join('');
  });
}

/** Two digits are one character: its code less 45. */
function fromDigits(digits: string): string {
  if (digits.length % 2 === 1 || digits.length > 2 * MOST_LENGTH) throw refusalError('health-card-malformed');
  let text = '';
  for (let at = 0; at < digits.length; at += 2) text += String.fromCharCode(Number(digits.slice(at, at + 2)) + 45);
  return text;
}
