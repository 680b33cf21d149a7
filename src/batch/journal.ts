/**
 * The journal of a run: a line per document, in the order of the input, appended when everything the document becomes
 * is in its place. What a killed run did beyond its last whole line is done again.
 */
import { closeSync, createReadStream, ftruncateSync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import { usageError } from '../intake/files.js';
import { guard, makeFolder, writeAll } from './files.js';
import { readLines } from './lines.js';
import type { Outcome } from './outcome.js';
import type { Part } from './parts.js';

/** What a run writes depends on, besides its input: a run can only be resumed under the same. */
export type Settings = Readonly<Record<string, string | number | boolean | undefined>>;

export interface DocumentLine {
  readonly name: string;
  readonly path: string;
  /** Bytes, where they were known before reading. */
  readonly size?: number | undefined;
  readonly output: string;
  readonly outcome: Outcome;
  /** With lines per type: how far each part the document went into is written. */
  readonly parts?: readonly Part[];
}

type Line = { readonly settings: Settings } | DocumentLine | { readonly end: true };

export interface Journal {
  append(line: DocumentLine): void;
  /** The run came to its end. */
  end(): void;
  close(): void;
}

export interface Past {
  /** Where the last whole line ends; 0 if there is no journal. */
  readonly bytes: number;
  readonly ended: boolean;
}

/**
 * Reads a journal line by line.
 * @returns how far it is whole: a torn last line is what kill -9 or a full disk leaves
 * @throws an Error named UsageError if it was written under other settings, or is damaged before its end
 */
export async function readJournal(path: string, settings: Settings, tell: (line: DocumentLine) => void): Promise<Past> {
  let bytes = 0;
  let number = 0;
  let ended = false;
  try {
    for await (const line of readLines(createReadStream(path), LONGEST)) {
      number++;
      const content = line.whole ? parse(line.bytes.toString('utf8')) : undefined;
      if (content === undefined) {
        if (line.whole) throw usageError(`${path}:${number} is damaged. Start again without --resume.`);
        break;
      }
      bytes += line.bytes.length + 1;
      ended = 'end' in content;
      if ('settings' in content) compare(content.settings, settings);
      else if (!('end' in content)) tell(content);
    }
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return { bytes: 0, ended: false };
    throw error;
  }
  return { bytes, ended };
}

/** Bytes of a line of the journal: the names, and how far some hundred parts are written. */
const LONGEST = 16_000_000;

function parse(text: string): Line | undefined {
  try {
    return JSON.parse(text) as Line;
  } catch {
    return undefined;
  }
}

function compare(past: Settings, now: Settings): void {
  for (const name of new Set([...Object.keys(past), ...Object.keys(now)]))
    if (past[name] !== now[name])
      throw usageError(
        `The run to resume was begun with ${inWords(name, past[name])}, this one with ${inWords(name, now[name])}. ` +
          'Give the same options, or start again without --resume.',
      );
}

const inWords = (name: string, value: Settings[string]): string =>
  value === undefined ? `no ${name}` : `${name} ${value}`;

/**
 * Opens the journal for appending.
 * @param bytes where the whole lines of a former run end; 0 begins a new journal
 * @throws an Error named OutputError
 */
export function openJournal(path: string, settings: Settings, bytes: number): Journal {
  makeFolder(dirname(path));
  const file = guard(path, () => {
    const opened = openSync(path, bytes === 0 ? 'w' : 'a');
    if (bytes > 0) ftruncateSync(opened, bytes);
    return opened;
  });
  const write = (line: Line): void => guard(path, () => writeAll(file, Buffer.from(`${JSON.stringify(line)}\n`)));
  if (bytes === 0) write({ settings });
  return {
    append: write,
    end: () => write({ end: true }),
    close: () => closeSync(file),
  };
}
