/** What the commands say, and where: data to stdout, words to stderr. */
import { once } from 'node:events';
import type { WriteStream } from 'node:tty';

/** Writes data to stdout, waiting while the reader is slow. */
export async function write(text: string): Promise<void> {
  if (!process.stdout.write(text)) await once(process.stdout, 'drain');
}

/** A message to the person at the terminal. */
export const say = (text: string): void => {
  process.stderr.write(`${text}\n`);
};

/** Colour and width for a stream: colour only on a terminal whose user does not object (no-color.org). */
export const layoutOf = (stream: WriteStream): { color: boolean; width: number } => ({
  color: stream.isTTY === true && !process.env.NO_COLOR,
  width: stream.columns ?? 100,
});
