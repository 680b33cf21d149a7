/** Work in pieces: up to so many documents or bytes, listed by where they are and what they are, never with their content. */
import { createHash } from 'node:crypto';
import type { BatchOptions } from '../batch/batch.js';
import { type Document, type DocumentJob, toJob } from '../intake/entry.js';

/** What all shards of one `enqueue` share: whoever does a shard makes the same of it. */
export type ShardSettings = Pick<BatchOptions, 'format' | 'options' | 'engine'>;

export interface ShardDocument {
  readonly job: DocumentJob;
  /** SHA-256 of its bytes: a document that has another one when its turn comes was changed, and is not converted. */
  readonly sha256: string;
}

/** A message of the queue. */
export interface Shard {
  /** SHA-256 of documents, engine and settings: what was done under this name need not be done again. */
  readonly key: string;
  readonly settings: ShardSettings;
  readonly documents: readonly ShardDocument[];
}

export interface ShardLimits {
  readonly documents: number;
  readonly bytes: number;
}

/**
 * Cuts documents into shards, in their order. Each is read once, for its digest.
 * @throws an Error named UsageError for stdin, which no worker can read
 */
export async function* cutShards(
  documents: AsyncIterable<Document>,
  settings: ShardSettings,
  limits: ShardLimits,
): AsyncGenerator<Shard, void> {
  let shard: ShardDocument[] = [];
  let bytes = 0;
  for await (const document of documents) {
    const { sha256, size } = await digestOf(document);
    if (shard.length > 0 && (shard.length >= limits.documents || bytes + size > limits.bytes)) {
      yield seal(shard, settings);
      shard = [];
      bytes = 0;
    }
    shard.push({ job: toJob(document), sha256 });
    bytes += size;
  }
  if (shard.length > 0) yield seal(shard, settings);
}

function seal(documents: readonly ShardDocument[], settings: ShardSettings): Shard {
  const { healthCards: { now: _, ...healthCards } = {}, ...options } = settings.options;
  const named = documents.map(({ job, sha256 }) => [job.output, sha256]);
  const content = JSON.stringify([settings.engine, settings.format, { ...options, healthCards }, named]);
  return { key: createHash('sha256').update(content).digest('hex'), settings, documents };
}

/** Digest and size of a document; an unreadable one has those of nothing, and is rejected when its turn comes. */
export async function digestOf(
  document: Pick<Document, 'open' | 'sequential'>,
): Promise<{ sha256: string; size: number }> {
  if (document.sequential)
    throw Object.assign(new Error('Workers cannot read stdin. Name files, folders or archives.'), {
      name: 'UsageError',
    });
  const hash = createHash('sha256');
  let size = 0;
  try {
    for await (const chunk of document.open()) {
      hash.update(chunk);
      size += chunk.length;
    }
  } catch {
    return { sha256: '', size: 0 };
  }
  return { sha256: hash.digest('hex'), size };
}
