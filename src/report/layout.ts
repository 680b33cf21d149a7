/** Text layout for a terminal: numbers, plurals, columns. */
import type { Severity } from '../finding.js';

export interface Layout {
  /** Whether ANSI colours may be used. */
  readonly color: boolean;
  /** Columns of the terminal. */
  readonly width: number;
}

/** ANSI colour per gravity. */
export const COLORS: Readonly<Record<Severity, string>> = { error: '31', warning: '33', information: '36' };

/** Text in an ANSI colour or style, where the layout allows it. */
export const paint = (text: string, code: string, { color }: Layout): string =>
  color ? `\u001b[${code}m${text}\u001b[0m` : text;

export const PLAIN: Layout = { color: false, width: 100 };

/** `1234567` as `1,234,567`, in no locale but this. */
export const count = (number: number): string => String(number).replace(/\B(?=(\d{3})+$)/g, ',');

/** `1 statement`, `2 statements`. */
export const plural = (number: number, noun: string): string => `${count(number)} ${noun}${number === 1 ? '' : 's'}`;

/** Without control characters: a name taken from a document must not steer the terminal. */
export const clean = (text: string): string => text.replace(/[\u0000-\u001f\u007f-\u009f]+/g, ' ');

/** At most `width` characters (never fewer than 12), the middle taken out: the end of a path says most. */
export function cut(text: string, width: number): string {
  const room = Math.max(width, 12);
  if (text.length <= room) return text;
  const start = Math.floor((room - 1) / 3);
  return `${text.slice(0, start)}…${text.slice(text.length - (room - 1 - start))}`;
}

/** Columns: the first left-aligned and cut to fit, the others right-aligned. */
export function table(head: readonly string[], rows: readonly (readonly string[])[], layout: Layout): string {
  const all = [head, ...rows];
  const widths = head.map((_, column) => Math.max(...all.map((row) => row[column]?.length ?? 0)));
  const others = widths.slice(1).reduce((sum, width) => sum + width + 2, 0);
  const first = Math.min(widths[0] ?? 0, Math.max(layout.width - others, 12));
  return all
    .map(([name = '', ...cells]) =>
      [cut(name, first).padEnd(first), ...cells.map((cell, column) => cell.padStart(widths[column + 1] ?? 0))].join(
        '  ',
      ),
    )
    .join('\n');
}

/** Lines of at most `width` characters, cut at spaces; those after the first keep its indentation and two more. */
export function wrap(text: string, width: number): string[] {
  const indent = /^ */.exec(text)?.[0] ?? '';
  const lines: string[] = [];
  let line = indent;
  for (const word of text.trim().split(/ +/)) {
    const room = line.trim() === '' ? line : `${line} `;
    if (line.trim() !== '' && room.length + word.length > width) {
      lines.push(line);
      line = `${indent}  ${word}`;
    } else line = room + word;
  }
  return [...lines, line];
}
