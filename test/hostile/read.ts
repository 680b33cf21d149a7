/** Converts hostile input and notes how it ended. */
import { convert, InputError, type LossReport, stringify } from '../../src/index.js';
import type { DocumentSource } from '../../src/read/source.js';

export interface Ending {
  /** Code of the InputError, if that is how it ended. */
  readonly refused?: string;
  readonly line?: number | undefined;
  readonly column?: number | undefined;
  readonly message?: string;
  readonly loss?: LossReport;
  /** Codes of the findings about reading, with their lines. */
  readonly findings: readonly string[];
  readonly resources: readonly string[];
  /** Of this process, while it was read. */
  readonly cpuSeconds: number;
}

const READING = /^(xml|encoding|document|namespace)-/;

/** @throws whatever is not an InputError: nothing else may come of a document */
export async function endingOf(source: DocumentSource): Promise<Ending> {
  const begun = process.cpuUsage();
  const resources: string[] = [];
  let loss: LossReport | undefined;
  let refusal: InputError | undefined;
  try {
    for await (const event of convert(source)) {
      if (event.kind === 'resource') resources.push(stringify(event.resource as never));
      if (event.kind === 'end') loss = event.loss;
    }
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    refusal = error;
  }
  const { user, system } = process.cpuUsage(begun);
  const said = (loss?.findings ?? []).filter(({ code }) => READING.test(code));
  const findings = [...new Set(said.map(({ code, line }) => `${code} ${line}`))];
  return {
    ...(refusal && { refused: refusal.code, line: refusal.line, column: refusal.column, message: refusal.message }),
    ...(loss && { loss }),
    findings,
    resources,
    cpuSeconds: (user + system) / 1e6,
  };
}
