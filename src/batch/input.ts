/** Copies of input that can be read from the start of its stream only, so that threads can read it, and again. */
import { closeSync, openSync, rmSync } from 'node:fs';
import type { Document } from '../intake/entry.js';
import { toError } from '../intake/refusals.js';
import { guard, writeAll } from './files.js';
import { type Outcome, refuse } from './outcome.js';

/** The copy of a document, or what became of one that cannot be read. */
export type Copy = { readonly path: string; readonly size: number } | { readonly outcome: Outcome };

/** What must happen before a thread can read a document: nothing, mostly. What is refused needs no thread. */
export async function prepareInput(document: Document, path: string): Promise<Copy | undefined> {
  if (document.refusal) return { outcome: refuse(document, toError(document.refusal)) };
  return document.sequential ? copyInput(document, path) : undefined;
}

/**
 * Copies a document to a file.
 * @throws an Error named OutputError if the copy cannot be written
 */
async function copyInput(document: Document, path: string): Promise<Copy> {
  const file = guard(path, () => openSync(path, 'w'));
  let size = 0;
  try {
    for await (const chunk of document.open()) {
      guard(path, () => writeAll(file, chunk));
      size += chunk.length;
    }
    return { path, size };
  } catch (error) {
    if (error instanceof Error && error.name === 'OutputError') throw error;
    rmSync(path, { force: true });
    return { outcome: refuse(document, error) };
  } finally {
    closeSync(file);
  }
}
