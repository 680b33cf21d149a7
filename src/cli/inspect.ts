/** `ccd2fhir inspect`: what an input holds, and what a conversion would do with it; nothing is converted. */
import type { Argv } from 'yargs';
import { listDocuments } from '../intake/documents.js';
import { type Inspection, inspectDocument } from '../intake/inspect.js';
import { NO_RECORD } from '../intake/refusals.js';
import { formatInspection, formatInspections } from '../report/inspection.js';
import { layoutOf, write } from './streams.js';

interface InspectArguments {
  readonly input: string[];
  readonly json: boolean;
  readonly includeReplaced: boolean;
}

/** Declares the command's arguments. */
export function declare<T>(yargs: Argv<T>): Argv<T & InspectArguments> {
  return yargs
    .positional('input', {
      type: 'string',
      demandOption: true,
      describe: 'Files, folders, archives, patterns, or - for stdin',
    })
    .option('include-replaced', {
      type: 'boolean',
      default: false,
      describe: 'As for convert: documents their package calls replaced or withdrawn, too',
    })
    .option('json', {
      type: 'boolean',
      default: false,
      describe: 'One line of JSON for each file found',
    }) as unknown as Argv<T & InspectArguments>;
}

/**
 * Runs the command.
 * @returns the exit code: 0; 1 if a part of it cannot be read; 2 if nothing in it could be converted
 * @throws an Error named UsageError if an input does not exist
 */
export async function run(args: InspectArguments): Promise<number> {
  const layout = layoutOf(process.stdout);
  const sums = new Map<string, number>();
  let broken = 0;
  for await (const document of listDocuments(args.input, { includeReplaced: args.includeReplaced })) {
    const found = await inspectDocument(document);
    sums.set(found.fate, (sums.get(found.fate) ?? 0) + 1);
    if (isBroken(found)) broken++;
    await write(args.json ? `${JSON.stringify(found)}\n` : formatInspection(found, layout));
  }
  if (!args.json) await write(formatInspections(sums));
  const useful = [...sums].some(([fate]) => fate !== 'leave-out');
  return !useful ? 2 : broken > 0 ? 1 : 0;
}

const isBroken = ({ reason, outline }: Inspection): boolean =>
  (reason !== undefined && !NO_RECORD.has(reason)) || outline?.complete === false;
