/** `ccd2fhir timeline`: the records of one person from many places as one history. */
import type { Argv } from 'yargs';
import { writeWhole } from '../batch/files.js';
import { type Merged, mergeAll, timelineToHtml, toTimeline } from '../index.js';
import { usageError } from '../intake/files.js';
import { plural } from '../report/layout.js';
import { type ConversionArguments, conversionOptions, toConvertOptions } from './options.js';
import { say, write } from './streams.js';
import { readInputs } from './timeline-inputs.js';
import { writePatients } from './timeline-output.js';

interface TimelineArguments extends ConversionArguments {
  readonly input: string[];
  readonly html: string | undefined;
  readonly json: boolean;
  readonly out: string | undefined;
  readonly format: 'transaction' | 'ndjson';
  readonly ips: boolean;
  readonly patient: string | undefined;
  readonly since: string | undefined;
}

/** Declares the command's arguments. */
export function declare<T>(yargs: Argv<T>): Argv<T & TimelineArguments> {
  return conversionOptions(
    yargs
      .positional('input', {
        type: 'string',
        demandOption: true,
        describe: 'CCDs, FHIR Bundles, NDJSON: files, folders, archives, or - for stdin; also what timeline wrote',
      })
      .option('html', { type: 'string', requiresArg: true, describe: 'Write a page that shows the history' })
      .option('json', { type: 'boolean', default: false, describe: 'The history as JSON' })
      .option('out', {
        type: 'string',
        requiresArg: true,
        describe: 'Folder for the merged FHIR, one file per patient',
      })
      .option('format', {
        choices: ['transaction', 'ndjson'] as const,
        default: 'transaction' as const,
        describe: 'What --out writes',
      })
      .option('ips', { type: 'boolean', default: false, describe: 'With --out: also an International Patient Summary' })
      .option('patient', {
        type: 'string',
        requiresArg: true,
        describe:
          'Whose history: Patient/id, identifier or system|value. Several with commas are taken to be one person',
      })
      .option('since', { type: 'string', requiresArg: true, describe: 'Mark what is new since this day (YYYY-MM-DD)' }),
  ) as unknown as Argv<T & TimelineArguments>;
}

/**
 * Runs the command.
 * @returns the exit code: 0; 1 if an input could not be read to its end; 2 if there was nothing to merge
 * @throws MappingError, or an Error named UsageError
 */
export async function run(args: TimelineArguments): Promise<number> {
  if (args.since !== undefined && !/^\d{4}(-\d\d(-\d\d)?)?$/.test(args.since))
    throw usageError('Give --since a day as YYYY-MM-DD, or a month or year.');
  if (args.ips && args.out === undefined)
    throw usageError('--ips needs --out: it is written beside the merged record.');
  const names = args.patient?.split(',').map((name) => name.trim());
  const { inputs, rejected } = await readInputs(args.input, await toConvertOptions(args));
  if (inputs.length === 0) {
    say('Nothing could be merged.');
    return 2;
  }
  const merged = await mergeAll(inputs, names && names.length > 1 ? { samePatient: [names] } : {});
  for (const { patients } of merged.suggestions)
    say(
      `${patients.join(' and ')} may be one person, but no identifier says so: kept apart. Join them with --patient.`,
    );
  await show(merged, args, names?.[0]);
  return rejected > 0 ? 1 : 0;
}

async function show(merged: Merged, args: TimelineArguments, name: string | undefined): Promise<void> {
  const choice = {
    ...(name !== undefined && { patient: name }),
    ...(args.since !== undefined && { since: args.since }),
  };
  if (args.out !== undefined)
    await writePatients(args.out, merged, { format: args.format, ips: args.ips, patient: name });
  if (args.html !== undefined) {
    writeWhole(args.html, timelineToHtml(await toTimeline(merged, choice)));
    say(`${args.html} shows the history. It holds the patient's data: treat it as such.`);
  }
  if (args.json) await write(`${JSON.stringify(await toTimeline(merged, choice), null, 2)}\n`);
  if (args.out === undefined && args.html === undefined && !args.json) await write(summarize(merged));
}

/** Numbers only: whoever wants the data asks for it. */
function summarize(merged: Merged): string {
  const lines = merged.patients.map(({ reference, entries }) => {
    const read = entries.reduce((sum, { facts }) => sum + facts.length, 0);
    return `${reference || 'Records without a patient'}: ${plural(read, 'record')}, ${plural(entries.length, 'fact')}`;
  });
  const conflicts = merged.apart.filter(({ why }) => why !== 'ambiguous').length;
  lines.push(
    `${plural(merged.sources.length, 'source')}, ${plural(merged.patients.length, 'patient')}, ${plural(conflicts, 'contradiction')}.`,
    'See them with --html FILE or --json, write them with --out DIR.',
  );
  return `${lines.join('\n')}\n`;
}
