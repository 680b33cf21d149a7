/** The names of the input: those on the command line and those of a list. */
import { createReadStream } from 'node:fs';
import { readLines } from '../batch/lines.js';
import { STDIN, usageError } from '../intake/files.js';

/** Bytes of a name: more than any system allows. */
const LONGEST = 65_536;

/**
 * The inputs of a command and of its list, in their order.
 * @throws an Error named UsageError if there are none, or the list cannot be read
 */
export async function listInputs(args: {
  readonly input: readonly string[] | undefined;
  readonly filesFrom: string | undefined;
}): Promise<{ inputs: readonly string[]; list: readonly string[] }> {
  const inputs = args.input ?? [];
  const list = args.filesFrom === undefined ? [] : await readList(args.filesFrom);
  if (inputs.length + list.length === 0)
    throw usageError('Name the input: files, folders, archives, or a list with --files-from.');
  return { inputs, list };
}

async function readList(path: string): Promise<string[]> {
  const stdin = path === '-' || path === STDIN;
  const names: string[] = [];
  try {
    for await (const { bytes, tooLong } of readLines(stdin ? process.stdin : createReadStream(path), LONGEST)) {
      const name = bytes.toString('utf8').replace(/^\ufeff|\r$/g, '');
      if (tooLong) throw usageError(`The list ${path} has a line too long for a name. It takes one name a line.`);
      if (name !== '') names.push(name);
    }
  } catch (error) {
    if (!(error instanceof Error && 'syscall' in error)) throw error;
    throw usageError(`The list ${path} cannot be read. Check the path.`);
  }
  if (names.length === 0) throw usageError(`The list ${path} names no file.`);
  return names;
}
