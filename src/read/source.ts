/** What a document can come as, and its pieces. */

/** Text, bytes, a Node or web stream, or any async iterable of pieces. */
export type DocumentSource =
  | string
  | Uint8Array
  | AsyncIterable<string | Uint8Array>
  | ReadableStream<string | Uint8Array>;

/** One piece: always bytes (for the digest), and the text if the source was text. */
export interface Chunk {
  readonly bytes: Uint8Array;
  readonly text?: string;
}

const PIECE = 1 << 16;

/** Cuts a source into pieces of bounded size, so that a large string is converted as a stream too. */
export async function* toChunks(source: DocumentSource): AsyncGenerator<Chunk, void> {
  const encoder = new TextEncoder();
  for await (const piece of typeof source === 'string' || source instanceof Uint8Array ? [source] : iterate(source)) {
    let at = 0;
    while (at < piece.length) {
      if (typeof piece === 'string') {
        // A character of two code units is not cut: the digest is of the text, not of its pieces.
        const end = isHighSurrogate(piece.charCodeAt(at + PIECE - 1)) ? at + PIECE + 1 : at + PIECE;
        const text = piece.slice(at, end);
        yield { bytes: encoder.encode(text), text };
        at = end;
      } else {
        yield { bytes: piece.subarray(at, at + PIECE) };
        at += PIECE;
      }
    }
  }
}

/** Web streams are async iterable in Node but not in every browser. */
async function* iterate(
  source: AsyncIterable<string | Uint8Array> | ReadableStream<string | Uint8Array>,
): AsyncGenerator<string | Uint8Array, void> {
  if (Symbol.asyncIterator in source) yield* source as AsyncIterable<string | Uint8Array>;
  else {
    const reader = (source as ReadableStream<string | Uint8Array>).getReader();
    for (let next = await reader.read(); !next.done; next = await reader.read()) yield next.value;
  }
}

const isHighSurrogate = (unit: number): boolean => (unit & 0xfc00) === 0xd800;
