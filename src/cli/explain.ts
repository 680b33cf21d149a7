/** `ccd2fhir explain`: what a rule does and where it is written; or why a resource made of a document is as it is. */
import type { Argv } from 'yargs';
import { convertDocument } from '../batch/outcome.js';
import {
  type ConvertOptions,
  type Explanation,
  explain,
  loadMappings,
  prepareExplanation,
  type ResourceExplanation,
} from '../index.js';
import { listDocuments } from '../intake/documents.js';
import { usageError } from '../intake/files.js';
import { type Layout, paint, wrap } from '../report/layout.js';
import { layoutOf, say, write } from './streams.js';

interface ExplainArguments {
  readonly rule: string;
  readonly file: string | undefined;
  readonly showValues: boolean;
  readonly mappings: string[] | undefined;
}

/** Declares the command's arguments. */
export function declare<T>(yargs: Argv<T>): Argv<T & ExplainArguments> {
  return yargs
    .positional('rule', {
      type: 'string',
      demandOption: true,
      describe:
        'A rule (allergy.reaction.severity), a table (allergy), a code table, a row of the checklist; with a file: a ' +
        'resource made of it (Type/id or id)',
    })
    .positional('file', { type: 'string', describe: 'The document the resource is made of, or - for stdin' })
    .option('show-values', {
      type: 'boolean',
      default: false,
      describe: 'Show the values of the document (they may identify the patient)',
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
 * @throws MappingError if a table is wrong; an Error named UsageError if nothing has that name, or the document makes no
 *   such resource
 */
export async function run(args: ExplainArguments): Promise<number> {
  const mappings = await loadMappings(...(args.mappings ?? []));
  if (args.file !== undefined) return explainResource(args.rule, args.file, { mappings, showValues: args.showValues });
  const { explanations, like } = await explain(args.rule, mappings);
  if (explanations.length === 0) {
    const hint = like.length > 0 ? ` Did you mean:\n  ${like.join('\n  ')}` : ' `ccd2fhir coverage` lists the tables.';
    throw usageError(`There is no rule, table, code table or row ${args.rule}.${hint}`);
  }
  const layout = layoutOf(process.stdout);
  await write(explanations.map((explanation) => format(explanation, layout)).join('\n'));
  return 0;
}

async function explainResource(reference: string, file: string, options: ConvertOptions): Promise<number> {
  const documents = listDocuments([file]);
  const { value: document } = await documents.next();
  if (!document || !(await documents.next()).done) throw usageError('explain looks into one document: name a file.');
  const prepared = prepareExplanation(reference, options);
  let found: ResourceExplanation = { explanation: undefined, like: [] };
  const outcome = await convertDocument(document, prepared.options, async (events) => {
    found = await prepared.explain(events);
  });
  if (outcome.status !== 'converted') {
    say(`${document.path}: ${outcome.message}`);
    return 2;
  }
  if (!found.explanation) {
    const hint =
      found.like.length > 0 ? ` It makes, among others:\n  ${found.like.join('\n  ')}` : ' It makes no resource.';
    throw usageError(`${file} makes no resource ${reference}.${hint}`);
  }
  await write(format(found.explanation, layoutOf(process.stdout)));
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
