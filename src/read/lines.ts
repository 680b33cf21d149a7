/** Text as the parser may have it: line ends are line feeds, no byte order mark, no half characters. */

export interface Lines {
  /** The chunk so mended; a carriage return or half a character at the end waits for what follows. */
  read(chunk: string): string;
  /** The rest. */
  end(): string;
}

const WAITING = /[\r\ud800-\udbff]$/;
/** Looked for first: the other expression is slow. */
const SURROGATE = /[\ud800-\udfff]/;
const HALF = /\p{Surrogate}/gu;
/** Stands for half a character: XML forbids it as well, but as one of its own it can be reported where it stands. */
const FORBIDDEN = '\ufffe';

export function createLines(): Lines {
  let begun = false;
  let waiting = '';
  const mend = (text: string): string => {
    const whole = SURROGATE.test(text) ? text.replace(HALF, FORBIDDEN) : text;
    return whole.includes('\r') ? whole.replace(/\r\n?/g, '\n') : whole;
  };
  return {
    read(chunk) {
      const text = waiting + (begun || !chunk.startsWith('\ufeff') ? chunk : chunk.slice(1));
      begun ||= chunk !== '';
      waiting = WAITING.test(text.slice(-1)) ? text.slice(-1) : '';
      return mend(waiting === '' ? text : text.slice(0, -1));
    },
    end: () => mend(waiting),
  };
}
