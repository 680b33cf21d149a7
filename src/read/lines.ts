/** XML line ends are line feeds, and a document may begin with a byte order mark. */

export interface Lines {
  /** The chunk with its line ends; a carriage return at the end waits for what follows. */
  read(chunk: string): string;
  /** The rest. */
  end(): string;
}

export function createLines(): Lines {
  let begun = false;
  let returned = false;
  return {
    read(chunk) {
      const text = begun || !chunk.startsWith('\ufeff') ? chunk : chunk.slice(1);
      begun ||= chunk !== '';
      const whole = returned ? `\r${text}` : text;
      returned = whole.endsWith('\r');
      const ended = returned ? whole.slice(0, -1) : whole;
      return ended.includes('\r') ? ended.replace(/\r\n?/g, '\n') : ended;
    },
    end: () => (returned ? '\n' : ''),
  };
}
