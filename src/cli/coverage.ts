/** `ccd2fhir coverage`: the rows of the mapping checklist, and what stands for each. */
import type { Argv } from 'yargs';
import {
  type Coverage,
  countBlocks,
  countStates,
  coverageToMarkdown,
  loadMappings,
  measureCoverage,
} from '../index.js';
import { type Layout, paint, table, wrap } from '../report/layout.js';
import { layoutOf, write } from './streams.js';

interface CoverageArguments {
  readonly mappings: string[] | undefined;
  readonly markdown: boolean;
}

/** Declares the command's arguments. */
export function declare<T>(yargs: Argv<T>): Argv<T & CoverageArguments> {
  return yargs
    .option('markdown', { type: 'boolean', default: false, describe: 'The whole list as Markdown' })
    .option('mappings', {
      type: 'array',
      string: true,
      requiresArg: true,
      describe: 'Folder with mapping tables of your own, laid over the built-in ones; may be repeated',
    }) as unknown as Argv<T & CoverageArguments>;
}

/**
 * Runs the command.
 * @returns the exit code
 * @throws MappingError if a table is wrong
 */
export async function run(args: CoverageArguments): Promise<number> {
  const coverage = await measureCoverage(await loadMappings(...(args.mappings ?? [])));
  await write(args.markdown ? coverageToMarkdown(coverage) : format(coverage, layoutOf(process.stdout)));
  return 0;
}

function format(coverage: Coverage, layout: Layout): string {
  const all = countStates(coverage.rows);
  const covered = coverage.rows.length - all.open;
  const blocks = countBlocks(coverage);
  const rows = [...blocks, { block: 'all', rows: coverage.rows, counts: all }].map(({ block, rows: own, counts }) => [
    block,
    ...[own.length, counts.rule, counts.codes, counts.lost, counts.code, counts.open].map(String),
  ]);
  const open = blocks
    .filter(({ counts }) => counts.open > 0)
    .flatMap(({ block, rows: own }) => {
      const ids = own.filter(({ state }) => state === 'open').map(({ id, text }) => `${id} (${text})`);
      return wrap(`  ${block}: ${ids.join('; ')}`, layout.width);
    });
  return `${[
    paint(`${covered} of ${coverage.rows.length} rows of the mapping checklist are covered.`, '1', layout),
    `${coverage.tables} tables with ${coverage.rules} rules; ${coverage.codeTables.length} code tables.`,
    '',
    table(['Block', 'rows', 'rule', 'code table', 'declared lost', 'in code', 'open'], rows, layout),
    ...(open.length > 0 ? ['', paint('Open', '1', layout), ...open] : []),
    ...(coverage.unknown.length > 0 ? ['', `Cited, but no row of the checklist: ${coverage.unknown.join(', ')}`] : []),
    '',
    '`ccd2fhir explain ROW` shows what covers a row.',
  ].join('\n')}\n`;
}
