/** Bytes as lines, however long the stream is. */

export interface TextLine {
  /** Without its line feed; empty if it is longer than allowed. */
  readonly bytes: Buffer;
  /** False for what stands after the last line feed. */
  readonly whole: boolean;
  readonly tooLong: boolean;
}

const LINE_FEED = 10;

/**
 * Cuts a stream into lines; a line of more than `most` bytes is passed over and told as such, without being held.
 * What stands after the last line feed comes last, unless it is nothing.
 */
export async function* readLines(source: AsyncIterable<Uint8Array>, most: number): AsyncGenerator<TextLine, void> {
  let pieces: Uint8Array[] = [];
  let size = 0;

  const take = (whole: boolean): TextLine => {
    const tooLong = size > most;
    const line = { bytes: tooLong ? Buffer.alloc(0) : Buffer.concat(pieces), whole, tooLong };
    pieces = [];
    size = 0;
    return line;
  };

  const hold = (piece: Uint8Array): void => {
    size += piece.length;
    if (size > most) pieces = [];
    else pieces.push(piece);
  };

  for await (const chunk of source) {
    let from = 0;
    for (let end = chunk.indexOf(LINE_FEED); end >= 0; end = chunk.indexOf(LINE_FEED, from)) {
      hold(chunk.subarray(from, end));
      from = end + 1;
      yield take(true);
    }
    if (from < chunk.length) hold(chunk.subarray(from));
  }
  if (size > 0) yield take(false);
}
