/** Text that comes in pieces: however many, they are held in few strings. */

export interface Gather {
  /** True if nothing was added since the last `take`. */
  isEmpty(): boolean;
  add(piece: string): void;
  /** All pieces as one text, which begins anew. */
  take(): string;
}

/** A string made by adding to it keeps its pieces, each in as much memory as 40 characters, until somebody looks into it. */
const PIECES = 1024;
const LONG = 4096;

function settle(piece: string): string {
  if (piece.length > LONG) piece.charCodeAt(0);
  return piece;
}

export function createGather(): Gather {
  let text = ''; // nearly always all there is
  let pieces: string[] = [];
  let joined: string[] = [];
  return {
    isEmpty: () => text === '' && pieces.length === 0,
    add(piece) {
      if (text === '' && pieces.length === 0) {
        text = settle(piece);
        return;
      }
      if (pieces.length === 0) pieces.push(text);
      if (pieces.push(settle(piece)) < PIECES) return;
      joined.push(pieces.join(''));
      pieces = [''];
    },
    take() {
      const all = pieces.length === 0 ? text : joined.length === 0 ? pieces.join('') : [...joined, ...pieces].join('');
      text = '';
      if (pieces.length > 0) {
        pieces = [];
        joined = [];
      }
      return all;
    },
  };
}
