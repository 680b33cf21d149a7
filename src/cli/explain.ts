/** `ccd2fhir explain`: what a rule does, in words, and where it is written. */
import type { Argv } from 'yargs';
import { type Explanation, explain, loadMappings } from '../index.js';
import { usageError } from '../intake/files.js';
import { type Layout, paint, wrap } from '../report/layout.js';
import { layoutOf, write } from './streams.js';

interface ExplainArguments {
  readonly rule: string;
  readonly mappings: string[] | undefined;
}

/** Declares the command's arguments. */
export function declare<T>(yargs: Argv<T>): Argv<T & ExplainArguments> {
  return yargs
    .positional('rule', {
      type: 'string',
      demandOption: true,
      describe: 'A rule (allergy.reaction.severity), a table (allergy), a code table, or a row of the checklist',
    })
    .option('mappings', {
      type: 'array',
      string: true,
      requiresArg: true,
      describe: 'Folder with mapping tables of your own, laid over the built-in ones; may be repeated',
    }) as unknown as Argv<T & ExplainArguments>;
}

/**
 * Runs the command.
 * @returns the exit code
 * @throws MappingError if a table is wrong; an Error named UsageError if nothing has that name
 */
export async function run(args: ExplainArguments): Promise<number> {
  const { explanations, like } = await explain(args.rule, await loadMappings(...(args.mappings ?? [])));
  if (explanations.length === 0) {
    const hint = like.length > 0 ? ` Did you mean:\n  ${like.join('\n  ')}` : ' `ccd2fhir coverage` lists the tables.';
    throw usageError(`There is no rule, table, code table or row ${args.rule}.${hint}`);
  }
  const layout = layoutOf(process.stdout);
  await write(explanations.map((explanation) => format(explanation, layout)).join('\n'));
  return 0;
}

const LABEL = 12;

function format({ title, place, fields }: Explanation, layout: Layout): string {
  const blocks = fields.map(([label, lines]) => formatField(label, lines, layout));
  return `${paint(title, '1', layout)}\n${paint(place, '2', layout)}\n\n${blocks.join('\n')}\n`;
}

function formatField(label: string, lines: readonly string[], layout: Layout): string {
  const indent = ' '.repeat(LABEL + 2);
  const body = lines
    .flatMap((line) => wrap(line, Math.max(layout.width - indent.length, 40)))
    .map((line, index) => `${index === 0 ? '' : indent}${line}`)
    .join('\n');
  return `${paint(label.padStart(LABEL), '36', layout)}  ${body}`;
}
